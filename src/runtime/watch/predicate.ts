import { jsonEqual } from '../../flow/equivalence.ts';
import { atOnce } from '../../flow/fault.ts';
import type { JsonValue } from '../../flow/state-reader.ts';

/** Which changes of a value a watcher acts on (spec: control §7). An absent value is null. */
export type Predicate =
  | { readonly type: 'changed' }
  /** The new value is this one. */
  | { readonly type: 'changedTo'; readonly value: JsonValue }
  /** The old value was this one. */
  | { readonly type: 'changedFrom'; readonly value: JsonValue }
  /** old < threshold <= new; both must be numbers. */
  | { readonly type: 'crossedAbove'; readonly threshold: number }
  /** new < threshold <= old; both must be numbers. */
  | { readonly type: 'crossedBelow'; readonly threshold: number }
  /** Anything but true, then true. */
  | { readonly type: 'becameTrue' }
  /** Anything but false, then false. */
  | { readonly type: 'becameFalse' }
  | { readonly type: 'custom'; readonly test: (old: JsonValue, value: JsonValue) => boolean };

/** Whether a change satisfies the predicate. Values that are equal are no change. */
export function holds(predicate: Predicate, old: JsonValue, value: JsonValue): boolean {
  if (jsonEqual(old, value)) return false;
  switch (predicate.type) {
    case 'changed':
      return true;
    case 'changedTo':
      return jsonEqual(value, predicate.value);
    case 'changedFrom':
      return jsonEqual(old, predicate.value);
    case 'crossedAbove':
      return isBelow(old, predicate.threshold) && isAtLeast(value, predicate.threshold);
    case 'crossedBelow':
      return isBelow(value, predicate.threshold) && isAtLeast(old, predicate.threshold);
    case 'becameTrue':
      return value === true;
    case 'becameFalse':
      return value === false;
    case 'custom':
      return atOnce(predicate.test(old, value));
  }
}

function isBelow(value: JsonValue, threshold: number): boolean {
  return typeof value === 'number' && value < threshold;
}

function isAtLeast(value: JsonValue, threshold: number): boolean {
  return typeof value === 'number' && value >= threshold;
}
