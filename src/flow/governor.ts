/** What governs a conversation: phases or a flow (design §4). Pure: it reads state, and returns what should happen. */
import type { Fault } from './fault.ts';
import type { StateEffect } from './state-effect.ts';
import type { JsonValue, StateReader } from './state-reader.ts';

/** Whether a tool may run now. `reason` is written for the model: why not, what may run instead, that nothing ran. */
export type Admission =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      /** State keys that would have to change. */
      readonly needs: readonly string[];
      /** Questions whose answers could change it. */
      readonly asks?: readonly string[];
    };

/** A move from one place of the conversation to another; `from` is empty for the first place. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Names the guard that held, for example `guard 2 (order confirmed) at turn 4`, or who asked for the move. */
  readonly reason: string;
}

/** What every answer of a governor carries: what to write, and what went wrong in the application's functions. */
export interface Outcome {
  /** To be written in this order. */
  readonly effects: readonly StateEffect[];
  readonly faults: readonly Fault[];
}

/** What the model should know and may do, at the present place. */
export interface Projection {
  /** The instruction of the place, without the base instruction; undefined when it has none. */
  readonly instruction: string | undefined;
  /** Facts and tone that colour the instruction: part of it, or context turns, as the steering mode has it. */
  readonly modifiers: readonly string[];
  /** Further facts and orders of this boundary, in the order of delivery; each becomes one context turn. */
  readonly context: readonly string[];
  /** Names of the tools that make sense now; null means all. */
  readonly offeredTools: readonly string[] | null;
  readonly faults: readonly Fault[];
}

/** What a place says when it is entered. */
export interface Entry {
  /** Each becomes one context turn. */
  readonly context: readonly string[];
  /** True when the model should speak without waiting for the user. */
  readonly prompt: boolean;
  readonly faults: readonly Fault[];
}

/** What a turn without progress leads to. */
export interface Repair extends Outcome {
  /** A context line that asks for what is missing. */
  readonly nudge: string | undefined;
  /** True when the model should ask without waiting for the user. */
  readonly prompt: boolean;
}

/**
 * Decides where a conversation is. One call at a time; none of them performs I/O and none throws because of a
 * function of the application: such a fault is returned.
 */
export interface Governor {
  /** The present place: a phase, or the active steps joined by `+`; empty until the first `advance`. */
  readonly position: string;
  /** Looks at the state and moves at most once; the first call enters the first place. */
  advance(context: GovernorContext): Advance;
  admit(tool: string, state: StateReader, call?: RequestedCall): Admission;
  /** To be asked right after a move, when its effects are written and its hooks have run. */
  enter(state: StateReader): Entry;
  project(state: StateReader): Projection;
  /** Why it stands where it stands; what each kind of governor explains is its own type. */
  explain(state: StateReader): unknown;
}

/** What is known of a call beside its tool. */
export interface RequestedCall {
  readonly callId?: string;
  readonly args?: { readonly [name: string]: JsonValue };
  /** Names exactly these arguments. */
  readonly argumentsHash?: string;
}

export interface GovernorContext {
  readonly state: StateReader;
  /** Turn number, from 1; 0 before the first turn. */
  readonly turn: number;
  readonly nowMs: number;
  /** Present when a turn has ended. `counts`: it should have brought progress. */
  readonly boundary?: { readonly counts: boolean } | undefined;
  /** True for a preparation that will not be run again: nothing waits for it. Default: none is spent. */
  readonly spent?: ((place: string, preparation: string) => boolean) | undefined;
}

/** The outcome of looking: nothing, a wait for values, or a move. */
export type Advance = Outcome &
  (
    | { readonly type: 'stay' }
    /** A transition is ready but for `missing`; `preparations` may produce them. */
    | {
        readonly type: 'blocked';
        readonly to: string;
        readonly missing: readonly string[];
        readonly preparations: readonly string[];
      }
    | { readonly type: 'move'; readonly move: Move }
  );
