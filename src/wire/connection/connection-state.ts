/** The pure core's state, inputs and outputs. The shell (`session/session.ts`) turns them into I/O. */
import type { FrameItem } from '../codec/frame-item.ts';
import type { OutboxNews } from '../outbox/outbox.ts';
import type { Content, FunctionResponse } from '../protocol/content.ts';
import type { SessionEventBody } from '../session/session-event.ts';
import type { SessionPhase } from '../session/session-phase.ts';
import type { SocketClose } from '../transport/transport.ts';
import type { WireError } from '../wire-error.ts';
import type { RotationCause } from './rotation-cause.ts';

/** The life of one session's connections. Each stage has at most one timer running: its own. */
export type Link =
  | { readonly stage: 'idle' }
  /** A socket is being opened, since then on the clock; the timer is the connect timeout. */
  | { readonly stage: 'opening'; readonly sinceMs: number }
  /** Setup is sent; the timer is the setup timeout. */
  | {
      readonly stage: 'settingUp';
      readonly withHandle: boolean;
      /** What a fresh session is told of the conversation so far. */
      readonly seed: readonly Content[];
      readonly sinceMs: number;
      /** How long the socket took to open. */
      readonly openedInMs: number;
    }
  /** The conversation runs; the timer is the next of the rotation. */
  | Ready
  /** The old socket closes, for a new one to follow; the timer cuts that short. */
  | { readonly stage: 'rotating' }
  /** Between two attempts; the timer is the backoff. */
  | { readonly stage: 'waiting' }
  /** The closing handshake runs; the timer cuts it short. */
  | { readonly stage: 'closing'; readonly reason: string }
  | { readonly stage: 'ended'; readonly end: SessionEnd };

/** An established connection. */
export interface Ready {
  readonly stage: 'ready';
  /** On the clock. */
  readonly sinceMs: number;
  readonly resumed: boolean;
  /** The turn that was running when it began. */
  readonly firstTurn: number;
  /** Set when the connection is to be replaced. */
  readonly rotation: Rotation | undefined;
}

/** A replacement that waits for a good moment. Times are on the clock. */
export interface Rotation {
  readonly cause: RotationCause;
  /** Not before: a server that says goAway to each new connection would have them replaced without end. */
  readonly notBeforeMs: number;
  /** Until then it waits for a moment that loses nothing; then for any pause. */
  readonly patientUntilMs: number;
  /** Then it is done, whatever goes on. */
  readonly deadlineMs: number;
  /** Since when there has been a pause, once patience is over: the handle of the last turn may be on its way. */
  readonly pausedMs: number | undefined;
}

/** No connection, where there was one. */
export interface Gap {
  readonly cause: RotationCause;
  /** On the clock. */
  readonly sinceMs: number;
  /** The service ended the old connection itself, and so knows that it is gone. */
  readonly byService: boolean;
}

/** How a session ended. No `error` means that it was asked for. */
export interface SessionEnd {
  readonly reason: string;
  readonly error?: WireError;
}

/** What is known of the conversation; it survives a reconnect. */
export interface Conversation {
  readonly phase: SessionPhase;
  /** From 1. */
  readonly turn: number;
  readonly generation: number;
  /** The text of the running model turn. */
  readonly text: string;
  readonly userActive: boolean;
  /** This side says so itself, by its marks or its own detection: that outlasts a connection. */
  readonly userMarked: boolean;
  /** Tool calls not yet answered, by id, or by name where the server gave no id. */
  readonly openCalls: readonly string[];
  /** Of the open calls, those that the model does not wait for. */
  readonly backgroundCalls: readonly string[];
  /** Calls that were open when the newest handle was given out. */
  readonly savedCalls: readonly string[];
  /** Calls that the newest handle does not know of. */
  readonly unsavedCalls: readonly string[];
  /** Calls that were open when this connection resumed the session. */
  readonly carriedCalls: readonly string[];
  /** Something was said, by whomever, that the newest handle does not know of. */
  readonly unsaved: boolean;
  /** The model has begun a turn and not ended it. */
  readonly turnOpen: boolean;
  /** A model that speaks in between says that it is not done (spec: wire §3, interactionStatus). */
  readonly inProgress: boolean;
}

