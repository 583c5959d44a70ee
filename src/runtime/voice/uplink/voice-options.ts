/** What an application can choose about the voice of its users, and what that means for the setup. */
import { AudioError, createEnergyVad, type EnergyVadOptions } from '../../../audio/index.ts';
import type { AutomaticActivityDetection, RealtimeInputConfig, SessionConfig } from '../../../wire/index.ts';
import type { OptionProblem } from '../../runtime-error.ts';
import { TURN_COMMIT_PRESETS, type TurnCommitPolicy, type TurnCommitPreset } from '../turn-commit.ts';
import type { MicProcessor } from './mic-processor.ts';

/** The VAD on the microphone; its rate is that of `inputAudio`. */
export type InputVadOptions = Omit<EnergyVadOptions, 'rateHz'>;

/**
 * Who decides when the user's turn begins and ends. `server`: its detection does, and no activity marks are sent.
 * `client`: the server's detection is disabled, and the turn commit sends the marks.
 */
export type InterruptionAuthority = 'server' | 'client';

export interface VoiceOptions {
  /** Listen to the microphone here. @default on when the authority is `client`, else off */
  readonly inputVad?: boolean | InputVadOptions;
  /** @default 'server'; 'client' when `automaticActivityDetection.disabled` is set */
  readonly interruptionAuthority?: InterruptionAuthority;
  /** From edges of speech to turns; only under the authority of the client. @default 'responsive' */
  readonly turnCommit?: TurnCommitPreset | TurnCommitPolicy;
  /** How long the user must be silent before the turn ends, instead of what `turnCommit` says. */
  readonly endOfSpeechMs?: number;
  /** The user cannot cut in: while the model is heard, the microphone is sent as silence. @default false */
  readonly floorHold?: boolean;
  /** Stages that the microphone goes through before anybody hears it, in order. @default none */
  readonly micProcessors?: readonly MicProcessor[];
  /** A microphone that sends nothing for so long has paused: what is being said ends. 0 turns it off. @default 1000 */
  readonly micPauseMs?: number;
}

/** Every choice made. */
export interface VoiceSettings {
  readonly authority: InterruptionAuthority;
  /** Of the microphone; undefined when it is not PCM16, and cannot be listened to. */
  readonly rateHz: number | undefined;
  readonly vad: EnergyVadOptions | undefined;
  readonly commit: TurnCommitPolicy;
  readonly floorHold: boolean;
  readonly micProcessors: readonly MicProcessor[];
  readonly micPauseMs: number;
}

export interface VoiceResolution {
  readonly settings: VoiceSettings;
  /** What contradicts itself; empty when all is well. */
  readonly problems: readonly OptionProblem[];
  /** What the session's config must say instead of its own; undefined when its own will do. */
  readonly realtimeInputConfig: RealtimeInputConfig | undefined;
}

/** What the voice must know of a session's config. */
export type VoiceConfig = Pick<SessionConfig, 'inputAudio' | 'realtimeInputConfig'>;

const DEFAULT_SETTINGS: VoiceSettings = {
  authority: 'server',
  rateHz: 16_000,
  vad: undefined,
  commit: TURN_COMMIT_PRESETS.responsive,
  floorHold: false,
  micProcessors: [],
  micPauseMs: 1000,
};
const DEFAULT_RESOLUTION: VoiceResolution = {
  settings: DEFAULT_SETTINGS,
  problems: [],
  realtimeInputConfig: undefined,
};
const VOICE_KEYS = [
  'inputVad',
  'interruptionAuthority',
  'turnCommit',
  'endOfSpeechMs',
  'floorHold',
  'micProcessors',
  'micPauseMs',
] as const satisfies ReadonlyArray<keyof VoiceOptions>;
const MAX_PATIENCE_MS = 10_000;

/**
 * Fills in defaults and finds every contradiction. Never throws. Takes any options that hold these among others.
 */
export function resolveVoiceOptions(
  options: VoiceOptions | undefined,
  config: VoiceConfig = {},
): VoiceResolution {
  const detection = config.realtimeInputConfig?.automaticActivityDetection;
  const given = options ?? {};
  // Most sessions choose nothing: they share what that means.
  const isChosen = VOICE_KEYS.some((key) => given[key] !== undefined);
  if (!isChosen && detection?.disabled !== true && config.inputAudio === undefined) return DEFAULT_RESOLUTION;
  const settings = settle(given, config, detection);
  const realtimeInputConfig =
    settings.authority === 'client'
      ? { ...config.realtimeInputConfig, automaticActivityDetection: { disabled: true } }
      : undefined;
  return { settings, problems: problemsOf(given, settings, detection), realtimeInputConfig };
}

function settle(
  options: VoiceOptions,
  { inputAudio }: VoiceConfig,
  detection: AutomaticActivityDetection | undefined,
): VoiceSettings {
  const authority = options.interruptionAuthority ?? (detection?.disabled === true ? 'client' : 'server');
  const rateHz = inputAudio?.encoding === 'opus' ? undefined : (inputAudio?.rateHz ?? 16_000);
  const inputVad = options.inputVad ?? authority === 'client';
  const vad = inputVad === true ? {} : inputVad || undefined;
  return {
    authority,
    rateHz,
    vad: vad && { ...vad, ...(rateHz !== undefined && { rateHz }) },
    commit: commitPolicy(options),
    floorHold: options.floorHold ?? false,
    micProcessors: options.micProcessors ?? DEFAULT_SETTINGS.micProcessors,
    micPauseMs: options.micPauseMs ?? DEFAULT_SETTINGS.micPauseMs,
  };
}

