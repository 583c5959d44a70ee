import type { Cancel, Clock } from '../wire/clock.ts';

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** A clock that moves only when told to. Tasks run in the order they are due, ties in the order they came. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  #entries: Entry[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, task: () => void): Cancel {
    const entry: Entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** How many tasks wait. */
  get pending(): number {
    return this.#entries.length;
  }

  /** When the next task is due, on this clock, or undefined when none waits. */
  get nextDueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  /** Moves time forward by `ms`, running what becomes due on the way, tasks scheduled by tasks included. */
  advance(ms: number): void {
    const targetMs = this.#nowMs + ms;
    for (let entry = this.#next(); entry !== undefined && entry.dueMs <= targetMs; entry = this.#next()) {
      this.#run(entry);
    }
    this.#nowMs = targetMs;
  }

  /** Like {@link advance}, but lets promises settle before and after each task, so that async code keeps up. */
  async advanceAsync(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await settle();
    for (let entry = this.#next(); entry !== undefined && entry.dueMs <= targetMs; entry = this.#next()) {
      this.#run(entry);
      await settle();
    }
    this.#nowMs = targetMs;
  }

  /**
   * Runs due tasks, jumping over idle time, until `done()` is true or `limitMs` have passed on this clock.
   * Returns whether `done()` was reached.
   */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const deadlineMs = this.#nowMs + limitMs;
    await settle();
    while (!done()) {
      const entry = this.#next();
      if (entry === undefined || entry.dueMs > deadlineMs) return done();
      this.#run(entry);
      await settle();
    }
    return true;
  }

  #run(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#nowMs = Math.max(this.#nowMs, entry.dueMs);
    entry.task();
  }

  #next(): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries) {
      if (
        next === undefined ||
        entry.dueMs < next.dueMs ||
        (entry.dueMs === next.dueMs && entry.order < next.order)
      ) {
        next = entry;
      }
    }
    return next;
  }
}

/** One turn of the event loop: every promise that can settle without time passing has settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