export interface ConnectionState {
  readonly link: Link;
  readonly conversation: Conversation;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** Whether setupComplete has ever come. */
  readonly everReady: boolean;
  /** The newest handle to resume from. */
  readonly resumeHandle: string | undefined;
  /** How often in a row the service ended what that handle led to. */
  readonly handleFailures: number;
  readonly gap: Gap | undefined;
}

export type ConnectionInput =
  | { readonly type: 'start' }
  | { readonly type: 'opened' }
  /** The connection could not even be attempted: the token provider failed, or the platform refused. */
  | { readonly type: 'openFailed'; readonly error: WireError }
  | { readonly type: 'frame'; readonly items: readonly FrameItem[] }
  /** Something went wrong that the session survives: a frame nobody can read, a recorder that threw. */
  | { readonly type: 'mishap'; readonly error: WireError }
  /** `close` is free of credentials; `words` is the reason as it came, only to classify by. */
  | { readonly type: 'closed'; readonly close: SocketClose; readonly words: string }
  /** The running timer of the stage is due. */
  | { readonly type: 'timer' }
  | { readonly type: 'toolsTaken'; readonly unanswered?: readonly string[] }
  | { readonly type: 'toolResponse'; readonly responses: readonly FunctionResponse[] }
  | { readonly type: 'userActivity'; readonly active: boolean }
  /** Replace the connection, at the next good moment or at once. */
  | { readonly type: 'rotate'; readonly cause: 'application' | 'deadAir'; readonly atOnce: boolean }
  /** While a rotation waits: a step is done. `settled` when all that was sent is in the newest handle. */
  | { readonly type: 'lull'; readonly settled: boolean }
  | { readonly type: 'disconnect'; readonly reason: string }
  | { readonly type: 'abort'; readonly error: WireError };

export type ConnectionOutput =
  | { readonly type: 'open' }
  | { readonly type: 'sendSetup'; readonly handle: string | undefined; readonly seeded: boolean }
  /** Commands may go out from here on: send what the service has not taken in, then what waits. */
  | {
      readonly type: 'flush';
      readonly resumed: boolean;
      /** What the server says within this time of a message may have crossed it on the way. */
      readonly crossMs: number;
      readonly seed: readonly Content[];
      /** Calls that the session on the other side does not know. */
      readonly lostCalls: readonly string[];
      /** Of those, the ones whose answer is still to come. */
      readonly openCalls: readonly string[];
    }
  /** What the outbox learns from the server. */
  | { readonly type: 'outbox'; readonly news: OutboxNews }
  /** Nobody will answer these calls. `mayAsk` when the model may be asked to speak now. */
  | { readonly type: 'abandon'; readonly calls: readonly string[]; readonly mayAsk: boolean }
  /** Tells `rotated`, with what the flush has sent again. */
  | {
      readonly type: 'tellRotated';
      readonly cause: RotationCause;
      readonly gapMs: number;
      readonly resumed: boolean;
      readonly reseeded: boolean;
      readonly turn: number;
      readonly generation: number;
    }
  | {
      readonly type: 'emit';
      readonly body: SessionEventBody;
      readonly turn: number;
      readonly generation: number;
    }
  /** Replaces the stage's timer; without a delay, only stops it. */
  | { readonly type: 'timer'; readonly delayMs: number | undefined }
  | { readonly type: 'closeSocket'; readonly reason: string }
  | { readonly type: 'dropSocket' }
  /** Closes the socket and hears nothing more of it. */
  | { readonly type: 'releaseSocket' }
  | { readonly type: 'ended'; readonly end: SessionEnd };

/** Shared, because most of the time no call is open. */
export const NO_CALLS: readonly string[] = [];
/** Shared, because most sessions are seeded with nothing. */
export const NO_SEED: readonly Content[] = [];

export const initialState: ConnectionState = {
  link: { stage: 'idle' },
  conversation: {
    phase: 'disconnected',
    turn: 1,
    generation: 0,
    text: '',
    userActive: false,
    userMarked: false,
    openCalls: NO_CALLS,
    backgroundCalls: NO_CALLS,
    savedCalls: NO_CALLS,
    unsavedCalls: NO_CALLS,
    carriedCalls: NO_CALLS,
    unsaved: false,
    turnOpen: false,
    inProgress: false,
  },
  failures: 0,
  everReady: false,
  resumeHandle: undefined,
  handleFailures: 0,
  gap: undefined,
};
