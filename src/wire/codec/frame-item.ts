/**
 * What a server frame says, as a list in the one order in which it is to be handled (design §3): setup; content
 * (parts in their order, input, interim and output transcription, grounding); usage; voice activity; interaction
 * status; waitingForInput; interrupted, generationComplete, turnComplete; tool calls; cancellations; resumption;
 * goAway; what is unknown. An unknown part, call or activity keeps its place.
 */
import type { FunctionCall } from '../protocol/content.ts';
import type { UsageMetadata } from '../protocol/server-messages.ts';

/** A word of a transcript with its place in the audio, in ms, where the server gives it. */
export interface TranscriptWord {
  readonly word: string;
  readonly startMs?: number;
  readonly endMs?: number;
}

/** A piece of transcript. `text` is a delta: append it, spaces included. */
export interface TranscriptPiece {
  readonly text: string;
  /** True when the server marked it final; rare, never depend on it. */
  readonly finished?: boolean;
  readonly languageCode?: string;
  readonly speakerLabel?: string;
  readonly words?: readonly TranscriptWord[];
  /** Where the piece lies in the audio, in ms, where the server says so. */
  readonly startMs?: number;
  readonly endMs?: number;
}

export interface AudioItem {
  readonly type: 'audio';
  /** PCM16 little-endian mono, as the server sent it. */
  readonly data: Uint8Array;
  readonly mimeType: string;
  readonly rateHz: number;
}

export type FrameItem =
  | {
      readonly type: 'setupComplete';
      readonly serverSessionId?: string;
      /** Proof of consent for a replicated voice: pass it in later setups. */
      readonly voiceConsentSignature?: string;
    }
  | AudioItem
  | { readonly type: 'media'; readonly mimeType: string; readonly data: Uint8Array }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thought'; readonly text: string }
  | { readonly type: 'code'; readonly language: string; readonly code: string; readonly id?: string }
  | {
      readonly type: 'codeResult';
      readonly outcome: string;
      readonly output: string;
      readonly id?: string;
    }
  | ({ readonly type: 'inputTranscription'; readonly interim: boolean } & TranscriptPiece)
  | ({ readonly type: 'outputTranscription' } & TranscriptPiece)
  | {
      readonly type: 'grounding';
      readonly groundingMetadata?: Readonly<Record<string, unknown>>;
      readonly urlContextMetadata?: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'usage'; readonly usage: UsageMetadata }
  | { readonly type: 'voiceActivity'; readonly active: boolean; readonly audioOffsetMs?: number }
  | { readonly type: 'interactionStatus'; readonly status: string }
  | { readonly type: 'waitingForInput' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'generationComplete' }
  | { readonly type: 'turnComplete'; readonly reason?: string }
  | { readonly type: 'toolCall'; readonly calls: readonly FunctionCall[] }
  | { readonly type: 'toolCallCancellation'; readonly ids: readonly string[] }
  | {
      readonly type: 'resumption';
      readonly handle?: string;
      readonly resumable: boolean;
      readonly lastConsumedIndex?: number;
    }
  | { readonly type: 'goAway'; readonly timeLeftMs?: number }
  /** What this version does not know, or cannot read: the key's path and the value as it came. */
  | { readonly type: 'unknown'; readonly key: string; readonly raw: unknown };
