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
  return verdict(guard, { facts, faults, where }, 0) === true;
}

interface Asking {
  readonly facts: GuardFacts;
  readonly faults: Fault[];
  readonly where: string;
}

type Objects = Exclude<Guard, 'always'>;
type FieldOf<G> = G extends unknown ? keyof G : never;
/** As if a guard had the fields of all kinds. */
type Fields = { readonly [K in FieldOf<Objects>]: Extract<Objects, Partial<Record<K, unknown>>>[K] };

/** Undefined: nobody knows. */
function verdict(guard: Guard, asking: Asking, depth: number): boolean | undefined {
  if (guard === 'always') return true;
  const { facts } = asking;
  const { state } = facts;
  // Only the field that was found is read.
  const is = guard as Fields;
  // Its own name finds the branch: one test after another for a field costs four times as much.
  for (const kind in guard) {
    switch (kind as keyof Fields) {
      case 'isTrue':
        return state.get(is.isTrue) === true;
      case 'isSet':
        return isKnown(state.get(is.isSet));
      case 'captured':
        return is.captured.every((key) => isKnown(state.get(key)));
      case 'eq':
        return jsonEqual(state.get(is.eq[0]), is.eq[1]);
      case 'atLeast':
        return asNumber(state.get(is.atLeast[0])) >= is.atLeast[1];
      case 'atMost':
        return asNumber(state.get(is.atMost[0])) <= is.atMost[1];
      case 'calledOk':
        return facts.calls(is.calledOk) > 0;
      case 'done':
        return facts.isDone(is.done);
      case 'decided':
        return isDecided(is.decided, facts);
      case 'all':
        return combined(is.all, false, asking, depth);
      case 'any':
        return combined(is.any, true, asking, depth);
      case 'not': {
        const negated = combined([is.not], false, asking, depth);
        return negated === undefined ? undefined : !negated;
      }
      case 'custom':
        return attempt<boolean | undefined>(() => is.custom(state), undefined, asking.where, asking.faults);
      default:
    }
  }
  return undefined;
}

/** `decisive` as soon as one part is; else unknown when one part is; else the other. */
function combined(
  parts: readonly Guard[],
  decisive: boolean,
  asking: Asking,
  depth: number,
): boolean | undefined {
  if (depth === MAX_GUARD_DEPTH) {
    const cause = new RangeError(`The guard nests deeper than ${MAX_GUARD_DEPTH}.`);
    asking.faults.push({ where: asking.where, cause });
    return undefined;
  }
  let result: boolean | undefined = !decisive;
  for (const part of parts) {
    const holding = verdict(part, asking, depth + 1);
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

/** A number, or that of an amount of money; NaN, which is neither more nor less than anything, for what is neither. */
function asNumber(value: JsonValue | undefined): number {
  const isMoney = typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
  const number = isMoney ? value.amount : value;
  return typeof number === 'number' ? number : Number.NaN;
}
