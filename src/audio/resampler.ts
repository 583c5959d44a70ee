import { AudioError, requireInteger } from './audio-error.ts';
import { saturateInt16 } from './pcm16.ts';
import { designPolyphaseFilter, type FilterShape } from './polyphase-filter.ts';

/**
 * How sharp the filter is: it trades latency and CPU for bandwidth near the Nyquist frequency.
 * Passband (of the lower Nyquist), suppression, latency at 8 kHz: `low` 0.70, 80 dB, 2.3 ms; `medium` 0.85, 96 dB,
 * 5.3 ms; `high` 0.93, 96 dB, 11 ms.
 */
export type ResamplerQuality = 'low' | 'medium' | 'high';

/** What to convert. */
export interface ResamplerOptions {
  /** Rate of the input, in hertz. */
  readonly fromHz: number;
  /** Rate of the output, in hertz. */
  readonly toHz: number;
  /** @default 'medium' */
  readonly quality?: ResamplerQuality;
}

/** A streaming rate converter over arrays of type `T` (one mono channel). Not shared between streams. */
export interface Resampler<T> {
  /**
   * Converts the next piece of the stream; pieces may have any length and never change the output.
   * The result is new and the caller's to keep, except at equal rates, where it is `input` itself.
   */
  process(input: T): T;
  /**
   * Ends the stream: returns the samples still in the filter, then starts afresh. All of `process` plus `flush`
   * together are exactly `ceil(inputSamples × toHz / fromHz)` samples, aligned with the input (no leading delay).
   */
  flush(): T;
  /** Forgets the stream without output: the next input starts a new one. */
  reset(): void;
  /** How far the output of `process` trails its input, in milliseconds of audio. */
  readonly latencyMs: number;
}

const SHAPES: Readonly<Record<ResamplerQuality, FilterShape>> = {
  low: { passband: 0.7, stopbandDb: 80 },
  medium: { passband: 0.85, stopbandDb: 96 },
  high: { passband: 0.93, stopbandDb: 96 },
};
const MAX_RATE_HZ = 384_000;
const MAX_RATIO_TERM = 1024;
const BLOCK_SAMPLES = 2048;

/**
 * Creates a streaming PCM16 resampler: a rational polyphase FIR filter.
 *
 * Any pair among 8, 16, 24, 44.1 and 48 kHz; other integer rates if the reduced ratio has no term above 1,024.
 * Memory is fixed at creation. Peaks that overshoot are saturated.
 *
 * @throws AudioError `rateUnsupported` for such a ratio, `invalidArgument` for a rate that is not a whole number of
 * hertz from 1 to 384,000 or an unknown quality.
 */
export function createResampler(options: ResamplerOptions): Resampler<Int16Array> {
  const allocate = (samples: number): Int16Array => new Int16Array(samples);
  return createWith(options, allocate, saturateInt16);
}

/** As `createResampler`, over float samples at any scale: nothing is rounded or saturated. */
export function createFloat32Resampler(options: ResamplerOptions): Resampler<Float32Array> {
  const allocate = (samples: number): Float32Array => new Float32Array(samples);
  return createWith(options, allocate, (value) => value);
}

function createWith<T extends Int16Array | Float32Array>(
  options: ResamplerOptions,
  allocate: (samples: number) => T,
  quantize: (value: number) => number,
): Resampler<T> {
  const fromHz = requireInteger('fromHz', options.fromHz, 1, MAX_RATE_HZ);
  const toHz = requireInteger('toHz', options.toHz, 1, MAX_RATE_HZ);
  const quality = options.quality ?? 'medium';
  if (!Object.hasOwn(SHAPES, quality)) {
    throw new AudioError('invalidArgument', `quality is '${quality}': use 'low', 'medium' or 'high'.`);
  }
  if (fromHz === toHz) {
    return { process: (input) => input, flush: () => allocate(0), reset: () => {}, latencyMs: 0 };
  }
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor;
  const down = fromHz / divisor;
  if (Math.max(up, down) > MAX_RATIO_TERM) {
    throw new AudioError(
      'rateUnsupported',
      `${fromHz} Hz to ${toHz} Hz is the ratio ${up}/${down}, whose filter would be too large: ` +
        'choose rates that share a large divisor, such as 8, 16, 24, 44.1 or 48 kHz.',
    );
  }
  return new PolyphaseResampler(up, down, SHAPES[quality], fromHz, allocate, quantize);
}

