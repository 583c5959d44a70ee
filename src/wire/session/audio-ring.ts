/** A chunk as it was sent. The bytes are a copy. */
export interface SentChunk {
  readonly chunk: Uint8Array;
  readonly atMs: number;
}

/** Length, time and index. */
const FIELDS = 3;

/** Chunks of audio, in memory that is taken once: a ring of bytes, and a ring of marks. Nothing here allocates but a copy. */
export class AudioRing {
  readonly lengthBytes: number;
  readonly #bytes: Uint8Array;
  readonly #marks: Float64Array;
  #first = 0;
  #length = 0;
  #firstChunk = 0;
  #count = 0;

  constructor(lengthBytes: number, chunks: number) {
    this.lengthBytes = lengthBytes;
    this.#bytes = new Uint8Array(lengthBytes);
    this.#marks = new Float64Array(chunks * FIELDS);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The place of the oldest chunk among the messages of its connection. */
  get firstIndex(): number {
    return this.#mark(2);
  }

  hasRoom(lengthBytes: number): boolean {
    return this.#length + lengthBytes <= this.lengthBytes && this.#count * FIELDS < this.#marks.length;
  }

  /** What there is room for. */
  push(chunk: Uint8Array, atMs: number, index: number): void {
    const bytes = this.#bytes;
    let at = this.#first + this.#length;
    if (at >= bytes.length) at -= bytes.length;
    const fits = bytes.length - at;
    if (fits >= chunk.length) bytes.set(chunk, at);
    else {
      bytes.set(chunk.subarray(0, fits), at);
      bytes.set(chunk.subarray(fits), 0);
    }
    let mark = (this.#firstChunk + this.#count) * FIELDS;
    if (mark >= this.#marks.length) mark -= this.#marks.length;
    this.#marks[mark] = chunk.length;
    this.#marks[mark + 1] = atMs;
    this.#marks[mark + 2] = index;
    this.#length += chunk.length;
    this.#count += 1;
  }

  dropFirst(): void {
    const length = this.#mark(0);
    this.#first = (this.#first + length) % this.lengthBytes;
    this.#length -= length;
    this.#firstChunk = (this.#firstChunk + 1) % (this.#marks.length / FIELDS);
    this.#count -= 1;
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
    this.#firstChunk = 0;
    this.#count = 0;
  }

  /** Takes the oldest chunk out. */
  take(): SentChunk {
    const chunk = new Uint8Array(this.#mark(0));
    const fits = Math.min(chunk.length, this.lengthBytes - this.#first);
    chunk.set(this.#bytes.subarray(this.#first, this.#first + fits));
    chunk.set(this.#bytes.subarray(0, chunk.length - fits), fits);
    const atMs = this.#mark(1);
    this.dropFirst();
    return { chunk, atMs };
  }

  #mark(offset: number): number {
    return this.#marks[this.#firstChunk * FIELDS + offset] ?? 0;
  }
}
