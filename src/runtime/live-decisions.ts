/** Who answers the questions of a session's flow. */
import { heededAnswers } from '../flow/conversation/heeded-answers.ts';
import { type DecisionAnswers, DecisionBank } from './decide/decision-bank.ts';
import { Decisions } from './govern/decisions.ts';
import type { LiveParts } from './lanes/live-parts.ts';

/** Undefined where nothing is asked. */
export function makeDecisions({ clock, lane, report, resolved, state }: LiveParts): Decisions | undefined {
  const { flow } = resolved;
  const settings = flow?.settings.decisions;
  if (flow === undefined || settings === undefined || flow.compiled.decisions.length === 0) return undefined;
  const questions = flow.compiled.decisions;
  const { compiled } = flow;
  const heeded = (words: string, answers: DecisionAnswers): DecisionAnswers =>
    heededAnswers(compiled, words, answers);
  const bank = new DecisionBank({ questions, ...settings, heeded }, { clock, report, state });
  bank.warmUp();
  return new Decisions(
    bank,
    questions.map(({ id }) => id),
    (answers) => lane.post({ type: 'decided', answers }),
  );
}
