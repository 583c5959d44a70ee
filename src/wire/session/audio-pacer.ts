/** A token bucket that holds a producer of audio to about real time, chunk after chunk. */
import type { Cancel, Clock } from '../clock.ts';
import { toWireError, WireError } from '../wire-error.ts';
import { rejected, SENT } from './sent.ts';

export interface PacerOptions {
  readonly bytesPerSecond: number;
  /** What may go at once after silence. */
  readonly burstMs: number;
}

interface Waiting {
  readonly send: () => void;
  readonly dueMs: number;
  readonly resolve: () => void;
  readonly reject: (error: WireError) => void;
}

/** A producer this far ahead is not waiting for its sends; it is told. */
const MAX_AHEAD_MS = 60_000;

export class AudioPacer {
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  readonly #clock: Clock;
  readonly #send: (chunk: Uint8Array) => void;
  readonly #waiting: Waiting[] = [];
  #bytes: number;
  #lastMs: number;
  #cancel: Cancel | undefined;

  constructor({ bytesPerSecond, burstMs }: PacerOptions, clock: Clock, send: (chunk: Uint8Array) => void) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#burstBytes = this.#bytesPerMs * burstMs;
    this.#clock = clock;
    this.#send = send;
    this.#bytes = this.#burstBytes;
    this.#lastMs = clock.nowMs();
  }

  /** Resolves when the chunk was sent, in order. Rejects with `sendQueueFull`, or when {@link end} comes first. */
  send(chunk: Uint8Array): Promise<void> {
    const nowMs = this.#clock.nowMs();
    // A busy process may be late for chunks that are due: they go before this one.
    this.#sendDue(nowMs);
    const waitMs = this.#waitMs(chunk.length, nowMs);
    if (waitMs > MAX_AHEAD_MS) return rejected(tooFarAhead());
    this.#bytes -= chunk.length;
    if (waitMs === 0 && this.#waiting.length === 0) {
      this.#send(chunk);
      return SENT;
    }
    const kept = chunk.slice();
    const promise = this.#wait(nowMs + waitMs, () => this.#send(kept));
    this.#arm(nowMs);
    return promise;
  }

  /** Runs `send` after the audio that waits: a mark in the stream of audio must not overtake it. */
  after(send: () => void): Promise<void> {
    const last = this.#waiting.at(-1);
    if (last !== undefined) return this.#wait(last.dueMs, send);
    send();
    return SENT;
  }

  #wait(dueMs: number, send: () => void): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ send, dueMs, resolve, reject });
    });
    promise.catch(() => {}); // whoever awaits sees it
    return promise;
  }

  /** Drops what waits and tells whoever awaits it. */
  end(error: WireError): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #waitMs(lengthBytes: number, nowMs: number): number {
    const refilled = this.#bytes + (nowMs - this.#lastMs) * this.#bytesPerMs;
    this.#bytes = Math.min(this.#burstBytes, refilled);
    this.#lastMs = nowMs;
    return Math.max(0, lengthBytes - this.#bytes) / this.#bytesPerMs;
  }

  #sendDue(nowMs: number): void {
    for (let head = this.#waiting[0]; head !== undefined && head.dueMs <= nowMs; head = this.#waiting[0]) {
      this.#waiting.shift();
      try {
        head.send();
        head.resolve();
      } catch (thrown) {
        head.reject(
          toWireError(thrown, 'internal', 'What waited for its pace could not be sent: see the cause.'),
        );
      }
    }
  }

  /** One timer, for the first that waits. */
  #arm(nowMs: number): void {
    const head = this.#waiting[0];
    if (head === undefined || this.#cancel !== undefined) return;
    this.#cancel = this.#clock.schedule(head.dueMs - nowMs, () => {
      this.#cancel = undefined;
      const dueMs = this.#clock.nowMs();
      this.#sendDue(dueMs);
      this.#arm(dueMs);
    });
  }
}

function tooFarAhead(): WireError {
  const text = 'A minute of audio waits for its pace already: await sendAudio before sending more.';
  return new WireError('sendQueueFull', text, { retryable: true });
}
