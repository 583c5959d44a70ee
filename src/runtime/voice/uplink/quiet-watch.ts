import type { Cancel, Clock } from '../../../wire/index.ts';

/** How often it looks. */
const TICK_MS = 250;

/**
 * Notices that a stream has stopped: a microphone that was switched off sends no silence. Hearing a chunk costs one
 * addition; a timer runs only while there is a stream.
 */
export class QuietWatch {
  readonly #clock: Clock;
  readonly #onQuiet: (quietMs: number) => boolean;
  readonly #look: () => void;
  #chunks = 0;
  #chunksSeen = 0;
  #quietMs = 0;
  #cancel: Cancel | undefined;

  /** @param onQuiet is told, every 250 ms, how long nothing has come; returns whether to go on looking. */
  constructor(clock: Clock, onQuiet: (quietMs: number) => boolean) {
    this.#clock = clock;
    this.#onQuiet = onQuiet;
    this.#look = () => this.#tick();
  }

  /** Whether the stream runs, or has stopped only now. */
  get isRunning(): boolean {
    return this.#cancel !== undefined;
  }

  heard(): void {
    this.#chunks += 1;
    if (this.#cancel === undefined) this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    this.#cancel = this.#clock.schedule(TICK_MS, this.#look);
  }

  #tick(): void {
    this.#cancel = undefined;
    const isQuiet = this.#chunks === this.#chunksSeen;
    this.#chunksSeen = this.#chunks;
    this.#quietMs = isQuiet ? this.#quietMs + TICK_MS : 0;
    if (!isQuiet || this.#onQuiet(this.#quietMs)) this.#arm();
    else this.#quietMs = 0;
  }
}
