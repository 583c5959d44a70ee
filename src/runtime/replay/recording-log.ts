/** What is to be recorded, kept until it can be written off the way of the call. */
import type { Cancel, Clock } from '../../wire/index.ts';
import { ByteArena } from './byte-arena.ts';
import { nextTask } from './next-task.ts';
import type { RecordingHeader } from './recording.ts';
import { type Note, RecordingLines } from './recording-lines.ts';
import type { RecordingSink } from './recording-sink.ts';
import type { Veil } from './veil.ts';

/** As much is gathered before it is written. */
const BATCH_NOTES = 512;
/** What waits is written after this. */
const BATCH_MS = 250;
/** More waits for no sink: the recording is given up. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

export interface RecordingLogOptions {
  readonly sink: RecordingSink;
  readonly clock: Clock;
  readonly veil: Veil;
  /** Told once, when the recording cannot go on; the call can. */
  readonly failed: (cause: unknown) => void;
}

type LogState = 'open' | 'ended' | 'failed';

export class RecordingLog {
  /** Where bytes of notes are kept until they are written. */
  readonly arena: ByteArena = new ByteArena();
  readonly #options: RecordingLogOptions;
  readonly #lines: RecordingLines;
  #notes: Note[] = [];
  #bytes = 0;
  #state: LogState = 'open';
  #cancelTimer: Cancel | undefined;
  #isDue = false;
  #writing: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: RecordingLogOptions) {
    this.#options = options;
    this.#lines = new RecordingLines(options.veil);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  begin(header: RecordingHeader): void {
    this.add({ type: 'header', header }, 0);
  }

  /** @param bytes how much memory the note holds, about */
  add(note: Note, bytes: number): void {
    if (this.#state !== 'open') return;
    this.#notes.push(note);
    this.#bytes += bytes;
    if (this.#bytes > MAX_WAITING_BYTES) this.#fail(new RangeError('The sink of the recording is too slow.'));
    else if (this.#notes.length >= BATCH_NOTES) this.#writeSoon();
    else this.#cancelTimer ??= this.#options.clock.schedule(BATCH_MS, () => this.#writeSoon());
  }

  /** Writes everything and closes the sink; resolves when that is done. Never rejects. */
  end(): Promise<void> {
    if (this.#state === 'open') this.#state = 'ended';
    this.#cancelTimer?.();
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await this.#writing;
    await this.#write(true);
    try {
      await this.#options.sink.close?.();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #writeSoon(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isDue || this.#writing !== undefined) return;
    this.#isDue = true;
    nextTask(() => {
      this.#isDue = false;
      if (this.#state !== 'open') return;
      this.#writing = this.#write(false).then(() => {
        this.#writing = undefined;
        if (this.#notes.length >= BATCH_NOTES) this.#writeSoon();
      });
    });
  }

  /** Writes what waits; of what may turn out to be a secret only the end does. */
  async #write(isEnd: boolean): Promise<void> {
    if (this.#state === 'failed') return;
    const notes = this.#notes;
    this.#notes = [];
    this.#bytes = 0;
    try {
      const text = this.#lines.take(notes, isEnd);
      if (!this.#lines.holds) this.arena.reset();
      if (text !== '') await this.#options.sink.write(text);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#notes = [];
    this.#cancelTimer?.();
    this.#options.failed(cause);
  }
}
