import {
  createEnergyVad,
  type EnergyVad,
  type EnergyVadOptions,
  SILENCE_DBFS,
  VAD_PRESETS,
  type VadEdge,
  type VadSnapshot,
} from '../../../audio/index.ts';

/** What the VAD on the microphone knows (seed: BackendVadSnapshot). `backend` is `off` when there is none. */
export type BackendVadSnapshot = VadSnapshot;

const FRAME_MS = 30;

/** The VAD of one microphone, made when it first hears something. */
export class InputVad {
  readonly #options: EnergyVadOptions;
  #vad: EnergyVad | undefined;
  /** Samples heard before the present beginning of the VAD's own count. */
  #origin = 0;
  #heard = 0;

  constructor(options: EnergyVadOptions) {
    this.#options = options;
  }

  /** Samples heard. */
  get position(): number {
    return this.#heard;
  }

  /** Where an edge was decided, in samples heard. */
  placeOf(edge: VadEdge): number {
    return this.#origin + edge.atSample;
  }

  /** The edges in the next stretch of the stream. */
  push(samples: Int16Array): readonly VadEdge[] {
    this.#vad ??= createEnergyVad(this.#options);
    this.#heard += samples.length;
    return this.#vad.push(samples);
  }

  /** The stream stopped: what comes next is heard afresh. */
  restart(): void {
    this.#vad?.reset();
    this.#origin = this.#heard;
  }

  snapshot(): BackendVadSnapshot {
    return this.#vad?.snapshot() ?? unheard(this.#options);
  }
}

/** How much audio before a start edge belongs to its speech, in milliseconds. */
export function preSpeechMs(options: EnergyVadOptions | undefined): number {
  if (options === undefined) return 0;
  const { preSpeechFrames, minSpeechFrames } = { ...VAD_PRESETS[options.preset ?? 'runtime'], ...options };
  return (preSpeechFrames + minSpeechFrames) * (options.frameDurationMs ?? FRAME_MS);
}

/** What is known without a VAD: its settings. */
function unheard(options: EnergyVadOptions): BackendVadSnapshot {
  const { rateHz = 16_000, frameDurationMs = FRAME_MS, preset = 'runtime', classifier } = options;
  return {
    ...NO_VAD,
    backend: classifier?.name ?? 'energy-zcr',
    sampleRate: rateHz,
    frameDurationMs,
    frameSize: (rateHz * frameDurationMs) / 1000,
    noiseFloorDbfs: options.initialNoiseFloorDbfs ?? VAD_PRESETS[preset].initialNoiseFloorDbfs,
  };
}

/** The snapshot of a microphone without a VAD. */
export const NO_VAD: BackendVadSnapshot = {
  backend: 'off',
  sampleRate: 16_000,
  frameDurationMs: 0,
  frameSize: 0,
  state: 'silence',
  speaking: false,
  lastProbability: 0,
  framesProcessed: 0,
  lastTransitionMsAgo: undefined,
  energyDbfs: SILENCE_DBFS,
  noiseFloorDbfs: SILENCE_DBFS,
};
