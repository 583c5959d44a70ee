/** One format of scenario for the simulator of flows, CI and recordings (spec: control §11). Plain JSON. */
import type { DecisionAnswer } from '../guard/guard.ts';
import type { JsonValue } from '../state-reader.ts';

export type ScenarioStep =
  /** The user says this: recognisers run, then a turn. */
  | { readonly user: string }
  /** The model says this: verbatim texts are checked against it. It belongs to the turn that the next `user` or `turn` ends. */
  | { readonly model: string }
  /** The application, or an extractor, writes state. */
  | { readonly set: { readonly key: string; readonly value: JsonValue } }
  /** The model calls the tool; it succeeds, and a turn follows. Fails the scenario when the tool is refused. */
  | {
      readonly toolOk:
        | string
        | {
            readonly tool: string;
            readonly args?: { readonly [name: string]: JsonValue };
            /** What it answers; its mock is not asked then. @default what its mock does */
            readonly response?: JsonValue;
          };
    }
  /** The model calls the tool, and it fails. No turn. Fails the scenario when the tool is refused. */
  | {
      readonly toolFailed:
        | string
        | { readonly tool: string; readonly args?: { readonly [name: string]: JsonValue } };
    }
  /** The result of a call whose admission was asserted before: of the nearest such call that has none. No turn. */
  | {
      readonly toolResult: {
        readonly tool: string;
        readonly ok: boolean;
        /** What it answers; its mock is not asked then. @default what its mock does */
        readonly response?: JsonValue;
      };
    }
  /** The tool is admitted now and succeeds after so many turns. */
  | {
      readonly scheduleTool: {
        readonly tool: string;
        readonly after: number;
        readonly args?: { readonly [name: string]: JsonValue };
        readonly response?: JsonValue;
      };
    }
  /** Another turn of the user begins, with these answers. */
  | { readonly decide: { readonly [question: string]: boolean | string | number | DecisionAnswer } }
  | 'interrupt'
  | 'turn'
  /** These steps are active, perhaps with others. */
  | { readonly expectActive: readonly string[] }
  | { readonly expectDone: readonly string[] }
  /** These steps are not done: not yet, or not any more. */
  | { readonly expectOpen: readonly string[] }
  /**
   * The tool may run. When a `toolResult` belongs to this step the call begins here; otherwise nothing is called.
   */
  | {
      readonly expectAllowed:
        | string
        | { readonly tool: string; readonly args: { readonly [name: string]: JsonValue } };
    }
  | {
      readonly expectDenied:
        | string
        | { readonly tool: string; readonly args: { readonly [name: string]: JsonValue } };
    }
  /** The state key has this value; null: it has none. */
  | { readonly expectSlot: { readonly key: string; readonly value: JsonValue } }
  | { readonly expectComplete: boolean }
  /** The digressions under way, the outermost first. */
  | { readonly expectPath: readonly string[] }
  | { readonly expectTerminated: boolean };

export interface Scenario {
  readonly name: string;
  readonly steps: readonly ScenarioStep[];
}

/** How a scenario ended: where it first went another way, and why. */
export type ScenarioResult =
  | { readonly name: string; readonly passed: true }
  | { readonly name: string; readonly passed: false; readonly step: number; readonly reason: string };
