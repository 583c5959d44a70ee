/** What governs a conversation: phases or a flow (design §4). Pure: it reads state, and returns what should happen. */
import type { StateReader } from './state-reader.ts';

/** Whether a tool may run now. `reason` is written for the model: why not, what may run instead, that nothing ran. */
export type Admission =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string /** State keys that would have to change. */;
      readonly needs: readonly string[];
    };

/** A move from one place of the conversation to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Names the guard that held, for example `guard 2 (order confirmed) at turn 4`, or who asked for the move. */
  readonly reason: string;
}

/** What the model should know and may do, at the present place. */
export interface Projection {
  /** The instruction of the place, without the base instruction; undefined when it has none. */
  readonly instruction: string | undefined;
  /** Facts and orders of this boundary, in the order of delivery; each becomes one context turn. */
  readonly context: readonly string[];
  /** Names of the tools that make sense now; null means all. */
  readonly offeredTools: readonly string[] | null;
}

/** Decides where a conversation is. One call at a time; none of them performs I/O. */
export interface Governor {
  /** The present place: a phase, or the active steps joined by `+`. */
  readonly position: string;
  /** Looks at the state and moves at most once. */
  advance(context: GovernorContext): Advance;
  admit(tool: string, state: StateReader): Admission;
  project(state: StateReader): Projection;
  /** Why it stands where it stands; what each kind of governor explains is its own type. */
  explain(state: StateReader): unknown;
}

export interface GovernorContext {
  readonly state: StateReader;
  /** Turn number, from 1. */
  readonly turn: number;
  readonly nowMs: number;
}

/** The outcome of looking: nothing, a wait for values, or a move. */
export type Advance =
  | { readonly type: 'stay' }
  /** A transition is ready but for `missing`; `preparations` may produce them. */
  | {
      readonly type: 'blocked';
      readonly to: string;
      readonly missing: readonly string[];
      readonly preparations: readonly string[];
    }
  | { readonly type: 'move'; readonly move: Move };
