/** What a recording of a live session is made of: a header line, then one JSON line for each thing that happened. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ModelProfile } from '../../wire/index.ts';

/** What the first line of a recording says it is. */
export const RECORDING_FORMAT = 'parlando-recording';
/** The version that is written, and the newest that is read. */
export const RECORDING_VERSION = 1;

/** The first line. Nothing in it is a credential. */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  readonly profile: ModelProfile;
  /** Milliseconds since 1970 when the recording began. */
  readonly epochMs: number;
  /** The random numbers of the session come from here. */
  readonly seed: number;
  /** Whether audio was kept, or only how much there was. */
  readonly audio: 'keep' | 'omit';
  /** What was replaced by something of its kind before writing; empty when nothing was. */
  readonly redactions: readonly string[];
  /** Facts of the environment that the session was opened in; credentials are `[redacted]`. */
  readonly environment: { readonly [name: string]: string };
  /** The options as far as they are plain JSON, a conversation document included. */
  readonly options: { readonly [name: string]: JsonValue };
  /** Places of the options that are code: a replay needs the module that has them. */
  readonly code: readonly string[];
  /** Places of the options that are code, and on the tapes. */
  readonly onTape: readonly string[];
  /** The module that has the session's options, as the application named it. */
  readonly module?: string;
  /** The state that the session began with. */
  readonly state: { readonly [key: string]: JsonValue };
}

/** Where an entry stands. */
interface Placed {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds since the session began, on its clock. */
  readonly tMs: number;
}

/**
 * What came from outside. Without `at` it came by itself; `fresh` when everything that the entries before it caused had been
 * done, else `acts` counts how much the session had done by then.
 */
interface FromOutside extends Placed {
  readonly fresh?: true;
  readonly acts?: number;
  /** It came from within what the session did: at its so manieth point. */
  readonly at?: number;
}

/** How a function of the application, or a model, ended. */
export type TapedOutcome =
  | { readonly type: 'value'; readonly value?: JsonValue }
  | { readonly type: 'error'; readonly error: TapedError };

/** What was thrown. */
export interface TapedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly retryable?: true;
  /** A commit that may have taken effect all the same. */
  readonly unknown?: true;
}

/** What the application did to the session; bytes are base64. */
export type RecordedInput =
  | { readonly do: 'audio'; readonly data: string; readonly silent?: number; readonly samples?: true }
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'video'; readonly data: string; readonly mimeType?: string }
  | { readonly do: 'toolResponse'; readonly responses: JsonValue }
  | { readonly do: 'clientContent'; readonly turns: JsonValue; readonly turnComplete: boolean }
  | { readonly do: 'instruct'; readonly instruction: string }
  | { readonly do: 'activityStart' | 'activityEnd' }
  | { readonly do: 'speechStarted' | 'speechEnded' | 'flushPrompt' }
  | { readonly do: 'playbackDrained' | 'playerDrained' | 'playbackFlushed' }
  | { readonly do: 'playbackReport'; readonly playedMs: number; readonly turn?: number }
  | { readonly do: 'goTo'; readonly phase: string; readonly source: string }
  | { readonly do: 'rotate'; readonly options?: JsonValue }
  | { readonly do: 'progress'; readonly call: number; readonly note: JsonValue }
  | { readonly do: 'disconnect'; readonly reason?: string }
  | { readonly do: 'abort' }
  | { readonly do: 'stateSet'; readonly key: string; readonly value: JsonValue }
  | {
      readonly do: 'stateRemove';
      readonly keys: readonly string[];
      readonly origin: 'remove' | 'clearPrefix';
    }
  /** Absent values are removed. */
  | { readonly do: 'stateCommit'; readonly changes: ReadonlyArray<readonly [string, JsonValue?]> }
  | { readonly do: 'stateImport'; readonly values: { readonly [key: string]: JsonValue } };

/** Every line but the first. */
export type RecordingEntry =
  // The connection, as it came in
  | (FromOutside & {
      readonly type: 'in';
      readonly conn: number;
      /** It was a text frame. */
      readonly text?: true;
      readonly data: string;
    })
  /** An audio frame: `before`, the base64, `after`, with the texts of the `shape` entry of that number. */
  | (FromOutside & {
      readonly type: 'audio';
      readonly conn: number;
      readonly text?: true;
      readonly shape: number;
      readonly data: string;
      /** The audio was left out: so many bytes of it. */
      readonly silent?: number;
    })
  | (FromOutside & { readonly type: 'opened' | 'alive'; readonly conn: number })
  | (FromOutside & {
      readonly type: 'closed';
      readonly conn: number;
      readonly code: number;
      readonly reason: string;
      readonly httpStatus?: number;
    })
  /** The socket's buffer: so many bytes had not gone out. */
  | (FromOutside & { readonly type: 'buffered'; readonly conn: number; readonly bytes: number })
  | (FromOutside & { readonly type: 'timer'; readonly id: number; readonly delayMs: number })
  | (FromOutside & { readonly type: 'do'; readonly input: RecordedInput })
  /** A call that was pending has ended. */
  | (FromOutside & { readonly type: 'settled'; readonly call: number; readonly outcome: TapedOutcome })
  // What went out
  | (Placed & {
      readonly type: 'out';
      readonly conn: number;
      readonly data: string;
      /** Where in it something was replaced, as JSON pointers. */
      readonly hidden?: readonly string[];
    })
  /** An audio frame: its length and a checksum of its bytes. */
  | (Placed & {
      readonly type: 'outAudio';
      readonly conn: number;
      readonly bytes: number;
      readonly sum?: number;
    })
  | (Placed & { readonly type: 'close' | 'terminate'; readonly conn: number })
  /** `pings`: the socket can ask for a sign of life. */
  | (Placed & { readonly type: 'open'; readonly conn: number; readonly pings?: boolean })
  // What the session was told when it asked
  | (Placed & {
      readonly type: 'call';
      /** From 1. */
      readonly id: number;
      /** For example `tool`, `extractor`, `hook`. */
      readonly kind: string;
      readonly name: string;
      readonly input: JsonValue;
      /** Where in the input something was replaced. */
      readonly hidden?: readonly string[];
      /** Absent: it was pending, or never ended. */
      readonly outcome?: TapedOutcome;
    })
  // For the recording itself
  | (Placed & {
      readonly type: 'shape';
      readonly id: number;
      readonly before: string;
      readonly after: string;
    })
  /** The end: what the session was in the end. */
  | (Placed & {
      readonly type: 'end';
      readonly state: { readonly [key: string]: JsonValue };
      /** Where in the state something was replaced. */
      readonly hidden?: readonly string[];
      readonly phase: string;
      readonly turns: number;
    });

export type RecordingEntryOf<T extends RecordingEntry['type']> = Extract<
  RecordingEntry,
  { readonly type: T }
>;

/** A recording, read. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly entries: readonly RecordingEntry[];
}
