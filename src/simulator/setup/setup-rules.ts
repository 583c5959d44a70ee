/**
 * What a model on a platform says to a setup (spec: wire §2.1, §5, §6). The table of fields has already been
 * checked; these are the rules about combinations and values.
 */
import type { ModelFamily, ModelProfile } from '../../wire/model/profile.ts';
import type { GenerationConfig, Setup } from '../../wire/protocol/setup.ts';
import { denied, invalid, type Refusal, refusals, unknownField } from '../protocol/refusal.ts';
import { type AcceptedModels, acceptsModel } from './model-catalog.ts';
import { toolRefusal } from './tool-rules.ts';
import { isVoiceName } from './voice-names.ts';

/** What is known when a setup arrives. */
export interface SetupContext {
  readonly profile: ModelProfile;
  /** API version of the path. */
  readonly version: string;
  readonly models: AcceptedModels;
  /** The setup said `"handle": null`. */
  readonly nullHandle: boolean;
}

/** What the service does with a setup. */
export type SetupVerdict =
  | { readonly type: 'accept' }
  | { readonly type: 'refuse'; readonly refusal: Refusal }
  /** Some mixes of features get no answer at all. */
  | { readonly type: 'neverAnswer' };

type Rule = (setup: Setup, context: SetupContext) => Refusal | undefined;

/** Applies every rule in order; the first refusal wins. */
export function judgeSetup(setup: Setup, context: SetupContext): SetupVerdict {
  for (const rule of rules) {
    const refusal = rule(setup, context);
    if (refusal !== undefined) return { type: 'refuse', refusal };
  }
  const affective = setup.generationConfig?.enableAffectiveDialog === true;
  if (affective && context.profile.family === 'flash3.1') return { type: 'neverAnswer' };
  return { type: 'accept' };
}

const rules: readonly Rule[] = [
  modelRule,
  alphaFieldRule,
  modalityRule,
  speechRule,
  unsupportedGenerationRule,
  thinkingRule,
  newestModelRule,
  (setup, { profile }) => toolRefusal(setup.tools ?? [], profile),
  resumptionRule,
  compressionRule,
  detectionRule,
  instructionRule,
];

function modelRule(setup: Setup, { profile, version, models }: SetupContext): Refusal | undefined {
  const model = setup.model ?? '';
  if (model === '') return refusals.invalidArgument;
  const onGlobal = /\/locations\/global\//.test(model) && !isNewest(profile.family);
  if (acceptsModel(model, models) && !onGlobal) return undefined;
  return profile.platform === 'vertex'
    ? denied(`Publisher Model \`${model}\` was not found or your project does not have access to it.`)
    : denied(
        `${model} is not found for API version ${version}, or is not supported for bidiGenerateContent. Call ListModels to see the list of available models and their supported methods.`,
      );
}

/** Fields that 2.5 models on Google AI know in v1alpha only. */
function alphaFieldRule(setup: Setup, { profile, version }: SetupContext): Refusal | undefined {
  if (profile.platform !== 'googleAi' || version === 'v1alpha' || profile.family !== 'native2.5')
    return undefined;
  if (setup.generationConfig?.enableAffectiveDialog !== undefined) {
    return unknownField('enableAffectiveDialog', 'setup.generation_config');
  }
  return setup.proactivity === undefined ? undefined : unknownField('proactivity', 'setup');
}

function modalityRule(setup: Setup, { profile }: SetupContext): Refusal | undefined {
  const modalities = setup.generationConfig?.responseModalities ?? [];
  if (modalities.length > 1 || modalities.includes('IMAGE')) return refusals.invalidArgument;
  if (modalities.includes('VIDEO')) {
    const avatar = profile.platform === 'vertex' && setup.avatarConfig !== undefined;
    return avatar ? undefined : refusals.invalidArgument;
  }
  if (!modalities.includes('TEXT')) return undefined;
  if (profile.family === 'flash3.1') return refusals.internal;
  return speaksOnly(profile.family) ? refusals.textOnNativeAudio : undefined;
}

