/** The newest audio that was sent and that the model has not begun to answer: what a new connection has to hear again. */
import { type AudioSlab, returnSlab, type SentChunk, SLAB_BYTES, takeSlab } from './audio-slab.ts';

/** Bounded by bytes, and of very short chunks by their number: the oldest goes. Memory is held only for what is kept. */
export class SentAudio {
  readonly #maxBytes: number;
  readonly #maxSlabs: number;
  /** From the oldest; none is empty. */
  readonly #slabs: AudioSlab[] = [];
  /** The last of them. */
  #open: AudioSlab | undefined;
  /** The one that was emptied last: somebody who talks on needs it soon. */
  #spare: AudioSlab | undefined;
  #length = 0;
  #sentBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#maxSlabs = 2 * Math.ceil(maxBytes / SLAB_BYTES) + 2;
  }

  /** Everything sent since it was last cleared, or known to be taken in, kept or not. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** @param index the message's place on its connection, from 1. */
  push(chunk: Uint8Array, atMs: number, index: number): void {
    this.#sentBytes += chunk.length;
    if (chunk.length > this.#maxBytes) return this.#empty();
    while (this.#length + chunk.length > this.#maxBytes) this.#dropFirst();
    if (this.#open === undefined || !this.#open.hasRoom(chunk.length)) {
      this.#open = this.#take(chunk.length);
      this.#slabs.push(this.#open);
      while (this.#slabs.length > this.#maxSlabs) this.#dropFirst();
    }
    this.#open.push(chunk, atMs, index);
    this.#length += chunk.length;
  }

  /** The service has taken in the messages up to `index`. */
  dropUpTo(index: number): void {
    const [oldest] = this.#slabs;
    // What was dropped before is older still.
    if (oldest === undefined || oldest.firstIndex > index) return;
    for (let [slab] = this.#slabs; slab !== undefined && slab.firstIndex <= index; [slab] = this.#slabs) {
      this.#dropFirst();
    }
    this.#sentBytes = this.#length;
  }

  clear(): void {
    this.#empty();
    this.#sentBytes = 0;
  }

  #empty(): void {
    for (const slab of this.#slabs.splice(0)) returnSlab(slab);
    if (this.#spare !== undefined) returnSlab(this.#spare);
    this.#spare = undefined;
    this.#open = undefined;
    this.#length = 0;
  }

  /** Takes out what was sent at `sinceMs` or later, and forgets the rest. */
  take(sinceMs: number): readonly SentChunk[] {
    const taken: SentChunk[] = [];
    for (let [slab] = this.#slabs; slab !== undefined; [slab] = this.#slabs) {
      const sent = slab.copyFirst();
      if (sent.atMs >= sinceMs) taken.push(sent);
      this.#dropFirst();
    }
    this.clear();
    return taken;
  }

  #dropFirst(): void {
    const [slab] = this.#slabs;
    if (slab === undefined) return;
    this.#length -= slab.firstLength;
    slab.dropFirst();
    if (!slab.isEmpty) return;
    this.#slabs.shift();
    if (slab === this.#open) this.#open = undefined;
    if (this.#spare !== undefined) returnSlab(this.#spare);
    this.#spare = slab;
  }

  #take(lengthBytes: number): AudioSlab {
    const spare = this.#spare;
    if (spare === undefined || spare.lengthBytes < lengthBytes) return takeSlab(lengthBytes);
    this.#spare = undefined;
    spare.clear();
    return spare;
  }
}