class PolyphaseResampler<T extends Int16Array | Float32Array> implements Resampler<T> {
  readonly latencyMs: number;
  readonly #up: number;
  readonly #down: number;
  readonly #taps: number;
  readonly #coefficients: Float64Array;
  readonly #allocate: (samples: number) => T;
  readonly #quantize: (value: number) => number;
  /** The samples the filter may still need, then the block being read. */
  readonly #window: Float64Array;
  /** Samples in the window; the next output reads `taps` of them from the start. */
  #filled = 0;
  /** Position of the next output between two inputs, in 1/up. */
  #phase = 0;
  /** Samples taken in and given out since the stream began: only their difference from the exact ratio matters. */
  #taken = 0;
  #given = 0;

  constructor(
    up: number,
    down: number,
    shape: FilterShape,
    fromHz: number,
    allocate: (samples: number) => T,
    quantize: (value: number) => number,
  ) {
    const filter = designPolyphaseFilter(up, down, shape);
    this.#up = up;
    this.#down = down;
    this.#taps = filter.taps;
    this.#coefficients = filter.coefficients;
    this.#allocate = allocate;
    this.#quantize = quantize;
    this.#window = new Float64Array(filter.taps + Math.ceil(down / up) + BLOCK_SAMPLES);
    this.latencyMs = (filter.taps / 2 / fromHz) * 1000;
    this.reset();
  }

  process(input: T): T {
    const output = this.#allocate(this.#available(input.length));
    this.#run(input, output);
    return output;
  }

  flush(): T {
    const total = Math.ceil((this.#taken * this.#up) / this.#down);
    const output = this.#allocate(total - this.#given);
    this.#run(this.#allocate(this.#taps / 2), output);
    this.reset();
    return output;
  }

  reset(): void {
    // Half a filter of silence before the first sample aligns output with input.
    this.#filled = this.#taps / 2 - 1;
    this.#window.fill(0, 0, this.#filled);
    this.#phase = 0;
    this.#taken = 0;
    this.#given = 0;
  }

  /** How many outputs become computable once `more` inputs are appended. */
  #available(more: number): number {
    const starts = this.#filled + more - this.#taps + 1;
    return Math.max(0, Math.ceil((starts * this.#up - this.#phase) / this.#down));
  }

  #run(input: T, output: T): void {
    const window = this.#window;
    let written = 0;
    for (let read = 0; read < input.length; ) {
      const count = Math.min(input.length - read, window.length - this.#filled);
      for (let i = 0; i < count; i++) window[this.#filled + i] = input[read + i] as number;
      read += count;
      this.#filled += count;
      const wanted = Math.min(this.#available(0), output.length - written);
      written = this.#filter(output, written, wanted);
      // The next output may start beyond the window when decimating steeply: then all of it is spent.
      const spent = Math.min(this.#filled, Math.floor(this.#phase / this.#up));
      window.copyWithin(0, spent, this.#filled);
      this.#filled -= spent;
      this.#phase -= spent * this.#up;
    }
    this.#taken += input.length;
    this.#given += written;
    // Both return to zero together at every whole period, which keeps them exact for streams of any length.
    const periods = Math.min(Math.floor(this.#taken / this.#down), Math.floor(this.#given / this.#up));
    this.#taken -= periods * this.#down;
    this.#given -= periods * this.#up;
  }

  #filter(output: T, written: number, count: number): number {
    const window = this.#window;
    const coefficients = this.#coefficients;
    const taps = this.#taps;
    const up = this.#up;
    const quantize = this.#quantize;
    let start = 0;
    let phase = this.#phase;
    for (let i = 0; i < count; i++) {
      while (phase >= up) {
        phase -= up;
        start++;
      }
      const branch = phase * taps;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let tap = 0; tap < taps; tap += 4) {
        a += (window[start + tap] as number) * (coefficients[branch + tap] as number);
        b += (window[start + tap + 1] as number) * (coefficients[branch + tap + 1] as number);
        c += (window[start + tap + 2] as number) * (coefficients[branch + tap + 2] as number);
        d += (window[start + tap + 3] as number) * (coefficients[branch + tap + 3] as number);
      }
      output[written + i] = quantize(a + b + (c + d));
      phase += this.#down;
    }
    this.#phase = phase + start * up;
    return written + count;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
