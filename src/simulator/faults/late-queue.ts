/** Delays what passes through it and keeps its order, whatever becomes of the delay meanwhile. */
import type { Clock } from '../../wire/clock.ts';

/** How a task is run later. */
export type RunLater = (delayMs: number, task: () => void) => void;

/** What waits to be delivered. */
export class LateQueue {
  readonly #clock: Clock;
  readonly #runLater: RunLater;
  #waiting: (() => void)[] = [];
  #lastDueMs = 0;

  constructor(clock: Clock, runLater: RunLater) {
    this.#clock = clock;
    this.#runLater = runLater;
  }

  /** Delivers after `delayMs`, and never before what came earlier. */
  pass(delayMs: number, deliver: () => void): void {
    if (delayMs <= 0 && this.#waiting.length === 0) return deliver();
    const nowMs = this.#clock.nowMs();
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + delayMs);
    this.#waiting.push(deliver);
    this.#runLater(this.#lastDueMs - nowMs, () => this.#waiting.shift()?.());
  }

  /** Delivers everything now: an orderly close comes behind what was sent. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const deliver of waiting) deliver();
  }
}
