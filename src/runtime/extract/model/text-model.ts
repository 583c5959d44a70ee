/** A model that answers text with text, beside the call: extractors and agents ask one (spec: control §13, BaseLlm). */
import type { JsonObject } from '../json-object.ts';

/** One message of the conversation that a text model is shown. */
export interface TextMessage {
  readonly role: 'user' | 'model';
  readonly text: string;
}

/** One question. */
export interface TextRequest {
  /** The system instruction. */
  readonly system?: string;
  /** Oldest first; at least one. */
  readonly messages: readonly TextMessage[];
  /** A JSON Schema (draft 2020-12): the answer must be JSON of this shape. */
  readonly json?: JsonObject;
  /** 0 to 2. @default the model's own */
  readonly temperature?: number;
  /** Tokens to think with; 0 is none. @default the model's own */
  readonly thinkingBudget?: number;
  readonly maxOutputTokens?: number;
  /** Ends the question; the promise then rejects with `aborted`. */
  readonly signal: AbortSignal;
}

/** What a question cost; 0 where the model does not say. */
export interface TextUsage {
  readonly promptTokens: number;
  readonly responseTokens: number;
  readonly totalTokens: number;
}

/** Why a model stopped: it was done, it was cut at its limit, or something else. A refusal is an error, not a reply. */
export type TextFinishReason = 'stop' | 'maxTokens' | 'other';

/** One answer. */
export interface TextReply {
  readonly text: string;
  readonly usage: TextUsage;
  readonly finishReason: TextFinishReason;
}

/**
 * The port. `generate` rejects with a `RuntimeError`: `textModelFailed` (`httpStatus` and `retryable` where they
 * apply), `textModelRefused` when the question or the answer was filtered, `textModelTimeout`, or `aborted`.
 */
export interface TextModel {
  generate(request: TextRequest): Promise<TextReply>;
  /** Makes the first question faster, for example by opening the connection. */
  warmUp?(): Promise<void>;
}
