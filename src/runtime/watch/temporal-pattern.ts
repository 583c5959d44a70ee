import type { State } from '../state/state.ts';
import type { StateReadAccess } from '../state/state-access.ts';

/** What is recognised over time (spec: control §7). */
export type Temporal =
  /** The condition has held for so long without a break. */
  | {
      readonly type: 'sustained';
      readonly condition: (state: StateReadAccess) => boolean;
      readonly durationMs: number;
    }
  /** `count` events of a name, or for which the function is true, within `windowMs`. */
  | {
      readonly type: 'rate';
      readonly event: string | ((name: string) => boolean);
      readonly count: number;
      readonly windowMs: number;
    }
  /** The condition held at the end of `count` turns in a row. */
  | {
      readonly type: 'turns';
      readonly condition: (state: StateReadAccess) => boolean;
      readonly count: number;
    }
  /** A tool failed `count` times in a row. */
  | { readonly type: 'toolFailures'; readonly tool: string; readonly count: number };

/** Acts once each time a pattern begins to hold; it must have ceased to hold before it can act again. */
export interface TemporalPattern {
  /** For messages; unique. */
  readonly name: string;
  readonly when: Temporal;
  /** It may return a promise, for which nobody waits. A throw or rejection is reported as `watcherFailed`. */
  readonly action: (state: State) => unknown;
  /** For so long after an action the pattern may begin again without one. Default 0. */
  readonly cooldownMs?: number;
}
