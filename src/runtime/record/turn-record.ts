import type { JsonValue } from '../../flow/state-reader.ts';

/** One tool call of a turn, as it was answered. Redacted. */
export interface ToolRecord {
  readonly callId: string;
  readonly name: string;
  readonly args: JsonValue;
  readonly result: JsonValue;
  readonly outcome: 'succeeded' | 'failed' | 'refused' | 'cancelled' | 'running';
  readonly durationMs: number;
}

/** What one turn left behind (design §1.5). Plain JSON, redacted. */
export interface TurnRecord {
  /** From 1, the session's number. */
  readonly number: number;
  /** What the user said. */
  readonly heard: string;
  /** What the model said; after a barge-in what of it was heard. */
  readonly said: string;
  readonly interrupted: boolean;
  /** The connection was lost in the middle of the model's turn: the next turn answers the user. */
  readonly cutOff?: true;
  /** Keys that changed in the turn, first old and last new value; undefined is absent. */
  readonly stateDiff: Readonly<Record<string, { readonly before?: JsonValue; readonly after?: JsonValue }>>;
  /** Where the governor stood at the end; undefined when nothing governs. */
  readonly phase?: string;
  readonly tools: readonly ToolRecord[];
  /** Milliseconds from the start of the turn; absent when it did not happen. */
  readonly latency: {
    readonly speechEndMs?: number;
    readonly firstOutputMs?: number;
    readonly firstAudioMs?: number;
    readonly generationCompleteMs?: number;
    readonly endMs: number;
    /** From the end of the user's speech (or text) to the first output. */
    readonly responseMs?: number;
  };
  readonly tokens: { readonly prompt: number; readonly response: number; readonly total: number };
}