function commitPolicy({ turnCommit = 'responsive', endOfSpeechMs }: VoiceOptions): TurnCommitPolicy {
  const { holdMs, sustainMs } =
    typeof turnCommit === 'object'
      ? turnCommit
      : (TURN_COMMIT_PRESETS[turnCommit] ?? TURN_COMMIT_PRESETS.responsive);
  return { holdMs: endOfSpeechMs ?? holdMs, sustainMs };
}

function problemsOf(
  options: VoiceOptions,
  settings: VoiceSettings,
  detection: AutomaticActivityDetection | undefined,
): readonly OptionProblem[] {
  return [
    ...authorityProblems(options, settings, detection),
    ...commitProblems(options, settings),
    ...vadProblems(options, settings),
    ...encodingProblems(options, settings),
    ...durationProblem('micPauseMs', settings.micPauseMs, 3_600_000),
  ];
}

function authorityProblems(
  { interruptionAuthority: chosen }: VoiceOptions,
  { authority }: VoiceSettings,
  detection: AutomaticActivityDetection | undefined,
): readonly OptionProblem[] {
  const path = 'interruptionAuthority';
  if (authority !== 'server' && authority !== 'client') {
    return [{ path, message: `'${String(authority)}' is not known: use 'server' or 'client'.` }];
  }
  if (chosen === 'server' && detection?.disabled === true) {
    const message =
      "It is 'server', but automaticActivityDetection.disabled is true, so nobody would end the user's turns: leave one of them out.";
    return [{ path, message }];
  }
  const { disabled, ...tuning } = detection ?? {};
  const isConfigured = disabled === false || Object.values(tuning).some((value) => value !== undefined);
  if (authority === 'client' && isConfigured) {
    const message =
      "It is 'client', which disables the server's detection: leave automaticActivityDetection out, and set inputVad and turnCommit instead.";
    return [{ path, message }];
  }
  return [];
}

function commitProblems(
  { turnCommit, endOfSpeechMs }: VoiceOptions,
  { authority, commit }: VoiceSettings,
): readonly OptionProblem[] {
  if (authority === 'server') {
    const instead = "set interruptionAuthority: 'client', or tune automaticActivityDetection instead.";
    const message = `It has no effect while the server decides on turns: ${instead}`;
    return [
      ...(turnCommit === undefined ? [] : [{ path: 'turnCommit', message }]),
      ...(endOfSpeechMs === undefined ? [] : [{ path: 'endOfSpeechMs', message }]),
    ];
  }
  if (typeof turnCommit === 'string' && !Object.hasOwn(TURN_COMMIT_PRESETS, turnCommit)) {
    const known = Object.keys(TURN_COMMIT_PRESETS).join(', ');
    return [{ path: 'turnCommit', message: `'${turnCommit}' is not known: use ${known}, or two numbers.` }];
  }
  const holdPath = endOfSpeechMs === undefined ? 'turnCommit.holdMs' : 'endOfSpeechMs';
  return [
    ...durationProblem(holdPath, commit.holdMs, MAX_PATIENCE_MS),
    ...durationProblem('turnCommit.sustainMs', commit.sustainMs, MAX_PATIENCE_MS),
  ];
}

function durationProblem(path: string, value: number, max: number): readonly OptionProblem[] {
  if (value >= 0 && value <= max) return [];
  return [{ path, message: `It is ${value}: use a number of milliseconds from 0 to ${max}.` }];
}

function vadProblems({ inputVad }: VoiceOptions, settings: VoiceSettings): readonly OptionProblem[] {
  if (settings.vad === undefined || settings.rateHz === undefined) return [];
  if (
    typeof inputVad === 'object' &&
    inputVad.preset === 'noisyStreet' &&
    settings.micProcessors.length === 0
  ) {
    const message =
      "The preset 'noisyStreet' takes any noise for speech unless a denoiser comes first: put one into micProcessors, or use 'noisy'.";
    return [{ path: 'inputVad.preset', message }];
  }
  // The defaults are known to be good: a session that never hears anything makes no detector.
  if (typeof inputVad !== 'object' && settings.rateHz === DEFAULT_SETTINGS.rateHz) return [];
  try {
    createEnergyVad(settings.vad);
    return [];
  } catch (error) {
    if (!(error instanceof AudioError)) throw error;
    return [{ path: 'inputVad', message: error.message }];
  }
}

function encodingProblems(
  { floorHold, micProcessors = [] }: VoiceOptions,
  { rateHz, vad, authority }: VoiceSettings,
): readonly OptionProblem[] {
  if (rateHz !== undefined) return [];
  const asked: ReadonlyArray<readonly [string, boolean]> = [
    ['inputVad', vad !== undefined],
    ['interruptionAuthority', authority === 'client'],
    ['floorHold', floorHold === true],
    ['micProcessors', micProcessors.length > 0],
  ];
  const message = 'It needs samples, and opus has none: send PCM16, or leave it out.';
  return asked.filter(([, isAsked]) => isAsked).map(([path]) => ({ path, message }));
}
