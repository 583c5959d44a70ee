/** Whether a condition holds: in three values, so that what is not known does not turn true behind a `not`. */
import { jsonEqual } from '../equivalence.ts';
import { attempt, type Fault } from '../fault.ts';
import type { JsonValue } from '../state-reader.ts';
import type { DecisionAnswer, Expectation, Guard, GuardFacts } from './guard.ts';

/** Guards that nest deeper hold nothing: a fault says so. */
export const MAX_GUARD_DEPTH = 64;

/**
 * Whether a guard holds. What nobody knows (an answer that is unsure or was not given, a function that failed) satisfies
 * nothing, and its `not` nothing either. A fault names `where`.
 */
export function holds(guard: Guard, facts: GuardFacts, faults: Fault[], where: string): boolean {
  return verdict(guard, facts, faults, where, 0) === true;
}

/** Undefined: nobody knows. */
function verdict(
  guard: Guard,
  facts: GuardFacts,
  faults: Fault[],
  where: string,
  depth: number,
): boolean | undefined {
  if (guard === 'always') return true;
  const { state } = facts;
  if ('isTrue' in guard) return state.get(guard.isTrue) === true;
  if ('captured' in guard) return guard.captured.every((key) => isKnown(state.get(key)));
  if ('calledOk' in guard) return facts.calls(guard.calledOk) > 0;
  if ('done' in guard) return facts.isDone(guard.done);
  if ('isSet' in guard) return isKnown(state.get(guard.isSet));
  if ('eq' in guard) return jsonEqual(state.get(guard.eq[0]), guard.eq[1]);
  if ('atLeast' in guard) return asNumber(state.get(guard.atLeast[0])) >= guard.atLeast[1];
  if ('atMost' in guard) return asNumber(state.get(guard.atMost[0])) <= guard.atMost[1];
  if ('decided' in guard) return isDecided(guard.decided, facts);
  if ('custom' in guard) {
    return attempt<boolean | undefined>(() => guard.custom(state), undefined, where, faults);
  }
  if (depth === MAX_GUARD_DEPTH) {
    faults.push({ where, cause: new RangeError(`The guard nests deeper than ${MAX_GUARD_DEPTH}.`) });
    return undefined;
  }
  const inner = (part: Guard): boolean | undefined => verdict(part, facts, faults, where, depth + 1);
  if ('not' in guard) {
    const negated = inner(guard.not);
    return negated === undefined ? undefined : !negated;
  }
  return 'all' in guard ? combined(guard.all, false, inner) : combined(guard.any, true, inner);
}

/** `decisive` as soon as one part is; else unknown when one part is; else the other. */
function combined(
  parts: readonly Guard[],
  decisive: boolean,
  inner: (part: Guard) => boolean | undefined,
): boolean | undefined {
  let result: boolean | undefined = !decisive;
  for (const part of parts) {
    const holding = inner(part);
    if (holding === decisive) return decisive;
    if (holding === undefined) result = undefined;
  }
  return result;
}

function isDecided(
  decided: string | { readonly [question: string]: Expectation },
  facts: GuardFacts,
): boolean | undefined {
  if (typeof decided === 'string') return isSure(facts.answer(decided));
  let result: boolean | undefined = true;
  for (const [question, expected] of Object.entries(decided)) {
    const answer = facts.answer(question);
    if (!isSure(answer)) result = undefined;
    else if (!isExpected(answer, expected)) return false;
  }
  return result;
}

function isSure(answer: DecisionAnswer | undefined): answer is DecisionAnswer {
  return answer !== undefined && answer.outcome !== 'unsure';
}

function isExpected({ outcome, value }: DecisionAnswer, expected: Expectation): boolean {
  if (typeof expected === 'boolean') return outcome === (expected ? 'yes' : 'no');
  if (typeof expected === 'string') return outcome === 'chosen' && value === expected;
  if (outcome !== 'scored') return false;
  const score = asNumber(value);
  return 'atLeast' in expected ? score >= expected.atLeast : score <= expected.atMost;
}

function isKnown(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

/** NaN, which is neither more nor less than anything, for what is no number. */
function asNumber(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}
