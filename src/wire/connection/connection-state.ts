/** The pure core's state, inputs and outputs. The shell (`session/session.ts`) turns them into I/O. */
import type { FrameItem } from '../codec/frame-item.ts';
import type { FunctionResponse } from '../protocol/content.ts';
import type { SessionEventBody } from '../session/session-event.ts';
import type { SessionPhase } from '../session/session-phase.ts';
import type { SocketClose } from '../transport/transport.ts';
import type { WireError } from '../wire-error.ts';

/** The life of one session's connections. Each stage has at most one timer running: its own. */
export type Link =
  | { readonly stage: 'idle' }
  /** A socket is being opened; the timer is the connect timeout. */
  | { readonly stage: 'opening' }
  /** Setup is sent; the timer is the setup timeout. */
  | { readonly stage: 'settingUp'; readonly withHandle: boolean }
  /** The conversation runs, since then on the clock. */
  | { readonly stage: 'ready'; readonly sinceMs: number }
  /** Between two attempts; the timer is the backoff. */
  | { readonly stage: 'waiting' }
  /** The closing handshake runs; the timer cuts it short. */
  | { readonly stage: 'closing'; readonly reason: string }
  | { readonly stage: 'ended'; readonly end: SessionEnd };

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
  /** Tool calls not yet answered, by id, or by name where the server gave no id. */
  readonly openCalls: readonly string[];
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
  | { readonly type: 'disconnect'; readonly reason: string }
  | { readonly type: 'abort'; readonly error: WireError };

export type ConnectionOutput =
  | { readonly type: 'open' }
  | { readonly type: 'sendSetup'; readonly handle: string | undefined }
  /** Commands may go out from here on: send what waits. */
  | { readonly type: 'flush' }
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
  | { readonly type: 'ended'; readonly end: SessionEnd };

/** Shared, because most of the time no call is open. */
export const NO_CALLS: readonly string[] = [];

export const initialState: ConnectionState = {
  link: { stage: 'idle' },
  conversation: {
    phase: 'disconnected',
    turn: 1,
    generation: 0,
    text: '',
    userActive: false,
    openCalls: NO_CALLS,
  },
  failures: 0,
  everReady: false,
  resumeHandle: undefined,
};
