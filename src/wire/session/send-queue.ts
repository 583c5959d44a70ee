/** What waits for a connection that can take it: messages in order, and audio that does not grow old. */
import { WireError } from '../wire-error.ts';

/** Marks in the stream of audio. */
export type Mark = 'activityStart' | 'activityEnd' | 'audioStreamEnd';
/** A `config` frame changes the configuration, and is superfluous once a setup holds it. */
export type FrameKind = 'frame' | 'config' | Mark;

type Entry =
  /** An entry of the outbox, which has its frame. */
  | { readonly kind: 'entry'; readonly id: number }
  | { readonly kind: FrameKind; readonly frame: string }
  | { readonly kind: 'audio'; readonly chunk: Uint8Array; readonly atMs: number };

/** Where a queue is emptied to. */
export interface QueueSink {
  /** Whether there is room for one more. */
  ready(): boolean;
  entry(id: number): void;
  frame(frame: string, kind: FrameKind): void;
  audio(chunk: Uint8Array): void;
}

/** Bounded: one command too many throws `sendQueueFull`; audio over its length, or too old, drops its oldest chunk. */
export class SendQueue {
  readonly #maxCommands: number;
  readonly #maxAudioBytes: number;
  readonly #maxAudioMs: number;
  #entries: Entry[] = [];
  #commands = 0;
  #audioBytes = 0;
  #droppedChunks = 0;
  #droppedBytes = 0;

  constructor(maxCommands: number, audio: { readonly maxMs: number; readonly bytesPerMs: number }) {
    this.#maxCommands = maxCommands;
    this.#maxAudioMs = audio.maxMs;
    this.#maxAudioBytes = audio.maxMs * audio.bytesPerMs;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Chunks of audio dropped because they had waited too long. */
  get droppedChunks(): number {
    return this.#droppedChunks;
  }

  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** Throws `sendQueueFull` when there is no room for another command. */
  reserve(): void {
    if (this.#commands < this.#maxCommands) return;
    const text = `${this.#commands} commands wait for a connection already: send less while it is down, or raise limits.maxQueuedCommands.`;
    throw new WireError('sendQueueFull', text, { retryable: true });
  }

  pushEntry(id: number): void {
    this.reserve();
    this.#push({ kind: 'entry', id });
  }

  pushFrame(frame: string, kind: FrameKind): void {
    this.reserve();
    this.#push({ kind, frame });
  }

  #push(entry: Entry): void {
    this.#commands += 1;
    this.#entries.push(entry);
  }

  /** Keeps a copy: the caller may reuse its buffer. */
  pushAudio(chunk: Uint8Array, atMs: number): void {
    this.#entries.push({ kind: 'audio', chunk: chunk.slice(), atMs });
    this.#audioBytes += chunk.length;
    while (this.#audioBytes > this.#maxAudioBytes) {
      this.#dropAudio(this.#entries.findIndex(({ kind }) => kind === 'audio'));
    }
  }

  /** Takes entries of the outbox out again. */
  removeEntries(ids: readonly number[]): void {
    this.#keep((entry) => entry.kind !== 'entry' || !ids.includes(entry.id));
  }

  /** Takes out the changes of configuration. */
  removeConfig(): void {
    this.#keep(({ kind }) => kind !== 'config');
  }

  #keep(wanted: (entry: Entry) => boolean): void {
    const kept = this.#entries.filter(wanted);
    this.#commands -= this.#entries.length - kept.length;
    this.#entries = kept;
  }

  /** Drops audio that was pushed too long before `nowMs`. */
  dropStale(nowMs: number): void {
    const isStale = (entry: Entry): boolean =>
      entry.kind === 'audio' && nowMs - entry.atMs > this.#maxAudioMs;
    for (let index = this.#entries.findIndex(isStale); index >= 0; index = this.#entries.findIndex(isStale)) {
      this.#dropAudio(index);
    }
  }

  /** Empties from the front as long as there is room. */
  drain(sink: QueueSink): void {
    let sent = 0;
    for (const entry of this.#entries) {
      if (!sink.ready()) break;
      sent += 1;
      if (entry.kind === 'audio') {
        this.#audioBytes -= entry.chunk.length;
        sink.audio(entry.chunk);
        continue;
      }
      this.#commands -= 1;
      if (entry.kind === 'entry') sink.entry(entry.id);
      else sink.frame(entry.frame, entry.kind);
    }
    this.#entries.splice(0, sent);
  }

  clear(): void {
    this.#entries = [];
    this.#commands = 0;
    this.#audioBytes = 0;
  }

  #dropAudio(index: number): void {
    const [entry] = this.#entries.splice(index, 1);
    if (entry?.kind !== 'audio') return;
    this.#audioBytes -= entry.chunk.length;
    this.#droppedBytes += entry.chunk.length;
    this.#droppedChunks += 1;
  }
}
