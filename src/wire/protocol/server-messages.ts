/**
 * Server to client, as JSON stands on the wire. One frame may carry several of the top-level keys, so the
 * message is one object of optional fields. Zero values are omitted by proto3 JSON: never test `=== false`.
 */
import type { Content, FunctionCall } from './content.ts';

export interface TranscriptionWord {
  readonly word: string;
  readonly startOffset?: string;
  readonly endOffset?: string;
}

/** `text` is an append-only delta (keep its spaces); an interim replaces the previous interim. */
export interface Transcription {
  readonly text?: string;
  /** Rare: never depend on it. */
  readonly finished?: boolean;
  readonly languageCode?: string;
  readonly speakerLabel?: string;
  readonly words?: readonly TranscriptionWord[];
  readonly startOffset?: string;
  readonly endOffset?: string;
}

export interface ServerContent {
  readonly modelTurn?: Content;
  readonly inputTranscription?: Transcription;
  readonly outputTranscription?: Transcription;
  readonly interimInputTranscription?: Transcription;
  readonly groundingMetadata?: Readonly<Record<string, unknown>>;
  readonly urlContextMetadata?: Readonly<Record<string, unknown>>;
  readonly generationComplete?: boolean;
  readonly turnComplete?: boolean;
  /** An open set; see spec `TurnCompleteReason`. */
  readonly turnCompleteReason?: string;
  readonly interrupted?: boolean;
  readonly waitingForInput?: boolean;
  readonly interactionStatus?: string;
  readonly speechState?: string;
}

export interface ModalityTokenCount {
  readonly modality: string;
  readonly tokenCount?: number;
}

/** Per turn, not per session; each turn bills the history again. Vertex says `candidates…` for `response…`. */
export interface UsageMetadata {
  readonly promptTokenCount?: number;
  readonly cachedContentTokenCount?: number;
  readonly responseTokenCount?: number;
  readonly toolUsePromptTokenCount?: number;
  readonly thoughtsTokenCount?: number;
  readonly totalTokenCount?: number;
  readonly promptTokensDetails?: readonly ModalityTokenCount[];
  readonly cacheTokensDetails?: readonly ModalityTokenCount[];
  readonly responseTokensDetails?: readonly ModalityTokenCount[];
  readonly toolUsePromptTokensDetails?: readonly ModalityTokenCount[];
  readonly trafficType?: string;
  readonly serviceTier?: string;
}

/** What Vertex calls the response counts. */
export interface VertexUsageMetadata
  extends Omit<UsageMetadata, 'responseTokenCount' | 'responseTokensDetails'> {
  readonly candidatesTokenCount?: number;
  readonly candidatesTokensDetails?: readonly ModalityTokenCount[];
}

export interface SessionResumptionUpdate {
  readonly newHandle?: string;
  /** Omitted means false: the session cannot be resumed from here. */
  readonly resumable?: boolean;
  /** int64 as a string; transparent mode only. */
  readonly lastConsumedClientMessageIndex?: string;
}

export interface ServerMessage {
  readonly setupComplete?: {
    /** Vertex. */
    readonly sessionId?: string;
    readonly voiceConsentSignature?: { readonly signature: string };
  };
  readonly serverContent?: ServerContent;
  readonly toolCall?: { readonly functionCalls?: readonly FunctionCall[] };
  readonly toolCallCancellation?: { readonly ids?: readonly string[] };
  readonly usageMetadata?: UsageMetadata | VertexUsageMetadata;
  readonly goAway?: { readonly timeLeft?: string };
  readonly sessionResumptionUpdate?: SessionResumptionUpdate;
  readonly voiceActivity?: { readonly type?: string; readonly audioOffset?: string };
  readonly voiceActivityDetectionSignal?: { readonly vadSignalType?: string };
}
