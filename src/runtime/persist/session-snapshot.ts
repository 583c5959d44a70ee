/** All that a session needs to go on in another process: plain JSON, nothing secret in it but what was sealed. */
import type { FlowState } from '../../flow/monitor/flow-state.ts';
import type { PhasePlace, PhaseVisit } from '../../flow/phases/phase-history.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { JsonObject } from '../tools/tool-definition.ts';

export const SNAPSHOT_KIND = 'parlando.session';
export const SNAPSHOT_VERSION = 1;

/** How many turns are kept in words. */
export const MAX_KEPT_TURNS = 20;
/** How many results are kept that the model may not know of. */
export const MAX_KEPT_ANSWERS = 64;
/** How many ids of calls are kept, to know a call that comes a second time. */
export const MAX_KEPT_IDS = 1_024;

/** The same moment on two clocks: that of the session, which ends with its process, and the calendar's. */
export interface Moment {
  readonly clockMs: number;
  readonly epochMs: number;
}

/** The keys of a state. Each key is in one of the three. */
export interface KeptState {
  /** The newest mutation that is in it. */
  readonly revision: number;
  readonly values: { readonly [key: string]: JsonValue };
  /** Keys whose value must not leave the process, wholly or in part: they come back absent. */
  readonly masked: readonly string[];
  /** The same, as the application's `seal` wrote them. */
  readonly sealed: { readonly [key: string]: string };
  /** What `redact` marks. */
  readonly marks: readonly string[];
}

/** A call that has begun, and of whose end nothing is known. */
export interface KeptCall {
  readonly callId: string;
  readonly name: string;
  /** Undefined when they were masked: then it cannot be run again. */
  readonly args?: JsonObject;
  /** The arguments as `seal` wrote them. */
  readonly sealed?: string;
  readonly kind: 'read' | 'commit';
  readonly turn: number;
  /** Its work has begun: a commit may have taken effect. */
  readonly running: boolean;
  readonly background: boolean;
  /** `idempotency:{tool}:{key}`: a second run with it takes no second effect. */
  readonly idempotencyKey?: string;
}

/** A result that the model may not know of. */
export interface KeptAnswer {
  readonly callId: string;
  readonly name: string;
  /** The beginning of it, redacted. */
  readonly summary: string;
}

export interface KeptTools {
  readonly open: readonly KeptCall[];
  /** What was answered since the handle came to resume with, the newest last. */
  readonly answered?: readonly KeptAnswer[];
  /** Ids of calls that came, the newest last. */
  readonly known: readonly string[];
  /** Tools that run once, and have. */
  readonly once: readonly string[];
}

/** A turn in words, redacted. */
export interface KeptTurn {
  readonly number: number;
  readonly user: string;
  readonly model: string;
  readonly interrupted: boolean;
  readonly tools: ReadonlyArray<{ readonly name: string; readonly summary: string }>;
}

/** What the service gave to resume with. */
export interface KeptHandle {
  readonly handle?: string;
  readonly sealed?: string;
  /** The last turn that it holds. */
  readonly turn?: number;
  /** Calls that were open when it came: it knows of them. */
  readonly calls?: readonly string[];
}

export interface SessionSnapshot {
  readonly kind: typeof SNAPSHOT_KIND;
  readonly version: typeof SNAPSHOT_VERSION;
  /** The entry of the journal that it holds last; 0 before the first. */
  readonly seq: number;
  /** The conversation's name, where it has one. */
  readonly conversation?: string;
  readonly saved: Moment;
  /** The model was reached once: the conversation has begun. */
  readonly opened?: true;
  /** The number of the last turn that ended. */
  readonly turn: number;
  readonly state: KeptState;
  readonly phase?: PhasePlace;
  readonly visits: readonly PhaseVisit[];
  readonly flow?: FlowState;
  readonly tools: KeptTools;
  /** The last ones. */
  readonly turns: readonly KeptTurn[];
  readonly resume?: KeptHandle;
}

/** A session before anything has happened in it. */
export function emptySnapshot(saved: Moment): SessionSnapshot {
  return {
    kind: SNAPSHOT_KIND,
    version: SNAPSHOT_VERSION,
    seq: 0,
    saved,
    turn: 0,
    state: { revision: 0, values: {}, masked: [], sealed: {}, marks: [] },
    visits: [],
    tools: { open: [], known: [], once: [] },
    turns: [],
  };
}
