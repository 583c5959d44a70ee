import type { JsonValue } from '../../flow/state-reader.ts';
import type { State } from '../state/state.ts';
import type { Predicate } from './predicate.ts';

/** Acts when a value changes. */
export interface Watcher {
  /** Full key; a key without a prefix also sees its `derived:` value. */
  readonly key: string;
  readonly predicate: Predicate;
  /**
   * Called with the value before and after; what it writes is seen by the other watchers, and by phases and steering, of
   * the same moment. It may return a promise, for which nobody waits. A throw or rejection is reported as `watcherFailed`.
   */
  readonly action: (old: JsonValue, value: JsonValue, state: State) => unknown;
  /**
   * One action at a time: while its promise is pending, changes are gathered, and the sum of them is looked at when it has
   * settled. Default false: actions may overlap.
   */
  readonly blocking?: boolean;
  /** For so long after an action changes are ignored. Default 0. */
  readonly cooldownMs?: number;
}
