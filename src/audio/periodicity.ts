/** Enough for the pitch of any voice, and 15 times fewer operations than at full rate. */
const WORKING_HZ = 4000;
/** Highest and lowest pitch that is looked for; a higher one shows at a multiple of its period. */
const HIGHEST_PITCH_HZ = 420;
const LOWEST_PITCH_HZ = 80;
/** Length of sound that is compared with its past: with the longest period it just fits a frame of 30 ms. */
const COMPARED_MS = 15;

/**
 * Tells how much the latest sound repeats itself, as a voice does and typing, wind, breath and rustling do not: the
 * highest peak of the normalised cross-correlation over the periods of a voice (D. Talkin, "A Robust Algorithm for
 * Pitch Tracking", 1995). It has a memory of its own, so frames may be shorter than a period.
 */
export class Periodicity {
  readonly #decimation: number;
  readonly #compared: number;
  readonly #shortestLag: number;
  readonly #longestLag: number;
  /** The latest sound at the working rate, as a ring. */
  readonly #ring: Float64Array;
  /** The same unrolled, newest first and without its offset, while it is being judged. */
  readonly #recent: Float64Array;
  #at = 0;
  #sum = 0;
  #summed = 0;

  constructor(rateHz: number) {
    this.#decimation = Math.round(rateHz / WORKING_HZ);
    const workingHz = rateHz / this.#decimation;
    this.#compared = Math.round((COMPARED_MS * workingHz) / 1000);
    this.#shortestLag = Math.round(workingHz / HIGHEST_PITCH_HZ);
    this.#longestLag = Math.round(workingHz / LOWEST_PITCH_HZ);
    // A peak shows only between its neighbours.
    this.#ring = new Float64Array(this.#compared + this.#longestLag + 1);
    this.#recent = new Float64Array(this.#ring.length);
  }

  /** Forgets all sound. */
  clear(): void {
    this.#ring.fill(0);
    this.#sum = 0;
    this.#summed = 0;
  }

  /** Remembers `size` samples from `start`. */
  hear(samples: Int16Array, start: number, size: number): void {
    const ring = this.#ring;
    const decimation = this.#decimation;
    let at = this.#at;
    let sum = this.#sum;
    let summed = this.#summed;
    for (let i = start; i < start + size; i++) {
      sum += samples[i] as number;
      if (++summed < decimation) continue;
      ring[at] = sum;
      if (++at === ring.length) at = 0;
      sum = 0;
      summed = 0;
    }
    this.#at = at;
    this.#sum = sum;
    this.#summed = summed;
  }

  /** From 0, noise or silence, to 1, a perfect repetition. */
  measure(): number {
    const x = this.#unroll();
    const n = this.#compared;
    const first = this.#shortestLag - 1;
    let own = 0;
    let past = 0;
    for (let i = 0; i < n; i++) {
      own += (x[i] as number) ** 2;
      past += (x[i + first] as number) ** 2;
    }
    let best = 0;
    let before = 1;
    let last = 1;
    for (let lag = first; lag <= this.#longestLag + 1; lag++) {
      let product = 0;
      for (let i = 0; i < n; i++) product += (x[i] as number) * (x[i + lag] as number);
      const now = product / Math.sqrt(own * past + 1);
      // Only a peak is a period: dull noise is merely like its immediate past.
      if (last > before && last >= now && last > best) best = last;
      before = last;
      last = now;
      past += (x[lag + n] ?? 0) ** 2 - (x[lag] as number) ** 2;
    }
    return best;
  }

  #unroll(): Float64Array {
    const ring = this.#ring;
    const recent = this.#recent;
    let mean = 0;
    for (let i = 0; i < ring.length; i++) mean += (ring[i] as number) / ring.length;
    let from = this.#at;
    for (let i = 0; i < ring.length; i++) {
      from = from === 0 ? ring.length - 1 : from - 1;
      recent[i] = (ring[from] as number) - mean;
    }
    return recent;
  }
}
