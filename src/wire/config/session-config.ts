/** Everything a session can be configured with. Unset fields mean: the service's default, or the environment. */
import type { Secret } from '../auth/secret.ts';
import type { TokenProvider } from '../auth/token-provider.ts';
import type { Content } from '../protocol/content.ts';
import type {
  AudioTranscriptionConfig,
  AvatarConfig,
  MediaResolution,
  Modality,
  ProactivityConfig,
  RealtimeInputConfig,
  SafetySetting,
  SpeechConfig,
  ThinkingConfig,
  TranslationConfig,
} from '../protocol/setup.ts';
import type { Tool, ToolConfig } from '../protocol/tools.ts';
import type { WireRecorder } from '../session/wire-recorder.ts';

/** Where the session goes and who it goes as. */
export interface EndpointConfig {
  /**
   * A Google AI key, an ephemeral token (`auth_tokens/…`), or a provider asked at every connect.
   * @default environment: GEMINI_API_KEY, GOOGLE_GENAI_API_KEY, GOOGLE_API_KEY
   */
  readonly apiKey?: string | Secret | TokenProvider;
  /**
   * An OAuth access token (scope cloud-platform), or a provider asked at every connect.
   * @default environment, on Vertex: GOOGLE_ACCESS_TOKEN
   */
  readonly accessToken?: string | Secret | TokenProvider;
  /**
   * Use Vertex AI. `location` defaults to `us-central1`; `host` overrides the host that the location implies.
   * @default environment: GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION
   */
  readonly vertex?: boolean | VertexConfig;
  /** An `http(s)` or `ws(s)` URL of another server: a proxy, or the simulator. May have a path. */
  readonly baseUrl?: string;
  /** The same as `baseUrl`, which wins where both are given. */
  readonly apiEndpoint?: string;
  /** @default `v1beta` (Google AI), `v1alpha` where a token or a feature needs it, `v1beta1` (Vertex) */
  readonly apiVersion?: string;
  /** Further upgrade headers; only where the platform can set them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface VertexConfig {
  readonly project?: string;
  readonly location?: string;
  readonly host?: string;
}

/** How the model generates (spec: wire §2.1). */
export interface GenerationOptions {
  /** @default AUDIO */
  readonly responseModalities?: readonly Modality[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  readonly candidateCount?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly responseMimeType?: string;
  readonly responseSchema?: Readonly<Record<string, unknown>>;
  readonly mediaResolution?: MediaResolution;
  readonly thinkingConfig?: ThinkingConfig;
  readonly enableAffectiveDialog?: boolean;
  readonly translationConfig?: TranslationConfig;
  /** A prebuilt voice, for example `Kore`; short for `speechConfig.voiceConfig.prebuiltVoiceConfig`. */
  readonly voiceName?: string;
  readonly speechConfig?: SpeechConfig;
  /** Vertex; makes the response VIDEO. */
  readonly avatarConfig?: AvatarConfig;
}

/** What the conversation is about and how turns are taken. */
export interface ConversationOptions {
  readonly systemInstruction?: string | Content;
  readonly tools?: readonly Tool[];
  readonly toolConfig?: ToolConfig;
  readonly historyConfig?: { readonly initialHistoryInClientContent?: boolean };
  /** True for the service's defaults. @default false */
  readonly inputAudioTranscription?: boolean | AudioTranscriptionConfig;
  /** True for the service's defaults. @default false */
  readonly outputAudioTranscription?: boolean | AudioTranscriptionConfig;
  readonly realtimeInputConfig?: RealtimeInputConfig;
  /** Vertex: send `voiceActivity` messages. */
  readonly explicitVadSignal?: boolean;
  readonly proactivity?: ProactivityConfig;
  readonly safetySettings?: readonly SafetySetting[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What becomes of resumption handles: see `ContinuityOptions.resume`. */
export type ResumeMode = 'auto' | 'manual' | 'off';

/** How the session lasts. */
export interface ContinuityOptions {
  /**
   * `auto` replaces a connection that ends, or is about to, and resumes with the newest handle. `manual` tells of handles
   * and leaves their use to the application. `off` asks for none.
   * @default 'auto'; 'off' when `sessionResumption` is false
   */
  readonly resume?: ResumeMode;
  /** How long a connection lives, in milliseconds; Infinity when nothing is known. @default by model: 10 to 58 minutes */
  readonly connectionLimitMs?: number;
  /** How long before that limit the connection is replaced, in milliseconds. @default 90_000, at most half of the limit */
  readonly rotateBeforeMs?: number;
  /**
   * Session resumption. `handle` continues an earlier session; `transparent` is Vertex only; false opts out.
   * @default {}
   */
  readonly sessionResumption?:
    | false
    | { readonly handle?: string | undefined; readonly transparent?: boolean };
  /** Token counts; the service's defaults are 80 % of the window and half of the trigger. */
  readonly contextWindowCompression?: {
    readonly triggerTokens?: number;
    readonly slidingWindow?: { readonly targetTokens?: number };
  };
  /** @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** From open socket to setupComplete; the service may never answer a bad setup. @default 15_000 */
  readonly setupTimeoutMs?: number;
  readonly retry?: RetryOptions;
  /**
   * A ping after this long without a frame, in milliseconds; a connection silent for four such intervals is replaced, or for
   * more once it was found to answer slowly. 0 turns it off. @default 5_000
   */
  readonly keepaliveMs?: number;
}

/**
 * Backoff with full jitter: a delay is random between 0 and `min(maxDelayMs, baseDelayMs · 2^(n-1))`. A connection that was
 * lost is retried at once, the first time.
 */
export interface RetryOptions {
  /** Connection attempts in a row before giving up; 1 means no retry. @default 5 */
  readonly maxAttempts?: number;
  /** The same for a session that was active before. @default `maxAttempts` when given, else 15: several minutes */
  readonly maxReconnects?: number;
  /** @default 500 */
  readonly baseDelayMs?: number;
  /** @default 30_000 */
  readonly maxDelayMs?: number;
}

/** What never leaves this process. */
export interface LocalOptions {
  /** What `sendAudio` is given. @default PCM16 at 16 kHz */
  readonly inputAudio?: { readonly encoding?: 'pcm16' | 'opus'; readonly rateHz?: number };
  /**
   * Hold `sendAudio` to about real time; await it: a producer a minute ahead gets `sendQueueFull`.
   * @default off; when on: 32_000 bytes a second, bursts of 250 ms
   */
  readonly audioPacing?: boolean | { readonly bytesPerSecond?: number; readonly burstMs?: number };
  /**
   * The conversation so far, oldest first, without turns that still wait for their answer: what a fresh session is told when
   * the old one cannot be resumed. Called at each such connect, the first included.
   * @default nothing
   */
  readonly history?: () => readonly Content[];
  /** Writes every frame of both directions. */
  readonly recorder?: WireRecorder;
  readonly limits?: SessionLimits;
}

/** Bounds of a session; each says what happens at the limit. */
export interface SessionLimits {
  /** A larger server frame ends the connection: `frameTooLarge`. @default 16 MiB */
  readonly maxFrameBytes?: number;
  /** Commands waiting for a connection; one more is refused: `sendQueueFull`. @default 256 */
  readonly maxQueuedCommands?: number;
  /** Audio waiting for a connection; the oldest is dropped and counted. @default 2_000 */
  readonly maxQueuedAudioMs?: number;
  /** Bytes in the socket's buffer before sends wait in the queue. @default 1 MiB */
  readonly maxBufferedBytes?: number;
}

export interface SessionConfig
  extends EndpointConfig,
    GenerationOptions,
    ConversationOptions,
    ContinuityOptions,
    LocalOptions {
  /**
   * The model's id, with or without its prefix.
   * @default environment: GEMINI_LIVE_MODEL, GEMINI_MODEL; else the platform's current native audio model
   */
  readonly model?: string;
}
