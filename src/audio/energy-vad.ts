import { FrameMeter } from './frame-meter.ts';
import { NoiseFloor } from './noise-floor.ts';
import { Onset } from './onset.ts';
import { pcm16FromBytes } from './pcm16.ts';
import { isSpeaking, transitionVad, VAD_SILENCE, type VadState } from './vad-machine.ts';
import { type EnergyVadOptions, type ResolvedVadOptions, resolveVadOptions } from './vad-options.ts';

/**
 * A change between speaking and not. Times are on the audio clock: milliseconds (and samples) of audio pushed since
 * the detector was made or reset. `atMs` is when it was decided, always at the end of a frame; `onsetMs` and
 * `offsetMs` say where the speech itself began and ended.
 */
export type VadEdge =
  | {
      readonly type: 'speechStart';
      readonly atMs: number;
      readonly atSample: number;
      /** Start of the first speech-like frame. */
      readonly onsetMs: number;
      /**
       * The audio that ends at `atSample` and begins `preSpeechFrames` before the onset (less at the start of the
       * stream or right after an end edge: it never repeats audio up to that edge). Send it before what follows.
       * Owned by the caller.
       */
      readonly preSpeech: Int16Array;
    }
  | {
      readonly type: 'speechEnd';
      readonly atMs: number;
      readonly atSample: number;
      /** End of the last frame above the stop threshold. */
      readonly offsetMs: number;
    };

/** What the detector knows at this moment. */
export interface VadSnapshot {
  /** `energy-zcr`, or the name of the classifier. */
  readonly backend: string;
  /** In hertz. */
  readonly sampleRate: number;
  readonly frameDurationMs: number;
  /** Samples per frame. */
  readonly frameSize: number;
  readonly state: VadState['kind'];
  /** True in `speech` and `hangover`. */
  readonly speaking: boolean;
  /** Of the last frame: 0 or 1 for energy, the classifier's figure otherwise; 0 before any frame. */
  readonly lastProbability: number;
  readonly framesProcessed: number;
  /** Audio time since the last edge, in milliseconds; `undefined` before the first. */
  readonly lastTransitionMsAgo: number | undefined;
  /** Level of the last frame; −96 before any. */
  readonly energyDbfs: number;
  /** The present estimate of the background. */
  readonly noiseFloorDbfs: number;
}

/** A streaming speech detector for one mono channel. */
export interface EnergyVad {
  /**
   * Hears the next piece of the stream: little-endian PCM16 bytes cut anywhere (even inside a sample), or samples.
   * Returns the edges found in it, in order; the same empty array when there are none.
   */
  push(chunk: Uint8Array | Int16Array): readonly VadEdge[];
  /** What is known now. */
  snapshot(): VadSnapshot;
  /** Forgets everything, the noise floor included; the audio clock restarts at 0. */
  reset(): void;
}

const NO_EDGES: readonly VadEdge[] = [];
/** Half of the window in which speech must show a gap; noise that shows none becomes the floor. */
const FLOOR_WINDOW_MS = 1200;
const SPEECH_PROBABILITY = 0.5;

/**
 * Creates an energy and zero-crossing speech detector with an adaptive noise floor, hysteresis and hangover
 * (spec/voice.md section 9, its floor repaired; see `NoiseFloor`). One decision per frame, however audio is cut.
 *
 * A frame keeps speech going if its sound lasts: even its second quietest 5 ms exceed the floor by the stop
 * threshold, which a key stroke does not. It is speech-like if, besides, its energy exceeds the floor by the start
 * threshold and its zero-crossing rate is that of speech. A run of such frames is a start if there is a voice in it
 * and it does not die away like something struck (see `Onset`).
 *
 * @throws AudioError `invalidArgument` for an option out of range.
 */
export function createEnergyVad(options: EnergyVadOptions = {}): EnergyVad {
  return new FrameVad(resolveVadOptions(options));
}

class FrameVad implements EnergyVad {
  readonly #options: ResolvedVadOptions;
  readonly #meter: FrameMeter;
  readonly #onset: Onset;
  #floor: NoiseFloor;
  /** The last frames, in slots of one frame each; incoming audio fills the slot of the present frame. */
  readonly #recent: Int16Array;
  readonly #slots: number;
  #filled = 0;
  #oddByte = -1;
  #state: VadState = VAD_SILENCE;
  /** Of the frame being judged; one object for all frames. */
  readonly #evidence: { speechLike: boolean; aboveStop: boolean } = { speechLike: false, aboveStop: false };
  #probability = 0;
  #frames = 0;
  #edgeFrame = -1;
  /** Frames that ended with the last end edge: a start must not hand them over again. */
  #spentFrames = 0;

  constructor(options: ResolvedVadOptions) {
    this.#options = options;
    this.#meter = new FrameMeter(options.rateHz);
    this.#onset = new Onset(options);
    this.#floor = this.#newFloor();
    this.#slots = options.preSpeechFrames + options.minSpeechFrames;
    this.#recent = new Int16Array(this.#slots * options.frameSamples);
  }

  push(chunk: Uint8Array | Int16Array): readonly VadEdge[] {
    return chunk instanceof Int16Array ? this.#pushSamples(chunk, NO_EDGES) : this.#pushBytes(chunk);
  }

