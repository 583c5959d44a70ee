/**
 * The last stretch of audio that the server has not been given, by its place in the stream. Its memory is fixed: when
 * full, the oldest goes. Writing allocates nothing.
 */
export class HeldAudio {
  readonly #store: Int16Array;
  /** The stretch, in samples of the stream. */
  #from = 0;
  #to = 0;

  constructor(capacitySamples: number) {
    this.#store = new Int16Array(capacitySamples);
  }

  /** Keeps `samples[from..to)`, whose first one is sample `at` of the stream. A gap in the stream drops what was before. */
  write(samples: Int16Array, from: number, to: number, at: number): void {
    const store = this.#store;
    const capacity = store.length;
    if (at !== this.#to) this.#from = at;
    this.#to = at + to - from;
    this.#from = Math.max(this.#from, this.#to - capacity);
    const skipped = Math.max(0, to - from - capacity);
    let slot = (at + skipped) % capacity;
    for (let i = from + skipped; i < to; i++) {
      store[slot] = samples[i] as number;
      if (++slot === capacity) slot = 0;
    }
  }

  /** A copy of what is held from sample `from` of the stream on; undefined when that is nothing. Nothing is held then. */
  take(from: number): Int16Array | undefined {
    const start = Math.max(from, this.#from);
    const length = this.#to - start;
    this.#from = this.#to;
    if (length <= 0) return undefined;
    const taken = new Int16Array(length);
    const store = this.#store;
    const slot = start % store.length;
    const tail = store.subarray(slot, Math.min(slot + length, store.length));
    taken.set(tail);
    taken.set(store.subarray(0, length - tail.length), tail.length);
    return taken;
  }
}
