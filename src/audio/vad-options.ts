import { AudioError, requireInteger, requireNumber } from './audio-error.ts';

/**
 * A speech classifier that replaces the energy test, for example WebRTC's: its probability decides alone.
 */
export interface VadClassifier {
  /** Shown as `backend` in the snapshot, for example `webrtc`. */
  readonly name: string;
  /** How likely the frame is speech, 0 to 1; 0.5 and more counts as speech. The frame is only valid during the call. */
  probability(frame: Int16Array): number;
}

/** Parameters of the energy detector. Levels are in dB above the adaptive noise floor. */
export interface VadParameters {
  /** Level that starts speech. */
  readonly startThresholdDb: number;
  /** Level that keeps speech going; below it the hangover runs. At most the start threshold. */
  readonly stopThresholdDb: number;
  /** Speech-like frames in a row that make a start. */
  readonly minSpeechFrames: number;
  /** Frames below the stop threshold in a row that make an end. */
  readonly hangoverFrames: number;
  /** Lowest zero-crossing rate of speech, per sample at 16 kHz: below it is hum. */
  readonly minZeroCrossingRate: number;
  /** Highest zero-crossing rate of speech, per sample at 16 kHz: above it is hiss. */
  readonly maxZeroCrossingRate: number;
  /**
   * How much some frame of a start must repeat itself, from 0 (not at all: whispering starts speech, and so do breath
   * and rustling) to 1; voices have 0.5 to 1, noise mostly 0.1 to 0.4.
   */
  readonly minPeriodicity: number;
  /** Where the noise floor estimate begins, in dBFS. */
  readonly initialNoiseFloorDbfs: number;
  /** Frames before the first speech-like one that a start edge hands over. */
  readonly preSpeechFrames: number;
}

/**
 * - `library`: patient; the reference's library default.
 * - `runtime`: quicker, for live conversation; the default.
 * - `noisyStreet`: for a denoised microphone in traffic. Only valid behind a denoiser: one frame makes a start.
 * - `noisy`: for an untreated microphone near a keyboard: a start takes 90 ms of lasting voice and no hiss.
 */
export type VadPreset = 'library' | 'runtime' | 'noisyStreet' | 'noisy';

/** What to detect and how. Parameters given here override those of the preset. */
export interface EnergyVadOptions extends Partial<VadParameters> {
  /** @default 'runtime' */
  readonly preset?: VadPreset;
  /** Rate of the audio, 8,000 to 48,000 Hz. @default 16000 */
  readonly rateHz?: number;
  /** Length of a frame: 10 to 60 ms and a whole number of samples. @default 30 */
  readonly frameDurationMs?: number;
  /** Decides instead of energy and zero crossings, which stay the default. */
  readonly classifier?: VadClassifier;
}

/** Options with every default filled in and checked. */
export interface ResolvedVadOptions extends VadParameters {
  readonly rateHz: number;
  readonly frameDurationMs: number;
  readonly frameSamples: number;
  readonly classifier: VadClassifier | undefined;
}

const LIBRARY: VadParameters = {
  startThresholdDb: 15,
  stopThresholdDb: 10,
  minSpeechFrames: 3,
  hangoverFrames: 10,
  minZeroCrossingRate: 0.02,
  maxZeroCrossingRate: 0.5,
  minPeriodicity: 0.6,
  initialNoiseFloorDbfs: -60,
  preSpeechFrames: 3,
};

/** The parameters behind each preset name. */
export const VAD_PRESETS: Readonly<Record<VadPreset, VadParameters>> = {
  library: LIBRARY,
  runtime: { ...LIBRARY, minSpeechFrames: 2, hangoverFrames: 8 },
  noisyStreet: { ...LIBRARY, startThresholdDb: 21, stopThresholdDb: 16, minSpeechFrames: 1 },
  noisy: { ...LIBRARY, maxZeroCrossingRate: 0.3 },
};

/** Fills in defaults. @throws AudioError `invalidArgument` naming the option that is out of range. */
export function resolveVadOptions(options: EnergyVadOptions): ResolvedVadOptions {
  const { preset = 'runtime', rateHz = 16_000, frameDurationMs = 30, classifier, ...overrides } = options;
  if (!Object.hasOwn(VAD_PRESETS, preset)) {
    const known = Object.keys(VAD_PRESETS).join(', ');
    throw new AudioError('invalidArgument', `The preset '${preset}' is not known: use one of ${known}.`);
  }
  const parameters = withOverrides(VAD_PRESETS[preset], overrides);
  requireInteger('rateHz', rateHz, 8000, 48_000);
  requireNumber('frameDurationMs', frameDurationMs, 10, 60);
  const frameSamples = requireInteger('samples per frame', (rateHz * frameDurationMs) / 1000, 80, 2880);
  requireNumber('startThresholdDb', parameters.startThresholdDb, 0, 96);
  requireNumber('stopThresholdDb', parameters.stopThresholdDb, 0, parameters.startThresholdDb);
  requireInteger('minSpeechFrames', parameters.minSpeechFrames, 1, 1000);
  requireInteger('hangoverFrames', parameters.hangoverFrames, 1, 1000);
  requireNumber('minZeroCrossingRate', parameters.minZeroCrossingRate, 0, 1);
  requireNumber('maxZeroCrossingRate', parameters.maxZeroCrossingRate, parameters.minZeroCrossingRate, 3);
  requireNumber('minPeriodicity', parameters.minPeriodicity, 0, 1);
  requireNumber('initialNoiseFloorDbfs', parameters.initialNoiseFloorDbfs, -96, 0);
  requireInteger('preSpeechFrames', parameters.preSpeechFrames, 0, 100);
  return { ...parameters, rateHz, frameDurationMs, frameSamples, classifier };
}

function withOverrides(preset: VadParameters, overrides: Partial<VadParameters>): VadParameters {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...preset, ...Object.fromEntries(given) };
}
