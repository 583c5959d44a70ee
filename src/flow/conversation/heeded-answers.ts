import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import { consentsWaiting } from '../monitor/consent-asked.ts';
import { denies } from '../recognise/consent.ts';

export type Answers = { readonly [question: string]: DecisionAnswer };

/** Answers about these words: where they are a plain no, no answer makes a consent to a commit of them. */
export function heededAnswers(flow: CompiledFlow, words: string, answers: Answers): Answers {
  if (!denies(words)) return answers;
  return Object.fromEntries(
    Object.entries(answers).map(([question, answer]): readonly [string, DecisionAnswer] => {
      const isWrong = answer.outcome === 'yes' && consentsWaiting(flow, `q${question}`).length > 0;
      return [question, isWrong ? { outcome: 'unsure', confidence: answer.confidence } : answer];
    }),
  );
}
