/** The `setup` message (spec: BidiGenerateContentSetup) and what it is made of. Field names are the wire's. */
import type { Content } from './content.ts';
import type { Tool, ToolConfig } from './tools.ts';

export type Modality = 'AUDIO' | 'TEXT' | 'VIDEO' | 'IMAGE';
export type MediaResolution = 'MEDIA_RESOLUTION_LOW' | 'MEDIA_RESOLUTION_MEDIUM' | 'MEDIA_RESOLUTION_HIGH';
export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

/** Reasoning: a token budget on 2.5 models, a level on 3.1 and 3.8-extended, neither on 3.8-live. */
export interface ThinkingConfig {
  readonly includeThoughts?: boolean;
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: ThinkingLevel;
}

/** A voice cloned from a sample (base64). `consentAudio` is Google AI only. */
export interface ReplicatedVoiceConfig {
  readonly mimeType: string;
  readonly voiceSampleAudio: string;
  readonly consentAudio?: string;
  readonly voiceConsentSignature?: { readonly signature: string };
}

export interface VoiceConfig {
  readonly prebuiltVoiceConfig?: { readonly voiceName: string };
  readonly replicatedVoiceConfig?: ReplicatedVoiceConfig;
}

export interface SpeechConfig {
  readonly voiceConfig?: VoiceConfig;
  /** BCP-47; takes effect on half-cascade models. Chinese is `cmn-CN`. */
  readonly languageCode?: string;
}

export interface TranslationConfig {
  readonly targetLanguageCode: string;
  readonly echoTargetLanguage?: boolean;
}

export interface GenerationConfig {
  readonly candidateCount?: number;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly responseMimeType?: string;
  readonly responseSchema?: Readonly<Record<string, unknown>>;
  readonly responseModalities?: readonly Modality[];
  readonly speechConfig?: SpeechConfig;
  readonly mediaResolution?: MediaResolution;
  readonly thinkingConfig?: ThinkingConfig;
  readonly enableAffectiveDialog?: boolean;
  readonly translationConfig?: TranslationConfig;
}

export interface AutomaticActivityDetection {
  /** True: the client sends activityStart and activityEnd itself. Default false. */
  readonly disabled?: boolean;
  readonly startOfSpeechSensitivity?: 'START_SENSITIVITY_HIGH' | 'START_SENSITIVITY_LOW';
  readonly endOfSpeechSensitivity?: 'END_SENSITIVITY_HIGH' | 'END_SENSITIVITY_LOW';
  readonly prefixPaddingMs?: number;
  readonly silenceDurationMs?: number;
}

export interface RealtimeInputConfig {
  readonly automaticActivityDetection?: AutomaticActivityDetection;
  readonly activityHandling?: 'START_OF_ACTIVITY_INTERRUPTS' | 'NO_INTERRUPTION';
  readonly turnCoverage?:
    | 'TURN_INCLUDES_ONLY_ACTIVITY'
    | 'TURN_INCLUDES_ALL_INPUT'
    | 'TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO';
}

export interface SessionResumptionConfig {
  readonly handle?: string;
  /** Vertex only: the server reports which client messages it consumed. */
  readonly transparent?: boolean;
}

/** Token counts are int64, so decimal strings on the wire. */
export interface ContextWindowCompressionConfig {
  readonly triggerTokens?: string;
  readonly slidingWindow?: { readonly targetTokens?: string };
}

export interface AudioTranscriptionConfig {
  readonly languageCodes?: readonly string[];
  readonly customVocabulary?: readonly string[];
  readonly adaptationPhrases?: readonly string[];
  readonly wordTimestamp?: boolean;
  readonly diarization?: boolean;
  readonly mode?: 'VERBATIM' | 'SMART';
  readonly sourceText?: boolean;
}

export interface ProactivityConfig {
  readonly proactiveAudio?: boolean;
  readonly proactiveVideo?: boolean;
}

/** Vertex: a talking avatar; responses are then VIDEO. */
export interface AvatarConfig {
  readonly avatarName?: string;
  readonly customizedAvatar?: { readonly imageMimeType: string; readonly imageData: string };
  readonly audioBitrateBps?: number;
  readonly videoBitrateBps?: number;
}

export interface SafetySetting {
  readonly category: string;
  readonly threshold: string;
  readonly method?: string;
}

/** The first client message, sent once. */
export interface Setup {
  readonly model: string;
  readonly generationConfig?: GenerationConfig;
  readonly systemInstruction?: Content;
  readonly tools?: readonly Tool[];
  readonly toolConfig?: ToolConfig;
  readonly realtimeInputConfig?: RealtimeInputConfig;
  readonly sessionResumption?: SessionResumptionConfig;
  readonly contextWindowCompression?: ContextWindowCompressionConfig;
  readonly inputAudioTranscription?: AudioTranscriptionConfig;
  readonly outputAudioTranscription?: AudioTranscriptionConfig;
  readonly proactivity?: ProactivityConfig;
  readonly historyConfig?: { readonly initialHistoryInClientContent?: boolean };
  readonly explicitVadSignal?: boolean;
  readonly avatarConfig?: AvatarConfig;
  readonly safetySettings?: readonly SafetySetting[];
  readonly labels?: Readonly<Record<string, string>>;
}
