/** Answers to questions about what the user has said: valid for one turn of the user, and only when sure. */
import type { Question } from '../definition/flow-definition.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import { mayCount } from './consent-asked.ts';
import type { Draft } from './draft.ts';
import { own } from './own-entries.ts';

/** The least confidence of a sure answer. */
export function thresholdOf({ threshold, type }: Question): number {
  return threshold ?? (type === 'choice' ? 0.6 : 0.85);
}

/** The options of a choice, as they are now; undefined where it has none of its own. */
export function optionsOf(
  { options, optionsFrom }: Question,
  state: StateReader,
): readonly string[] | undefined {
  const listed = optionsFrom === undefined ? options : state.get(optionsFrom);
  return Array.isArray(listed) ? listed.filter((option) => typeof option === 'string') : undefined;
}

/** Takes in the answers to declared questions. One that does not fit its question is unsure. */
export function keepAnswers(draft: Draft, given: { readonly [question: string]: DecisionAnswer }): void {
  const kept = draft.flow.decisions.flatMap((question) => {
    const answer = own(given, question.id);
    return answer === undefined ? [] : { ...question, answer: checked(question, answer, draft) };
  });
  if (kept.length === 0) return;
  const answers = Object.fromEntries(kept.map(({ id, answer }) => [id, answer]));
  draft.state = { ...draft.state, answers: { ...draft.state.answers, ...answers } };
  for (const { id, writes, answer } of kept) {
    const { outcome, value, confidence } = answer;
    draft.write(`decision:${id}`, { outcome, confidence, ...(value !== undefined && { value }) });
    if (writes !== undefined && outcome !== 'unsure') draft.write(writes, valueOfAnswer(answer));
  }
}

/** What a sure answer is as a value of state. */
function valueOfAnswer({ outcome, value }: DecisionAnswer): JsonValue {
  return outcome === 'yes' || outcome === 'no' ? outcome === 'yes' : (value ?? null);
}

/** The user begins another turn: what was answered is no longer known. */
export function expireAnswers(draft: Draft): void {
  const ids = Object.keys(draft.state.answers);
  if (ids.length === 0) return;
  draft.state = { ...draft.state, answers: {} };
  for (const id of ids) draft.write(`decision:${id}`, undefined);
}

/** A yes that nobody had asked for is unsure, too. */
function checked(question: Question, answer: DecisionAnswer, { flow, reader, state }: Draft): DecisionAnswer {
  const { outcome, value } = answer;
  const confidence = typeof answer.confidence === 'number' ? answer.confidence : 0;
  const isSure =
    confidence >= thresholdOf(question) &&
    fits(question, outcome, value, reader) &&
    (outcome !== 'yes' || mayCount(flow, state, reader, `q${question.id}`));
  if (!isSure) return { outcome: 'unsure', confidence };
  return { outcome, confidence, ...(value !== undefined && { value }) };
}

function fits(
  question: Question,
  outcome: DecisionAnswer['outcome'],
  value: DecisionAnswer['value'],
  state: StateReader,
): boolean {
  if (question.type === 'boolean') return outcome === 'yes' || outcome === 'no';
  if (question.type === 'score') return outcome === 'scored' && typeof value === 'number';
  if (outcome === 'none') return question.none === true;
  const options = optionsOf(question, state);
  return (
    outcome === 'chosen' && typeof value === 'string' && (options === undefined || options.includes(value))
  );
}
