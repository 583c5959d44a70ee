/** Promotion: the only way from what an extractor found to authoritative state, by explicit rules (spec: control §6). */

import { equivalent } from './equivalence.ts';
import { atOnce } from './fault.ts';
import { type NamedKey, stateKeyName } from './state-key-name.ts';
import type { JsonValue, StateReader } from './state-reader.ts';

/**
 * What happens to a value that is already there:
 * - `keepKnown`: it stays.
 * - `overwrite`: the new one replaces it, unless something else than an extractor changed it after the run began.
 * - `trueOnly`: only `true` is written; it never becomes false.
 * - `nonEmpty`: as `overwrite`, but an empty text, list or object is not written.
 */
export type MergePolicy = 'keepKnown' | 'overwrite' | 'trueOnly' | 'nonEmpty';

/** Where one field goes. */
export interface PromotionRule<Field extends string = string, Value = JsonValue> {
  /** The field of the result. */
  readonly field: Field;
  /** The state key it goes to; none of the runtime's own. */
  readonly stateKey: NamedKey;
  /** @default 'keepKnown' */
  readonly merge?: MergePolicy;
  /** Whether this value is good enough. One that throws is reported, and refuses. */
  when?(value: Value, state: StateReader): boolean;
  /** Refuses until the agent has presented this concept: until `presented:{concept}` is true. */
  readonly afterPresented?: string;
}

/** The five outcomes, in the order in which they are looked for; the first that applies is the one. */
export const PROMOTION_REASONS = {
  null: 'extracted value was null',
  equivalent: 'an equivalent value is already known',
  predicate: 'promotion predicate rejected the value',
  kept: 'existing state value was kept',
  accepted: 'promotion rule accepted the value',
} as const;

export type PromotionReason = (typeof PROMOTION_REASONS)[keyof typeof PROMOTION_REASONS];

/** What a promotion is decided on. */
export interface PromotionCase {
  readonly rule: PromotionRule;
  readonly value: JsonValue;
  readonly state: StateReader;
  /** Whether something else than an extractor changed the key after the run began to read. */
  readonly changedSince: () => boolean;
  /** Told when `when` throws. */
  readonly onGuardError: (cause: unknown) => void;
}

/** Decides one promotion. Writes nothing. */
export function decidePromotion(facts: PromotionCase): PromotionReason {
  const { rule, value, state } = facts;
  const merge = rule.merge ?? 'keepKnown';
  const known = state.get(stateKeyName(rule.stateKey));
  if (value === null) return PROMOTION_REASONS.null;
  if (known !== undefined && equivalent(known, value)) return PROMOTION_REASONS.equivalent;
  if (!permitted(facts, merge)) return PROMOTION_REASONS.predicate;
  // A null is there, but knows nothing that could be kept.
  const keeps = known !== undefined && known !== null && (merge === 'keepKnown' || facts.changedSince());
  return keeps ? PROMOTION_REASONS.kept : PROMOTION_REASONS.accepted;
}

/** The conditions of a rule, those that its policy implies among them. */
function permitted({ rule, value, state, onGuardError }: PromotionCase, merge: MergePolicy): boolean {
  if (merge === 'trueOnly' && value !== true) return false;
  if (merge === 'nonEmpty' && isEmpty(value)) return false;
  if (rule.afterPresented !== undefined && state.get(`presented:${rule.afterPresented}`) !== true)
    return false;
  if (rule.when === undefined) return true;
  try {
    return atOnce(rule.when(value, state)) === true;
  } catch (cause) {
    onGuardError(cause);
    return false;
  }
}

function isEmpty(value: JsonValue): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
