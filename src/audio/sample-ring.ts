const FULL_SCALE = 32_768;

/**
 * A first-in first-out store of samples in one array that doubles when it must, up to a limit, and never shrinks
 * until cleared. Reading allocates nothing; writing only when it grows.
 */
export class SampleRing {
  readonly #initialSamples: number;
  #store: Int16Array;
  #start = 0;
  #length = 0;

  constructor(initialSamples: number) {
    this.#initialSamples = initialSamples;
    this.#store = new Int16Array(initialSamples);
  }

  /** Samples held. */
  get length(): number {
    return this.#length;
  }

  /** Appends a copy of `samples` from index `from`. */
  write(samples: Int16Array, from: number): void {
    const count = samples.length - from;
    this.#reserve(this.#length + count);
    const store = this.#store;
    let to = (this.#start + this.#length) % store.length;
    for (let i = from; i < samples.length; i++) {
      store[to] = samples[i] as number;
      if (++to === store.length) to = 0;
    }
    this.#length += count;
  }

  /** Moves up to `output.length` samples out (floats are divided by 32,768); returns how many. */
  read(output: Int16Array | Float32Array): number {
    const count = Math.min(output.length, this.#length);
    const store = this.#store;
    const scale = output instanceof Float32Array ? 1 / FULL_SCALE : 1;
    let from = this.#start;
    for (let i = 0; i < count; i++) {
      output[i] = (store[from] as number) * scale;
      if (++from === store.length) from = 0;
    }
    this.#start = from;
    this.#length -= count;
    return count;
  }

  /** Forgets the oldest `count` samples. */
  discard(count: number): void {
    this.#start = (this.#start + count) % this.#store.length;
    this.#length -= count;
  }

  /** Forgets everything and gives back the memory it had grown to. */
  clear(): void {
    this.#start = 0;
    this.#length = 0;
    if (this.#store.length > this.#initialSamples) this.#store = new Int16Array(this.#initialSamples);
  }

  #reserve(samples: number): void {
    if (samples <= this.#store.length) return;
    let capacity = this.#store.length;
    while (capacity < samples) capacity *= 2;
    const grown = new Int16Array(capacity);
    const tail = this.#store.subarray(this.#start, Math.min(this.#start + this.#length, this.#store.length));
    grown.set(tail);
    grown.set(this.#store.subarray(0, this.#length - tail.length), tail.length);
    this.#store = grown;
    this.#start = 0;
  }
}
