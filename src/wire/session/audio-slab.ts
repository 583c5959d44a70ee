/** A chunk as it was sent. The bytes are a copy. */
export interface SentChunk {
  readonly chunk: Uint8Array;
  readonly atMs: number;
}

/** A quarter of a second of 16 kHz audio. */
export const SLAB_BYTES = 8_192;
/** Of chunks of 4 ms and longer a slab is filled. */
const MAX_CHUNKS = 64;
/** Length, time and index. */
const FIELDS = 3;

/** Chunks of audio one behind the other, in memory that is taken once: filled once, and emptied from the front. */
export class AudioSlab {
  readonly lengthBytes: number;
  readonly #bytes: Uint8Array;
  readonly #marks = new Float64Array(MAX_CHUNKS * FIELDS);
  #first = 0;
  #end = 0;
  #firstChunk = 0;
  #endChunk = 0;

  constructor(lengthBytes: number = SLAB_BYTES) {
    this.lengthBytes = lengthBytes;
    this.#bytes = new Uint8Array(lengthBytes);
  }

  get isEmpty(): boolean {
    return this.#firstChunk === this.#endChunk;
  }

  get firstLength(): number {
    return this.#mark(0);
  }

  /** The place of the first chunk among the messages of its connection. */
  get firstIndex(): number {
    return this.#mark(2);
  }

  hasRoom(lengthBytes: number): boolean {
    return this.#end + lengthBytes <= this.lengthBytes && this.#endChunk < MAX_CHUNKS;
  }

  /** What there is room for. */
  push(chunk: Uint8Array, atMs: number, index: number): void {
    this.#bytes.set(chunk, this.#end);
    const mark = this.#endChunk * FIELDS;
    this.#marks[mark] = chunk.length;
    this.#marks[mark + 1] = atMs;
    this.#marks[mark + 2] = index;
    this.#end += chunk.length;
    this.#endChunk += 1;
  }

  dropFirst(): void {
    this.#first += this.firstLength;
    this.#firstChunk += 1;
  }

  copyFirst(): SentChunk {
    const chunk = this.#bytes.slice(this.#first, this.#first + this.firstLength);
    return { chunk, atMs: this.#mark(1) };
  }

  /** Ready to be filled once more. */
  clear(): void {
    this.#first = 0;
    this.#end = 0;
    this.#firstChunk = 0;
    this.#endChunk = 0;
  }

  #mark(offset: number): number {
    return this.#marks[this.#firstChunk * FIELDS + offset] ?? 0;
  }
}

/** Slabs that nobody uses, for the next who does: memory that is warm already. Process-wide, as the buffers of sockets are. */
const FREE: AudioSlab[] = [];
const MAX_FREE = 64;

/** A slab with room for a chunk. */
export function takeSlab(lengthBytes: number): AudioSlab {
  if (lengthBytes > SLAB_BYTES) return new AudioSlab(lengthBytes);
  return FREE.pop() ?? new AudioSlab();
}

export function returnSlab(slab: AudioSlab): void {
  if (slab.lengthBytes !== SLAB_BYTES || FREE.length === MAX_FREE) return;
  slab.clear();
  FREE.push(slab);
}
