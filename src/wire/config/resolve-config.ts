/** A session's config, its defaults and the environment, resolved once into what the session runs on. */
import type { EndpointPlan } from '../auth/endpoint.ts';
import { type Destination, resolveDestination, resolveEndpointPlan } from '../auth/resolve-endpoint-plan.ts';
import { audioFrameSuffix, type Encoding, encodeSetupMessage } from '../codec/encode.ts';
import { defaultModel, modelResource } from '../model/model-name.ts';
import { type ModelProfile, modelProfile } from '../model/profile.ts';
import { type Environment, processEnvironment } from '../platform/environment.ts';
import type { Content } from '../protocol/content.ts';
import type { Setup } from '../protocol/setup.ts';
import type { WireRecorder } from '../session/wire-recorder.ts';
import { WireError } from '../wire-error.ts';
import { buildSetup } from './build-setup.ts';
import { checkedSetup } from './check-setup.ts';
import { type IgnoredSetting, legalSetup } from './ignored-settings.ts';
import type {
  EndpointConfig,
  ResumeMode,
  RetryOptions,
  SessionConfig,
  SessionLimits,
} from './session-config.ts';

export interface ResolvedConfig extends Encoding {
  readonly endpoint: EndpointPlan;
  /** As it is sent first; a reconnect changes the resumption handle. */
  readonly setup: Setup;
  readonly ignoredSettings: readonly IgnoredSetting[];
  readonly inputAudio: InputAudio;
  readonly pacing?: { readonly bytesPerSecond: number; readonly burstMs: number };
  readonly connectTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly keepaliveMs: number;
  readonly resume: ResumeMode;
  /** From the setup to the timer that replaces the connection. */
  readonly rotateAfterMs: number;
  /** From that timer to the end that is expected. */
  readonly rotateBeforeMs: number;
  readonly history?: () => readonly Content[];
  readonly retry: Readonly<Required<RetryOptions>>;
  readonly limits: Readonly<Required<SessionLimits>>;
  readonly recorder?: WireRecorder;
}

/** What `sendAudio` is given, and how it goes out. */
export interface InputAudio {
  readonly mimeType: string;
  /** What follows the base64 in an audio frame. */
  readonly frameSuffix: string;
  /** Bytes of one millisecond, to measure queues by. */
  readonly bytesPerMs: number;
  /** Chunks must be whole 16-bit samples. */
  readonly wholeSamples: boolean;
}

// Defaults are shared by every session: a thousand of them hold one copy.
const DEFAULT_RETRY = { maxAttempts: 5, maxReconnects: 15, baseDelayMs: 500, maxDelayMs: 30_000 } as const;
const DEFAULT_LIMITS = {
  maxFrameBytes: 16 * 1024 * 1024,
  maxQueuedCommands: 256,
  maxQueuedAudioMs: 2_000,
  maxBufferedBytes: 1024 * 1024,
} as const;
const DEFAULT_INPUT_AUDIO: InputAudio = pcmInput(16_000);
/** Opus has no fixed rate; 64 kbit/s is a generous guess, and only bounds a queue. */
const OPUS_BYTES_PER_MS = 8;

/** Throws `invalidConfig` or `missingCredentials`. */
export function resolveConfig(
  config: SessionConfig,
  env: Environment = processEnvironment(),
): ResolvedConfig {
  const { destination, profile, setup, ignored } = planSetup(config, env);
  const audio = inputAudio(config);
  const pacing = pacingOf(config);
  return {
    endpoint: resolveEndpointPlan(config, env, destination, needsAlpha(setup, profile)),
    profile,
    setup,
    ignoredSettings: ignored,
    manualActivity: setup.realtimeInputConfig?.automaticActivityDetection?.disabled === true,
    audioMimeType: audio.mimeType,
    inputAudio: audio,
    ...(pacing !== undefined && { pacing }),
    connectTimeoutMs: positive(config.connectTimeoutMs ?? 10_000, 'connectTimeoutMs'),
    setupTimeoutMs: positive(config.setupTimeoutMs ?? 15_000, 'setupTimeoutMs'),
    keepaliveMs: notNegative(config.keepaliveMs ?? 5_000, 'keepaliveMs'),
    resume: resumeMode(config),
    ...rotationTimes(config, profile),
    ...(config.history !== undefined && { history: config.history }),
    retry: config.retry === undefined ? DEFAULT_RETRY : retryOf(config.retry),
    limits: config.limits === undefined ? DEFAULT_LIMITS : limitsOf(config.limits),
    ...(config.recorder !== undefined && { recorder: config.recorder }),
  };
}

function retryOf(given: RetryOptions): ResolvedConfig['retry'] {
  const { maxAttempts, maxReconnects, baseDelayMs, maxDelayMs } = DEFAULT_RETRY;
  const reconnects = given.maxReconnects ?? given.maxAttempts ?? maxReconnects;
  return {
    maxAttempts: positive(given.maxAttempts ?? maxAttempts, 'retry.maxAttempts'),
    maxReconnects: positive(reconnects, 'retry.maxReconnects'),
    baseDelayMs: notNegative(given.baseDelayMs ?? baseDelayMs, 'retry.baseDelayMs'),
    maxDelayMs: notNegative(given.maxDelayMs ?? maxDelayMs, 'retry.maxDelayMs'),
  };
}

/** Throws `invalidConfig` for a handle that is given and not to be used. */
function resumeMode({ resume = 'auto', sessionResumption }: SessionConfig): ResumeMode {
  if (sessionResumption === false) return 'off';
  if (!['auto', 'manual', 'off'].includes(resume)) {
    throw new WireError('invalidConfig', "resume must be 'auto', 'manual' or 'off'.");
  }
  if (resume === 'off' && sessionResumption?.handle) {
    throw new WireError('invalidConfig', "A handle to resume from is given, and resume is 'off': drop one.");
  }
  return resume;
}