  snapshot(): VadSnapshot {
    const { rateHz, frameDurationMs, frameSamples, classifier } = this.#options;
    return {
      backend: classifier?.name ?? 'energy-zcr',
      sampleRate: rateHz,
      frameDurationMs,
      frameSize: frameSamples,
      state: this.#state.kind,
      speaking: isSpeaking(this.#state),
      lastProbability: this.#probability,
      framesProcessed: this.#frames,
      lastTransitionMsAgo:
        this.#edgeFrame < 0 ? undefined : (this.#frames - this.#edgeFrame) * frameDurationMs,
      energyDbfs: this.#meter.energyDbfs,
      noiseFloorDbfs: this.#floor.dbfs,
    };
  }

  reset(): void {
    this.#floor = this.#newFloor();
    this.#filled = 0;
    this.#oddByte = -1;
    this.#state = VAD_SILENCE;
    this.#probability = 0;
    this.#meter.clear();
    this.#onset.clear();
    this.#frames = 0;
    this.#edgeFrame = -1;
    this.#spentFrames = 0;
  }

  #newFloor(): NoiseFloor {
    return new NoiseFloor({
      initialDbfs: this.#options.initialNoiseFloorDbfs,
      windowFrames: Math.ceil(FLOOR_WINDOW_MS / this.#options.frameDurationMs),
    });
  }

  #pushBytes(bytes: Uint8Array): readonly VadEdge[] {
    if (bytes.byteLength === 0) return NO_EDGES;
    let edges = NO_EDGES;
    let rest = bytes;
    if (this.#oddByte >= 0) {
      const sample = Int16Array.of(((bytes[0] as number) << 8) | this.#oddByte);
      edges = this.#pushSamples(sample, edges);
      rest = bytes.subarray(1);
    }
    this.#oddByte = rest.byteLength % 2 === 0 ? -1 : (rest[rest.byteLength - 1] as number);
    return this.#pushSamples(pcm16FromBytes(rest), edges);
  }

  #pushSamples(samples: Int16Array, edges: readonly VadEdge[]): readonly VadEdge[] {
    const size = this.#options.frameSamples;
    let found = edges;
    for (let read = 0; read < samples.length; ) {
      const slot = (this.#frames % this.#slots) * size;
      const count = Math.min(size - this.#filled, samples.length - read);
      for (let i = 0; i < count; i++) this.#recent[slot + this.#filled + i] = samples[read + i] as number;
      read += count;
      this.#filled += count;
      if (this.#filled < size) break;
      this.#filled = 0;
      const edge = this.#judge(slot);
      if (edge) found = [...found, edge];
    }
    return found;
  }

  /** One decision: the frame in `slot` is complete. */
  #judge(slot: number): VadEdge | undefined {
    const meter = this.#meter;
    meter.measure(this.#recent, slot, this.#options.frameSamples);
    this.#floor.listen(meter.energyDbfs);
    this.#gatherEvidence(slot);
    this.#frames++;
    const before = this.#state;
    const after = transitionVad(before, this.#evidence, this.#options);
    this.#state = after;
    this.#floor.adapt(meter.energyDbfs, before.kind === 'silence' && after.kind === 'silence');
    if (isSpeaking(before) === isSpeaking(after)) return undefined;
    this.#edgeFrame = this.#frames;
    return isSpeaking(after) ? this.#startEdge() : this.#endEdge();
  }

  #gatherEvidence(slot: number): void {
    const { classifier, frameSamples, startThresholdDb, stopThresholdDb } = this.#options;
    const evidence = this.#evidence;
    if (classifier) {
      this.#probability = classifier.probability(this.#recent.subarray(slot, slot + frameSamples));
      evidence.speechLike = this.#probability >= SPEECH_PROBABILITY;
      evidence.aboveStop = evidence.speechLike;
      return;
    }
    const { energyDbfs, sustainedDbfs, zeroCrossingRate } = this.#meter;
    const floorDbfs = this.#floor.dbfs;
    const isVoice =
      zeroCrossingRate >= this.#options.minZeroCrossingRate &&
      zeroCrossingRate <= this.#options.maxZeroCrossingRate;
    evidence.aboveStop = sustainedDbfs - floorDbfs > stopThresholdDb;
    const isLoud = evidence.aboveStop && energyDbfs - floorDbfs > startThresholdDb;
    const position = this.#state.kind === 'pendingSpeech' ? this.#state.frames + 1 : 1;
    this.#onset.hear(this.#recent, slot, frameSamples);
    evidence.speechLike = isLoud && isVoice && this.#onset.accepts(position, energyDbfs);
    this.#probability = evidence.speechLike ? 1 : 0;
  }

  #startEdge(): VadEdge {
    const { frameSamples, frameDurationMs, minSpeechFrames, preSpeechFrames } = this.#options;
    const frames = Math.min(preSpeechFrames + minSpeechFrames, this.#frames - this.#spentFrames);
    const preSpeech = new Int16Array(frames * frameSamples);
    for (let i = 0; i < frames; i++) {
      const slot = ((this.#frames - frames + i) % this.#slots) * frameSamples;
      preSpeech.set(this.#recent.subarray(slot, slot + frameSamples), i * frameSamples);
    }
    const onsetMs = (this.#frames - minSpeechFrames) * frameDurationMs;
    return { type: 'speechStart', ...this.#now(), onsetMs, preSpeech };
  }

  #endEdge(): VadEdge {
    const { frameDurationMs, hangoverFrames } = this.#options;
    this.#spentFrames = this.#frames;
    return { type: 'speechEnd', ...this.#now(), offsetMs: (this.#frames - hangoverFrames) * frameDurationMs };
  }

  #now(): { readonly atMs: number; readonly atSample: number } {
    const { frameDurationMs, frameSamples } = this.#options;
    return { atMs: this.#frames * frameDurationMs, atSample: this.#frames * frameSamples };
  }
}
