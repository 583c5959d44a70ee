/** The newest audio that was sent and that the model has not begun to answer: what a new connection has to hear again. */

/** A chunk as it was sent. The bytes are a copy. */
export interface SentChunk {
  readonly chunk: Uint8Array;
  readonly atMs: number;
}

const FIELDS = 3;
const MAX_CHUNKS = 512;
const FIRST_BYTES = 8_192;

/** Bounded by bytes and by chunks: the oldest goes. Made for one call a chunk, without an allocation. */
export class SentAudio {
  readonly #maxBytes: number;
  /** A ring of bytes, grown up to the bound. */
  #bytes: Uint8Array;
  #first = 0;
  #length = 0;
  /** A ring of length, time and index of each chunk. */
  readonly #chunks = new Float64Array(MAX_CHUNKS * FIELDS);
  #firstChunk = 0;
  #chunkCount = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#bytes = new Uint8Array(Math.min(maxBytes, FIRST_BYTES));
  }

  /** @param index the message's place on its connection, from 1. */
  push(chunk: Uint8Array, atMs: number, index: number): void {
    if (chunk.length > this.#maxBytes) return this.clear();
    while (this.#length + chunk.length > this.#maxBytes || this.#chunkCount === MAX_CHUNKS) this.#dropFirst();
    if (this.#length + chunk.length > this.#bytes.length) this.#grow(this.#length + chunk.length);
    const at = (this.#first + this.#length) % this.#bytes.length;
    const fits = Math.min(chunk.length, this.#bytes.length - at);
    this.#bytes.set(fits === chunk.length ? chunk : chunk.subarray(0, fits), at);
    if (fits < chunk.length) this.#bytes.set(chunk.subarray(fits), 0);
    const field = ((this.#firstChunk + this.#chunkCount) % MAX_CHUNKS) * FIELDS;
    this.#chunks[field] = chunk.length;
    this.#chunks[field + 1] = atMs;
    this.#chunks[field + 2] = index;
    this.#length += chunk.length;
    this.#chunkCount += 1;
  }

  /** The service has taken in the messages up to `index`. */
  dropUpTo(index: number): void {
    while (this.#chunkCount > 0 && this.#field(2) <= index) this.#dropFirst();
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
    this.#firstChunk = 0;
    this.#chunkCount = 0;
  }

  /** Takes out what was sent at `sinceMs` or later, and forgets the rest. */
  take(sinceMs: number): readonly SentChunk[] {
    const taken: SentChunk[] = [];
    for (; this.#chunkCount > 0; this.#dropFirst()) {
      const atMs = this.#field(1);
      if (atMs >= sinceMs) taken.push({ chunk: this.#copy(this.#first, this.#field(0)), atMs });
    }
    return taken;
  }

  #field(offset: number): number {
    return this.#chunks[this.#firstChunk * FIELDS + offset] ?? 0;
  }

  #dropFirst(): void {
    const length = this.#field(0);
    this.#first = (this.#first + length) % this.#bytes.length;
    this.#length -= length;
    this.#firstChunk = (this.#firstChunk + 1) % MAX_CHUNKS;
    this.#chunkCount -= 1;
  }

  #copy(from: number, length: number): Uint8Array {
    const copy = new Uint8Array(length);
    const fits = Math.min(length, this.#bytes.length - from);
    copy.set(this.#bytes.subarray(from, from + fits));
    copy.set(this.#bytes.subarray(0, length - fits), fits);
    return copy;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, 2 * this.#bytes.length)));
    grown.set(this.#copy(this.#first, this.#length));
    this.#bytes = grown;
    this.#first = 0;
  }
}
