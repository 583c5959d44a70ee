/** Waits for moments on one connection and strikes when they come. */
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { Moment, MomentName } from './fault.ts';

interface Armed {
  readonly on: MomentName;
  /** Strikes when the count reaches this. */
  readonly count: number;
  readonly delayMs: number;
  readonly strike: () => void;
}

/** Counts what happens from the first thing that waits for it. */
export class MomentWatch {
  readonly #clock: Clock;
  readonly #counts = new Map<MomentName, number>();
  readonly #timers = new Set<Cancel>();
  #armed: Armed[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Strikes at a moment that is counted from now. */
  arm(at: Moment, strike: () => void): void {
    if ('afterMs' in at) return this.after(at.afterMs, strike);
    const count = (this.#counts.get(at.on) ?? 0) + (at.nth ?? 1);
    this.#armed.push({ on: at.on, count, delayMs: at.delayMs ?? 0, strike });
  }

  /** Something happened. */
  happened(moment: MomentName): void {
    if (this.#armed.length === 0) return;
    const count = (this.#counts.get(moment) ?? 0) + 1;
    this.#counts.set(moment, count);
    const due = this.#armed.filter((armed) => armed.on === moment && armed.count === count);
    if (due.length === 0) return;
    this.#armed = this.#armed.filter((armed) => !due.includes(armed));
    for (const { delayMs, strike } of due) {
      if (delayMs === 0) strike();
      else this.after(delayMs, strike);
    }
  }

  /** Runs a task later, unless the connection ends before. */
  after(delayMs: number, task: () => void): void {
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }

  /** Forgets what was still to come. */
  end(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#armed = [];
  }
}
