/** The newest audio that was sent and that the model has not begun to answer: what a new connection has to hear again. */
import { AudioRing, type SentChunk } from './audio-ring.ts';

/** Of 10 ms and longer all are kept; of shorter ones fewer milliseconds. */
const MAX_CHUNKS = 200;
/** Rings that nobody uses, for the next who does: memory that is warm already. Process-wide, as buffers of sockets are. */
const FREE: AudioRing[] = [];
const MAX_FREE = 64;

/** Bounded by bytes and by chunks: the oldest goes. Nothing is held by a session whose model speaks. */
export class SentAudio {
  readonly #maxBytes: number;
  #ring: AudioRing | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param index the message's place on its connection, from 1. */
  push(chunk: Uint8Array, atMs: number, index: number): void {
    if (chunk.length > this.#maxBytes) return this.clear();
    this.#ring ??= takeRing(this.#maxBytes);
    while (!this.#ring.hasRoom(chunk.length)) this.#ring.dropFirst();
    this.#ring.push(chunk, atMs, index);
  }

  /** The service has taken in the messages up to `index`. */
  dropUpTo(index: number): void {
    const ring = this.#ring;
    while (ring !== undefined && !ring.isEmpty && ring.firstIndex <= index) ring.dropFirst();
  }

  clear(): void {
    if (this.#ring === undefined) return;
    this.#ring.clear();
    if (FREE.length < MAX_FREE) FREE.push(this.#ring);
    this.#ring = undefined;
  }

  /** Takes out what was sent at `sinceMs` or later, and forgets the rest. */
  take(sinceMs: number): readonly SentChunk[] {
    const taken: SentChunk[] = [];
    const ring = this.#ring;
    while (ring !== undefined && !ring.isEmpty) taken.push(ring.take());
    this.clear();
    return taken.filter(({ atMs }) => atMs >= sinceMs);
  }
}

function takeRing(lengthBytes: number): AudioRing {
  const at = FREE.findLastIndex((ring) => ring.lengthBytes === lengthBytes);
  const [free] = at < 0 ? [] : FREE.splice(at, 1);
  return free ?? new AudioRing(lengthBytes, MAX_CHUNKS);
}
