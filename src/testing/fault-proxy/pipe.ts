/** One direction of a connection: a queue that delivers bytes when their time has come. No sockets in here. */
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { Random } from '../../wire/platform/system-random.ts';
import { PieceTiming } from './piece-timing.ts';
import type { Pace } from './proxy-fault.ts';

/** Where a pipe ends. */
export interface PipeEnd {
  /** Takes bytes; false when it wants no more until `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Nothing comes after this. */
  end(): void;
  /** The pipe holds too much, or little again: whether its source should wait. */
  hold(holds: boolean): void;
}

/** What a pipe is made of. */
export interface PipeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly end: PipeEnd;
}

type Flow =
  | { readonly phase: 'flowing' }
  | { readonly phase: 'stalled' }
  /** Bytes and the end are swallowed. */
  | { readonly phase: 'dropping' }
  | { readonly phase: 'closed' };

interface Piece {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
}

/** The source waits while more than this is held. */
const MAX_HELD_BYTES = 1024 * 1024;

/** A pipe. */
export class Pipe {
  readonly #clock: Clock;
  readonly #end: PipeEnd;
  readonly #timing: PieceTiming;
  readonly #queue: Piece[] = [];
  readonly #thresholds: { readonly bytes: number; readonly strike: () => void }[] = [];
  readonly #timers = new Set<Cancel>();
  #flow: Flow = { phase: 'flowing' };
  #pending: Cancel | undefined;
  #clogged = false;
  #ending = false;
  #heldBytes = 0;
  #passedBytes = 0;

  constructor({ clock, random, end }: PipeOptions) {
    this.#clock = clock;
    this.#end = end;
    this.#timing = new PieceTiming(random);
  }

  /** Bytes that were delivered. */
  get passedBytes(): number {
    return this.#passedBytes;
  }

  get phase(): Flow['phase'] {
    return this.#flow.phase;
  }

  /** Bytes come in. */
  push(bytes: Uint8Array): void {
    if (this.#flow.phase === 'dropping' || this.#flow.phase === 'closed') return;
    const size = this.#timing.pieceBytes;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      this.#queue.push({ bytes: piece, dueMs: this.#timing.dueMs(this.#clock.nowMs(), piece.length) });
    }
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_HELD_BYTES) this.#end.hold(true);
    this.#pump();
  }

  /** The source has ended; the other end learns of it behind the last byte. */
  finish(): void {
    this.#ending = true;
    this.#pump();
  }

  /** The end takes more. */
  drained(): void {
    this.#clogged = false;
    this.#pump();
  }

  slow(pace: Pace): void {
    this.#timing.slow(pace);
  }

  /** Nothing passes for `forMs`, or until the end. */
  stall(forMs: number | undefined): void {
    if (this.#flow.phase !== 'flowing') return;
    const stalled: Flow = { phase: 'stalled' };
    this.#flow = stalled;
    if (forMs === undefined || !Number.isFinite(forMs)) return;
    const cancel = this.#clock.schedule(forMs, () => {
      this.#timers.delete(cancel);
      if (this.#flow !== stalled) return;
      this.#flow = { phase: 'flowing' };
      this.#pump();
    });
    this.#timers.add(cancel);
  }

  /** Swallows what is held and what comes. */
  drop(): void {
    if (this.#flow.phase === 'closed') return;
    this.#flow = { phase: 'dropping' };
    this.#empty();
  }

  /** Strikes when exactly so many more bytes have passed, in the middle of a piece if need be. */
  afterBytes(bytes: number, strike: () => void): void {
    this.#thresholds.push({ bytes: this.#passedBytes + bytes, strike });
    this.#thresholds.sort((a, b) => a.bytes - b.bytes);
    this.#strikeDue();
  }

  close(): void {
    this.#flow = { phase: 'closed' };
    this.#empty();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#thresholds.length = 0;
  }

  #empty(): void {
    this.#pending?.();
    this.#pending = undefined;
    this.#queue.length = 0;
    this.#heldBytes = 0;
    this.#end.hold(false);
  }

  /** Delivers what is due and waits for the rest. */
  #pump(): void {
    this.#pending?.();
    this.#pending = undefined;
    while (this.#flow.phase === 'flowing' && !this.#clogged) {
      const piece = this.#queue[0];
      if (piece === undefined) {
        if (this.#ending) this.#finished();
        return;
      }
      const waitMs = piece.dueMs - this.#clock.nowMs();
      if (waitMs > 0) {
        this.#pending = this.#clock.schedule(waitMs, () => this.#pump());
        return;
      }
      this.#queue.shift();
      this.#deliver(piece);
    }
  }

  #deliver({ bytes, dueMs }: Piece): void {
    const left = (this.#thresholds[0]?.bytes ?? Number.POSITIVE_INFINITY) - this.#passedBytes;
    const now = left < bytes.length ? bytes.subarray(0, left) : bytes;
    if (now.length < bytes.length) this.#queue.unshift({ bytes: bytes.subarray(now.length), dueMs });
    this.#passedBytes += now.length;
    this.#heldBytes -= now.length;
    if (this.#heldBytes <= MAX_HELD_BYTES / 2) this.#end.hold(false);
    if (!this.#end.write(now)) this.#clogged = true;
    this.#strikeDue();
  }

  #strikeDue(): void {
    for (let next = this.#thresholds[0]; next !== undefined; next = this.#thresholds[0]) {
      if (next.bytes > this.#passedBytes) return;
      this.#thresholds.shift();
      next.strike();
    }
  }

  #finished(): void {
    this.#flow = { phase: 'closed' };
    this.#end.end();
  }
}
