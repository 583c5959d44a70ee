/** Where a governed conversation is: plain JSON, so that it can be stored and restored. Only `stepFlow` makes another. */
import type { DecisionAnswer } from '../guard/guard.ts';
import type { JsonValue } from '../state-reader.ts';

/** The marking of one layer. Steps are ids. */
export interface LayerState {
  /** In the order in which they were latched. */
  readonly done: readonly string[];
  /** The active ones, in the order of the flow. */
  readonly active: readonly string[];
  /** The steps whose first activation was told; a reset forgets it. */
  readonly entered: readonly string[];
  /** Successes by tool. */
  readonly calls: { readonly [tool: string]: number };
  /** Which reset guards held when they were last asked. */
  readonly resetsHeld: readonly boolean[];
  /** By commit tool: the arguments that the present agreement is to; gone when the agreement is. */
  readonly agreed: { readonly [tool: string]: string };
}

/** A call that was admitted, and has not ended. */
export interface OpenCall {
  readonly tool: string;
  /** The layer that admitted it: '' for the main flow. */
  readonly layer: string;
  /** Set where it was let through although it was not admissible (observe). */
  readonly violation?: string;
  /** It has ended, and nobody knows whether it took effect: it stays, so that it does not run again. */
  readonly isUnknown?: true;
}

/** Progress, or its absence, of a main step that is active. */
export interface RepairCount {
  readonly turns: number;
  readonly interruptions: number;
  readonly toolFailures: number;
  /** The step became active in the turn that goes on: its end does not count. */
  readonly fresh?: true;
}

export interface FlowState {
  readonly main: LayerState;
  /** Markings of digressions that were begun, by name. */
  readonly digressions: { readonly [name: string]: LayerState };
  /** Digressions under way, the outermost first. */
  readonly path: readonly string[];
  /** The top digression is complete: the next turn ends it. */
  readonly closing: boolean;
  readonly terminated: boolean;
  /** Turns that were counted. */
  readonly turns: number;
  /** The last values of watched slots. */
  readonly slots: { readonly [key: string]: JsonValue };
  /** Slots whose `correction:{slot}` is up. True: a turn has ended with it, and the end of the next lowers it. */
  readonly corrected: { readonly [slot: string]: boolean };
  readonly repair: { readonly [step: string]: RepairCount };
  /** By call id. */
  readonly open: { readonly [callId: string]: OpenCall };
  /** Answers of the present turn of the user. */
  readonly answers: { readonly [question: string]: DecisionAnswer };
  /** Commits that waited for nothing but a consent when the user began to speak, with the values that they are bound to. */
  readonly asking: { readonly [tool: string]: readonly JsonValue[] };
}

/** What happens to a governed conversation. */
export type FlowInput =
  /** The conversation begins: the first steps become active. */
  | { readonly type: 'begin' }
  /** A turn is over. `counts`: it should have brought progress. */
  | { readonly type: 'turn'; readonly counts: boolean }
  /** State may have changed within a turn: what is done latches; no turn is counted. */
  | { readonly type: 'settle' }
  /** The user begins another turn: answers of the last one expire. */
  | { readonly type: 'callerTurn' }
  | { readonly type: 'decided'; readonly answers: { readonly [question: string]: DecisionAnswer } }
  /** A call was let through; `argumentsHash` names its arguments. */
  | {
      readonly type: 'admitted';
      readonly callId: string;
      readonly tool: string;
      readonly argumentsHash?: string;
      /** Why it should not have been: the flow only observes. */
      readonly violation?: string;
    }
  /** A call that was let through has ended; `ok` undefined: it never ran, or nobody knows. Once per call id. */
  | {
      readonly type: 'toolEnded';
      readonly callId: string;
      readonly ok: boolean | undefined;
      /** It failed, but may have taken effect: it counts as a failure, and gives no `once` back. */
      readonly isUnknown?: true;
    }
  | { readonly type: 'interrupted' }
  /** What the model said in the turn that ends, as it was heard. */
  | { readonly type: 'spoke'; readonly text: string };

export type FlowEvent =
  /** A step is active for the first time, or for the first time since a reset. */
  | { readonly type: 'stepEntered'; readonly step: string; readonly layer: string }
  | { readonly type: 'stepDone'; readonly step: string; readonly layer: string }
  | { readonly type: 'violation'; readonly subject: string; readonly reason: string }
  | {
      readonly type: 'verbatimChecked';
      readonly step: string;
      readonly similarity: number;
      readonly passed: boolean;
    }
  | { readonly type: 'digressionBegun'; readonly name: string }
  | {
      readonly type: 'digressionEnded';
      readonly name: string;
      readonly resume: 'previous' | 'restart' | 'terminate';
    }
  | { readonly type: 'corrected'; readonly slot: string }
  | { readonly type: 'escalated'; readonly step: string }
  | { readonly type: 'terminated' };
