import { meanSquareDbfs, SILENCE_DBFS } from './pcm16.ts';

/** The rate at which zero-crossing rates are stated, whatever the rate of the audio. */
const REFERENCE_HZ = 16_000;
/** Length of the parts a frame is cut into to tell a click from a sound that lasts: a deep voice has 80 pulses a second. */
const PART_MS = 5;

/** Measures frames of audio for the detector, into its own fields: nothing is allocated per frame. */
export class FrameMeter {
  /** RMS of the frame without its DC offset, in dBFS. */
  energyDbfs: number = SILENCE_DBFS;
  /**
   * Level of the second quietest 5 ms of the frame, in dBFS: what lasts through the frame. A key stroke shorter
   * than the frame raises the energy but not this.
   */
  sustainedDbfs: number = SILENCE_DBFS;
  /** Sign changes per sample, scaled to 16 kHz so that a threshold means the same pitch at every rate. */
  zeroCrossingRate = 0;
  readonly #crossingScale: number;
  readonly #partSamples: number;

  constructor(rateHz: number) {
    this.#crossingScale = rateHz / REFERENCE_HZ;
    this.#partSamples = (PART_MS * rateHz) / 1000;
  }

  /** Forgets the last frame. */
  clear(): void {
    this.energyDbfs = SILENCE_DBFS;
    this.sustainedDbfs = SILENCE_DBFS;
    this.zeroCrossingRate = 0;
  }

  /** Measures `size` samples from `start`; the fields hold the result until the next call. */
  measure(samples: Int16Array, start: number, size: number): void {
    let total = 0;
    for (let i = 0; i < size; i++) total += samples[start + i] as number;
    const offset = total / size;
    let energy = 0;
    let crossings = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let secondLowest = Number.POSITIVE_INFINITY;
    let wasPositive = (samples[start] as number) >= offset;
    const parts = Math.max(2, Math.floor(size / this.#partSamples));
    let at = 0;
    for (let part = 1; part <= parts; part++) {
      const from = at;
      const end = Math.floor((part * size) / parts);
      let sum = 0;
      for (; at < end; at++) {
        const sample = (samples[start + at] as number) - offset;
        const positive = sample >= 0;
        if (positive !== wasPositive) crossings++;
        wasPositive = positive;
        sum += sample * sample;
      }
      energy += sum;
      const level = sum / (end - from);
      if (level < lowest) {
        secondLowest = lowest;
        lowest = level;
      } else if (level < secondLowest) {
        secondLowest = level;
      }
    }
    this.energyDbfs = meanSquareDbfs(energy / size);
    this.sustainedDbfs = meanSquareDbfs(secondLowest);
    this.zeroCrossingRate = (crossings / size) * this.#crossingScale;
  }
}