function speechRule(setup: Setup): Refusal | undefined {
  const speech = setup.generationConfig?.speechConfig;
  if (speech === undefined) return undefined;
  if ('multiSpeakerVoiceConfig' in speech) return refusals.invalidArgument;
  const language = speech.languageCode;
  if (
    language !== undefined &&
    (/^zh/i.test(language) || !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/i.test(language))
  ) {
    return invalid(`Unsupported language code '${language}' for model ${setup.model}`);
  }
  const voice = speech.voiceConfig?.prebuiltVoiceConfig?.voiceName;
  if (voice === undefined || isVoiceName(voice)) return undefined;
  return invalid(
    `Requested voice api_name '${voice.slice(0, 32)}' is not available for model ${setup.model}`,
  );
}

const unsupportedInLive = [
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseJsonSchemaOrdered',
  'stopSequences',
  'logprobs',
  'responseLogprobs',
] as const;

function unsupportedGenerationRule(setup: Setup): Refusal | undefined {
  const config: GenerationConfig = setup.generationConfig ?? {};
  return unsupportedInLive.some((field) => field in config) ? refusals.invalidArgument : undefined;
}

function thinkingRule(setup: Setup, { profile }: SetupContext): Refusal | undefined {
  const thinking = setup.generationConfig?.thinkingConfig;
  if (thinking === undefined) return undefined;
  const level = thinking.thinkingLevel;
  switch (profile.family) {
    case 'live3.8':
      return level === undefined && thinking.thinkingBudget === undefined
        ? undefined
        : refusals.invalidArgument;
    case 'extended3.8':
      return level === 'MINIMAL' ? refusals.invalidArgument : undefined;
    case 'native2.5':
    case 'halfCascade':
      return level === undefined ? undefined : invalid('Thinking level is not supported for this model.');
    case 'flash3.1':
    case 'translate':
    case 'transcribe':
    case 'unknown':
      return undefined;
  }
}

function newestModelRule(setup: Setup, { profile }: SetupContext): Refusal | undefined {
  if (profile.family === 'flash3.1' && setup.proactivity?.proactiveAudio === true) {
    return refusals.invalidArgument;
  }
  if (!isNewest(profile.family)) return undefined;
  const affective = setup.generationConfig?.enableAffectiveDialog !== undefined;
  return affective || setup.proactivity?.proactiveAudio === false ? refusals.invalidArgument : undefined;
}

function resumptionRule(_setup: Setup, { profile, nullHandle }: SetupContext): Refusal | undefined {
  return nullHandle && profile.family === 'flash3.1' ? refusals.invalidArgument : undefined;
}

/** Vertex takes a trigger of 5,000 to 128,000 tokens. */
function compressionRule(setup: Setup, { profile }: SetupContext): Refusal | undefined {
  const trigger = setup.contextWindowCompression?.triggerTokens;
  if (trigger === undefined || profile.platform !== 'vertex') return undefined;
  const tokens = Number(trigger);
  return tokens >= 5_000 && tokens <= 128_000 ? undefined : refusals.invalidArgument;
}

function detectionRule(setup: Setup): Refusal | undefined {
  const detection = setup.realtimeInputConfig?.automaticActivityDetection;
  const negative = (detection?.prefixPaddingMs ?? 0) < 0 || (detection?.silenceDurationMs ?? 0) < 0;
  return negative ? refusals.invalidArgument : undefined;
}

function instructionRule(setup: Setup): Refusal | undefined {
  const parts = setup.systemInstruction?.parts ?? [];
  return parts.every((part) => part.inlineData === undefined) ? undefined : refusals.invalidArgument;
}

/** Whether a family is of the newest generation. */
function isNewest(family: ModelFamily): boolean {
  return family === 'live3.8' || family === 'extended3.8';
}

function speaksOnly(family: ModelFamily): boolean {
  return family === 'native2.5' || isNewest(family);
}
