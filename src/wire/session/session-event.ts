/** What a session tells its subscribers (seed: SessionEvent; design §3). A closed union on `type`. */
import type { TranscriptPiece } from '../codec/frame-item.ts';
import type { RotationCause } from '../connection/rotation-cause.ts';
import type { FunctionCall } from '../protocol/content.ts';
import type { UsageMetadata } from '../protocol/server-messages.ts';
import type { WireError } from '../wire-error.ts';
import type { SessionPhase } from './session-phase.ts';

/** Every event's place: in the session, in the conversation, and relative to interruptions. */
export interface EventStamp {
  /** From 1, without gaps, in the order of events. */
  readonly seq: number;
  /** The turn it belongs to, from 1; grows after each `turnComplete`. */
  readonly turn: number;
  /** Grows with each interruption: queued audio of an older generation is stale. */
  readonly generation: number;
}

/** The state of the connection, apart from the conversation on it. */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** The connection is being replaced by a fresh one, on purpose. */
  | { readonly state: 'rotating' }
  | {
      readonly state: 'retrying';
      readonly attempt: number;
      readonly delayMs: number;
      readonly cause: WireError;
    }
  | { readonly state: 'closed'; readonly reason: string };

/** PCM16 little-endian mono from the model, decoded. Shared between subscribers: do not write to it. */
export interface AudioDataBody {
  readonly type: 'audioData';
  readonly data: Uint8Array;
  readonly mimeType: string;
  /** 24_000 on today's models. */
  readonly rateHz: number;
}

/** How a connection was replaced. */
export interface RotationReport {
  readonly cause: RotationCause;
  /** From the last moment of the old connection to the first of the new one, in milliseconds. */
  readonly gapMs: number;
  /** The service went on with the session; otherwise a fresh one began. */
  readonly resumed: boolean;
  /** The fresh session was told the conversation so far. */
  readonly reseeded: boolean;
  /** What was sent once more, because the service had not kept it. */
  readonly replayed: Replayed;
}

export interface Replayed {
  readonly turns: number;
  readonly toolResponses: number;
  /** Milliseconds of what the microphone had sent. */
  readonly audioMs: number;
  /**
   * Milliseconds of what the microphone had sent since the model last began to answer, silence included, and that is not
   * sent again: it was older than `limits.maxQueuedAudioMs`.
   */
  readonly lostAudioMs: number;
}

export type SessionEventBody =
  /** Setup is complete; `resumed` when it continued an earlier session by its handle. */
  | {
      readonly type: 'connected';
      readonly resumed: boolean;
      /** Set when a fresh session was told the conversation so far, from the config's `history`. */
      readonly reseeded?: boolean;
      readonly serverSessionId?: string;
      /** For a replicated voice: proof of consent, to be sent with the next setup. */
      readonly voiceConsentSignature?: string;
    }
  /** A delta of the model's text. In AUDIO sessions this is usually reasoning, not speech (spec: wire §3). */
  | { readonly type: 'textDelta'; readonly text: string }
  /** All the text of a finished model turn; not sent for a turn without text. */
  | { readonly type: 'textComplete'; readonly text: string }
  | AudioDataBody
  /** What the user said, a delta; an `interim` replaces the previous interim. */
  | ({ readonly type: 'inputTranscription'; readonly interim: boolean } & TranscriptPiece)
  /** What the model says, a delta. */
  | ({ readonly type: 'outputTranscription' } & TranscriptPiece)
  /** A summary of the model's reasoning. */
  | { readonly type: 'thought'; readonly text: string }
  | { readonly type: 'toolCall'; readonly calls: readonly FunctionCall[] }
  /** The server no longer wants these answers. */
  | { readonly type: 'toolCallCancelled'; readonly ids: readonly string[] }
  /** The model's turn is over: it is the user's. `reason` is an open set (spec: wire §3). */
  | { readonly type: 'turnComplete'; readonly reason?: string }
  /** The model has generated everything; its playback may go on. */
  | { readonly type: 'generationComplete' }
  /** Stop playing what the model said: the user cut in. */
  | { readonly type: 'interrupted' }
  | { readonly type: 'phaseChanged'; readonly phase: SessionPhase; readonly from: SessionPhase }
  /** The server will close the connection in `timeLeftMs`. */
  | { readonly type: 'goAway'; readonly timeLeftMs?: number }
  /** The end, exactly once. No `error` means that it was asked for. */
  | { readonly type: 'disconnected'; readonly reason: string; readonly error?: WireError }
  /** Something failed and the session goes on. */
  | { readonly type: 'error'; readonly error: WireError }
  | {
      readonly type: 'sessionResumeUpdate';
      readonly handle?: string;
      readonly resumable: boolean;
      /** Transparent mode: the last client message that the server has taken in. */
      readonly lastConsumedIndex?: number;
    }
  /** Server-side detection; `audioOffsetMs` counts input audio from the stream's start. */
  | { readonly type: 'voiceActivityStart'; readonly audioOffsetMs?: number }
  | { readonly type: 'voiceActivityEnd'; readonly audioOffsetMs?: number }
  /** Token counts of the turn so far, not of the session. */
  | { readonly type: 'usage'; readonly usage: UsageMetadata }
  /** Inline media that is not audio: avatar video. */
  | { readonly type: 'media'; readonly mimeType: string; readonly data: Uint8Array }
  | {
      readonly type: 'grounding';
      readonly groundingMetadata?: Readonly<Record<string, unknown>>;
      readonly urlContextMetadata?: Readonly<Record<string, unknown>>;
    }
  /** Code that the model wrote for the code execution tool. */
  | {
      readonly type: 'executableCode';
      readonly language: string;
      readonly code: string;
      readonly id?: string;
    }
  | {
      readonly type: 'codeExecutionResult';
      readonly outcome: string;
      readonly output: string;
      readonly id?: string;
    }
  /** 3.8-extended: `IN_PROGRESS`, or `IDLE` when a turn with fillers is really over. */
  | { readonly type: 'interactionStatus'; readonly status: string }
  /** The model waits for more input and says nothing. */
  | { readonly type: 'waitingForInput' }
  /** A part of a frame that this version does not know or cannot read. */
  | { readonly type: 'unknown'; readonly key: string; readonly raw: unknown }
  | { readonly type: 'connectionChanged'; readonly connection: ConnectionStatus }
  /** The model's turn ended in the middle, with its connection; its number is that of the event, the next turn has another. */
  | {
      readonly type: 'turnCutOff';
      /** Calls of it, or of turns before, that were not answered yet. */
      readonly openCalls: readonly string[];
    }
  /** The conversation goes on over another connection. Follows `connected`. */
  | ({ readonly type: 'rotated' } & RotationReport);

type Stamped<Body> = Body extends unknown ? Body & EventStamp : never;

export type SessionEvent = Stamped<SessionEventBody>;
export type SessionEventType = SessionEventBody['type'];
/** The event of one type. */
export type SessionEventOf<T extends SessionEventType> = Extract<SessionEvent, { readonly type: T }>;

/** Whether an event is media: droppable by a slow receiver, unlike control events. */
export function isMediaEvent(event: SessionEvent): boolean {
  return event.type === 'audioData' || event.type === 'media';
}
