/** What waits for a connection that can take it: commands in order, and audio that does not grow old. */
import { WireError } from '../wire-error.ts';

type Entry =
  | { readonly kind: 'frame'; readonly frame: string }
  | { readonly kind: 'audio'; readonly chunk: Uint8Array };

/** Bounded: one command too many throws `sendQueueFull`; audio over its limit drops its oldest chunk. */
export class SendQueue {
  readonly #maxCommands: number;
  readonly #maxAudioBytes: number;
  #entries: Entry[] = [];
  #commands = 0;
  #audioBytes = 0;
  #droppedChunks = 0;

  constructor(maxCommands: number, maxAudioBytes: number) {
    this.#maxCommands = maxCommands;
    this.#maxAudioBytes = maxAudioBytes;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Chunks of audio dropped because they had waited too long. */
  get droppedChunks(): number {
    return this.#droppedChunks;
  }

  pushFrame(frame: string): void {
    if (this.#commands >= this.#maxCommands) {
      const text = `${this.#commands} commands wait for a connection already: send less while it is down, or raise limits.maxQueuedCommands.`;
      throw new WireError('sendQueueFull', text, { retryable: true });
    }
    this.#commands += 1;
    this.#entries.push({ kind: 'frame', frame });
  }

  /** Keeps a copy: the caller may reuse its buffer. */
  pushAudio(chunk: Uint8Array): void {
    this.#entries.push({ kind: 'audio', chunk: chunk.slice() });
    this.#audioBytes += chunk.length;
    while (this.#audioBytes > this.#maxAudioBytes) this.#dropOldestAudio();
  }

  /** Sends from the front as long as `ready()` says that there is room. */
  drain(
    ready: () => boolean,
    sendFrame: (frame: string) => void,
    sendAudio: (chunk: Uint8Array) => void,
  ): void {
    let sent = 0;
    for (const entry of this.#entries) {
      if (!ready()) break;
      sent += 1;
      if (entry.kind === 'frame') {
        this.#commands -= 1;
        sendFrame(entry.frame);
      } else {
        this.#audioBytes -= entry.chunk.length;
        sendAudio(entry.chunk);
      }
    }
    this.#entries.splice(0, sent);
  }

  clear(): void {
    this.#entries = [];
    this.#commands = 0;
    this.#audioBytes = 0;
  }

  #dropOldestAudio(): void {
    const index = this.#entries.findIndex(({ kind }) => kind === 'audio');
    const [entry] = this.#entries.splice(index, 1);
    if (entry?.kind === 'audio') this.#audioBytes -= entry.chunk.length;
    this.#droppedChunks += 1;
  }
}
