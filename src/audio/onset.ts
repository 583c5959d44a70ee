import { Periodicity } from './periodicity.ts';

/** What makes a run of loud frames the beginning of speech. */
export interface OnsetOptions {
  readonly rateHz: number;
  /** Frames in a run that make a start. */
  readonly minSpeechFrames: number;
  /** Periodicity that at least one frame of the run must have; 0 asks for none. */
  readonly minPeriodicity: number;
}

/** What is struck falls at least this fast in every frame; most key strokes fall ten times as fast. */
const DECAY_DB_PER_FRAME = 4;

/**
 * Judges a run of loud frames as a whole, because no single frame of speech need look like speech: somewhere in it
 * sound must repeat itself as a voice does, and it must not die away from its first frame on as what is struck does.
 */
export class Onset {
  readonly #options: OnsetOptions;
  readonly #periodicity: Periodicity;
  readonly #maxFallDb: number;
  #firstDbfs = 0;
  #hasVoice = false;

  constructor(options: OnsetOptions) {
    this.#options = options;
    this.#periodicity = new Periodicity(options.rateHz);
    this.#maxFallDb = DECAY_DB_PER_FRAME * Math.max(1, options.minSpeechFrames - 1);
  }

  /** Forgets all sound. */
  clear(): void {
    this.#periodicity.clear();
  }

  /** Hears a frame, loud or not: `size` samples from `start`. */
  hear(samples: Int16Array, start: number, size: number): void {
    this.#periodicity.hear(samples, start, size);
  }

  /** Whether the frame just heard, a loud one and the `position`th of its run from 1, may belong to a start. */
  accepts(position: number, energyDbfs: number): boolean {
    const { minSpeechFrames, minPeriodicity } = this.#options;
    if (position === 1) {
      this.#firstDbfs = energyDbfs;
      this.#hasVoice = minPeriodicity === 0;
    }
    this.#hasVoice ||= this.#periodicity.measure() >= minPeriodicity;
    if (position < minSpeechFrames) return true;
    return this.#hasVoice && this.#firstDbfs - energyDbfs <= this.#maxFallDb;
  }
}