function rotationTimes(
  config: SessionConfig,
  profile: ModelProfile,
): { readonly rotateAfterMs: number; readonly rotateBeforeMs: number } {
  const limitMs = config.connectionLimitMs ?? profile.connectionLimitMs;
  if (limitMs !== Number.POSITIVE_INFINITY) positive(limitMs, 'connectionLimitMs');
  const wantedMs = notNegative(config.rotateBeforeMs ?? profile.rotateBeforeMs, 'rotateBeforeMs');
  const rotateBeforeMs = Math.min(wantedMs, limitMs / 2);
  return { rotateAfterMs: limitMs - rotateBeforeMs, rotateBeforeMs };
}

function limitsOf(given: SessionLimits): ResolvedConfig['limits'] {
  const { maxFrameBytes, maxQueuedCommands, maxQueuedAudioMs, maxBufferedBytes } = DEFAULT_LIMITS;
  return {
    maxFrameBytes: positive(given.maxFrameBytes ?? maxFrameBytes, 'limits.maxFrameBytes'),
    maxQueuedCommands: positive(given.maxQueuedCommands ?? maxQueuedCommands, 'limits.maxQueuedCommands'),
    maxQueuedAudioMs: notNegative(given.maxQueuedAudioMs ?? maxQueuedAudioMs, 'limits.maxQueuedAudioMs'),
    maxBufferedBytes: positive(given.maxBufferedBytes ?? maxBufferedBytes, 'limits.maxBufferedBytes'),
  };
}

interface SetupPlan {
  readonly destination: Destination;
  readonly profile: ModelProfile;
  readonly setup: Setup;
  readonly ignored: readonly IgnoredSetting[];
}

function planSetup(config: SessionConfig, env: Environment): SetupPlan {
  const destination = resolveDestination(config, env);
  const { platform, place } = destination;
  const model = modelOf(config, env, destination);
  const profile = modelProfile(model, platform);
  const setup = checkedSetup(buildSetup(config, modelResource(model, platform, place)));
  return { destination, profile, ...legalSetup(setup, profile) };
}

function modelOf(config: Pick<SessionConfig, 'model'>, env: Environment, { platform }: Destination): string {
  return (
    config.model ?? blankless(env.GEMINI_LIVE_MODEL) ?? blankless(env.GEMINI_MODEL) ?? defaultModel(platform)
  );
}

/** The profile of the model that a config leads to, without credentials. Throws `invalidConfig`. */
export function profileOf(
  config: EndpointConfig & Pick<SessionConfig, 'model'>,
  env: Environment = processEnvironment(),
): ModelProfile {
  const destination = resolveDestination(config, env);
  return modelProfile(modelOf(config, env, destination), destination.platform);
}

/** The settings that this config's model would refuse, and that are therefore left out. */
export function ignoredSettings(
  config: SessionConfig,
  env: Environment = processEnvironment(),
): readonly IgnoredSetting[] {
  return planSetup(config, env).ignored;
}

/**
 * The setup frame that a config leads to, as JSON text. Needs no credential; the model comes from the config, else
 * from the environment. Throws `invalidConfig`.
 */
export function encodeSetup(config: SessionConfig, env: Environment = processEnvironment()): string {
  return encodeSetupMessage(planSetup(config, env).setup);
}

/** Affective dialog and proactive audio are v1alpha features of Google AI's 2.5 models. */
function needsAlpha(setup: Setup, profile: ModelProfile): boolean {
  if (profile.family !== 'native2.5') return false;
  return setup.generationConfig?.enableAffectiveDialog === true || setup.proactivity !== undefined;
}

function inputAudio({ inputAudio: input }: SessionConfig): InputAudio {
  if (input === undefined) return DEFAULT_INPUT_AUDIO;
  if (input.encoding === 'opus') {
    const mimeType = 'audio/opus';
    const frameSuffix = audioFrameSuffix(mimeType);
    return { mimeType, frameSuffix, bytesPerMs: OPUS_BYTES_PER_MS, wholeSamples: false };
  }
  const rateHz = positive(input.rateHz ?? 16_000, 'inputAudio.rateHz');
  if (!Number.isInteger(rateHz)) throw new WireError('invalidConfig', 'inputAudio.rateHz must be whole.');
  return pcmInput(rateHz);
}

function pcmInput(rateHz: number): InputAudio {
  // Without the rate the server may stay silent, with no error (spec: wire §2.3).
  const mimeType = `audio/pcm;rate=${rateHz}`;
  return {
    mimeType,
    frameSuffix: audioFrameSuffix(mimeType),
    bytesPerMs: (rateHz * 2) / 1000,
    wholeSamples: true,
  };
}

function pacingOf({ audioPacing }: SessionConfig): ResolvedConfig['pacing'] {
  if (audioPacing === undefined || audioPacing === false) return undefined;
  const given = audioPacing === true ? {} : audioPacing;
  return {
    bytesPerSecond: positive(given.bytesPerSecond ?? 32_000, 'audioPacing.bytesPerSecond'),
    burstMs: positive(given.burstMs ?? 250, 'audioPacing.burstMs'),
  };
}

function positive(value: number, name: string): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new WireError('invalidConfig', `${name} must be a positive number.`);
}

function notNegative(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new WireError('invalidConfig', `${name} must be a number of 0 or more.`);
}

function blankless(value: string | undefined): string | undefined {
  return value?.trim() === '' ? undefined : value?.trim();
}
