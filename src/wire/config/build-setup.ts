/** The flat config as the nested `setup` message; fields that are unset, or null, are not there (spec: wire §2.1). */
import { instructionContent } from '../codec/encode.ts';
import type {
  AudioTranscriptionConfig,
  ContextWindowCompressionConfig,
  GenerationConfig,
  Modality,
  SessionResumptionConfig,
  Setup,
  SpeechConfig,
} from '../protocol/setup.ts';
import type { SessionConfig } from './session-config.ts';

const GENERATION_FIELDS = [
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'candidateCount',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'mediaResolution',
  'thinkingConfig',
  'enableAffectiveDialog',
  'translationConfig',
] as const satisfies ReadonlyArray<keyof GenerationConfig & keyof SessionConfig>;

const SETUP_FIELDS = [
  'tools',
  'toolConfig',
  'realtimeInputConfig',
  'proactivity',
  'historyConfig',
  'explicitVadSignal',
  'avatarConfig',
  'safetySettings',
  'labels',
] as const satisfies ReadonlyArray<keyof Setup & keyof SessionConfig>;

// Shared by every session that leaves the choice open.
const AUDIO: readonly Modality[] = ['AUDIO'];
const VIDEO: readonly Modality[] = ['VIDEO'];
const OPT_IN: SessionResumptionConfig = {};

/** @param model the full resource name. */
export function buildSetup(config: SessionConfig, model: string): Setup {
  const { systemInstruction, contextWindowCompression: compression } = config;
  const sessionResumption = config.resume === 'off' ? false : (config.sessionResumption ?? OPT_IN);
  const input = transcription(config.inputAudioTranscription);
  const output = transcription(config.outputAudioTranscription);
  return {
    model,
    generationConfig: generationConfig(config),
    ...(systemInstruction && { systemInstruction: instructionContent(systemInstruction) }),
    ...pick(config, SETUP_FIELDS),
    ...(sessionResumption !== false && { sessionResumption: resumption(sessionResumption) }),
    ...(compression && { contextWindowCompression: compressionConfig(compression) }),
    ...(input !== undefined && { inputAudioTranscription: input }),
    ...(output !== undefined && { outputAudioTranscription: output }),
  };
}

function generationConfig(config: SessionConfig): GenerationConfig {
  const speechConfig = speech(config);
  return {
    responseModalities: config.responseModalities ?? (config.avatarConfig === undefined ? AUDIO : VIDEO),
    ...pick(config, GENERATION_FIELDS),
    ...(speechConfig !== undefined && { speechConfig }),
  };
}

function speech({ speechConfig, voiceName }: SessionConfig): SpeechConfig | undefined {
  if (voiceName === undefined) return speechConfig;
  return { ...speechConfig, voiceConfig: { prebuiltVoiceConfig: { voiceName } } };
}

function transcription(
  setting: boolean | AudioTranscriptionConfig | undefined,
): AudioTranscriptionConfig | undefined {
  if (!setting) return undefined;
  return setting === true ? {} : setting;
}

/** A handle of null or '' is left out: 3.1 refuses null. */
function resumption(setting: {
  readonly handle?: string | undefined;
  readonly transparent?: boolean;
}): SessionResumptionConfig {
  if (setting === OPT_IN) return OPT_IN;
  const { handle, transparent } = setting;
  return { ...(handle && { handle }), ...(transparent !== undefined && { transparent }) };
}

function compressionConfig({
  triggerTokens,
  slidingWindow,
}: NonNullable<SessionConfig['contextWindowCompression']>): ContextWindowCompressionConfig {
  const targetTokens = slidingWindow?.targetTokens;
  return {
    ...(triggerTokens !== undefined && { triggerTokens: String(triggerTokens) }),
    slidingWindow: targetTokens === undefined ? {} : { targetTokens: String(targetTokens) },
  };
}

function pick<T extends object, K extends keyof T>(source: T, keys: readonly K[]): Pick<T, K> {
  const picked: Partial<Pick<T, K>> = {};
  keys.forEach((key) => {
    if (source[key] !== undefined && source[key] !== null) picked[key] = source[key];
  });
  // Only set keys are copied, and every key of the result is optional in T.
  return picked as Pick<T, K>;
}
