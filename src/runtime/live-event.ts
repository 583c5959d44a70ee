/** What a live session tells (seed: LiveEvent; design §4). A closed union on `type`. */

import type { JsonValue } from '../flow/state-reader.ts';
import type { EventStamp, RotationCause, WireError } from '../wire/index.ts';
import type { StoreError } from './persist/store-error.ts';
import type { TurnRecord } from './record/turn-record.ts';
import type { RuntimeError } from './runtime-error.ts';
import type { TelemetrySnapshot } from './telemetry/telemetry-snapshot.ts';

/** Why nothing was heard for too long. */
export type DeadAirCause = 'noReply' | 'missingTurnComplete' | 'phantomInterruption';
/** What the watchdog did about it. */
export type DeadAirAction = 'nudge' | 'rotate' | 'filler' | 'escalate' | 'none';

export type LiveEventBody =
  /** PCM16 from the model, shared: do not write to it. */
  | { readonly type: 'audio'; readonly data: Uint8Array; readonly mimeType: string; readonly rateHz: number }
  /** Inline media that is not audio: avatar video. */
  | { readonly type: 'media'; readonly mimeType: string; readonly data: Uint8Array }
  | { readonly type: 'textDelta'; readonly text: string }
  | { readonly type: 'textComplete'; readonly text: string }
  /**
   * What the user said: pieces with `isFinal: false`, then the whole turn's once with true. Redacted. An `interim` piece is
   * a guess that the next piece replaces.
   */
  | {
      readonly type: 'inputTranscript';
      readonly text: string;
      readonly isFinal: boolean;
      readonly interim?: boolean;
    }
  /**
   * What the model said, the same; a final one after a barge-in holds only what was heard. `cutOff` when the connection was
   * lost in the middle of it: what the user had asked is answered in the next turn.
   */
  | {
      readonly type: 'outputTranscript';
      readonly text: string;
      readonly isFinal: boolean;
      readonly cutOff?: true;
    }
  | { readonly type: 'thought'; readonly text: string }
  /** The user began to speak: the server's detection, the local one, or the application said so. */
  | { readonly type: 'vadStart' }
  | { readonly type: 'vadEnd' }
  /** An extractor's result, and then each field of it as `name.field`. Redacted. */
  | { readonly type: 'extraction'; readonly name: string; readonly value: JsonValue }
  | { readonly type: 'extractionError'; readonly name: string; readonly error: string }
  /** A field was considered for authoritative state. */
  | {
      readonly type: 'statePromotion';
      readonly extractor: string;
      readonly field: string;
      readonly stateKey: string;
      readonly accepted: boolean;
      readonly reason: string;
      readonly value: JsonValue;
    }
  | { readonly type: 'phaseTransition'; readonly from: string; readonly to: string; readonly reason: string }
  /** A response that goes to the model: results, refusals and errors alike. */
  | {
      readonly type: 'toolExecution';
      readonly callId: string;
      readonly name: string;
      readonly args: JsonValue;
      readonly result: JsonValue;
    }
  | { readonly type: 'toolCancelled'; readonly ids: readonly string[] }
  | { readonly type: 'turnComplete' }
  /** The user cut in: stop playing. */
  | { readonly type: 'interrupted' }
  | { readonly type: 'connected'; readonly resumed: boolean }
  /** The end, exactly once. No reason means that it was asked for. */
  | { readonly type: 'disconnected'; readonly reason?: string }
  /** Something failed; the session goes on unless `disconnected` follows. */
  | { readonly type: 'error'; readonly error: RuntimeError | WireError | StoreError }
  | { readonly type: 'goAway'; readonly timeLeftMs: number }
  | { readonly type: 'telemetry'; readonly snapshot: TelemetrySnapshot }
  | {
      readonly type: 'turnMetrics';
      /** The turn that the numbers are of. */
      readonly ofTurn: number;
      /** From the end of the user's speech, or text, to the first output; undefined when there was no such pair. */
      readonly latencyMs: number | undefined;
      readonly promptTokens: number;
      readonly responseTokens: number;
    }
  /** A tool is taking long: play something. */
  | { readonly type: 'fillerCue'; readonly tool: string; readonly elapsedMs: number }
  | { readonly type: 'reprompted'; readonly silenceMs: number }
  | {
      readonly type: 'verbatimChecked';
      readonly step: string;
      readonly similarity: number;
      readonly passed: boolean;
    }
  | { readonly type: 'violation'; readonly subject: string; readonly reason: string }
  | {
      readonly type: 'deadAir';
      readonly cause: DeadAirCause;
      readonly action: DeadAirAction;
      readonly silentMs: number;
    }
  /** The conversation goes on over another connection. Follows `connected`. */
  | {
      readonly type: 'rotated';
      readonly cause: RotationCause;
      /** How long there was no connection. */
      readonly gapMs: number;
      /** Turns and tool responses that were sent once more, because the service had not kept them. */
      readonly replayed: number;
      /** The service went on with the session; otherwise a fresh one began. */
      readonly resumed: boolean;
      /** The fresh session was told the conversation so far. */
      readonly reseeded: boolean;
    }
  | { readonly type: 'turnRecord'; readonly record: TurnRecord }
  /** A subscriber fell behind; only that subscriber sees it, as the error of `recv()`. */
  | { readonly type: 'lagged'; readonly missed: number };

type Stamped<Body> = Body extends unknown ? Body & EventStamp : never;

export type LiveEvent = Stamped<LiveEventBody>;
export type LiveEventType = LiveEventBody['type'];
/** The event of one type. */
export type LiveEventOf<T extends LiveEventType> = Extract<LiveEvent, { readonly type: T }>;

/** Publishes an event; the lane stamps it. The body is given away. */
export type Emit = (body: LiveEventBody) => void;
