/** The course of a session, counted: what came from outside, when, and from within what. */
import type { Clock } from '../../wire/index.ts';
import { nextTask } from './next-task.ts';

/** The clock of the session does not see how long its own work takes, up to this. */
const SAME_MOMENT_MS = 2;

/** Where something from outside stands. */
export interface Stamp {
  readonly tMs: number;
  readonly fresh: boolean;
  readonly acts: number;
  /** The point within which it came; 0 when it came by itself. */
  readonly at: number;
}

/**
 * Tells what comes by itself from what comes from within the session's own work, and stops the session's clock during that
 * work: so a replay finds everything at its place, and at its time.
 */
export class SessionTrace {
  readonly #clock: Clock;
  readonly #startMs: number;
  #frozenMs = 0;
  #depth = 0;
  #acts = 0;
  #points = 0;
  /** The newest point that what happens now may belong to. */
  #point = 0;
  #taskOpen = false;
  /** An event is being told by work that nothing from outside is waiting for. */
  #isTelling = false;
  readonly #closeTelling = (): void => {
    this.#isTelling = false;
  };
  readonly #closeTask = (): void => {
    this.#taskOpen = false;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  /** The session's clock begins at 0 and shows whole microseconds, so that a file can hold its times. */
  nowMs(): number {
    if (this.#depth > 0) return this.#frozenMs;
    const nowMs = this.#readMs();
    return nowMs - this.#frozenMs < SAME_MOMENT_MS ? this.#frozenMs : nowMs;
  }

  /** Something comes from outside; {@link leave} follows, with what this gave as `point`. */
  enter(): Stamp {
    if (this.#depth > 0 || this.#isTelling) {
      this.#depth += 1;
      if (this.#depth === 1) this.#frozenMs = this.#readMs();
      return { tMs: this.#frozenMs, fresh: false, acts: this.#acts, at: this.#point };
    }
    this.#depth = 1;
    this.#frozenMs = this.#readMs();
    const fresh = !this.#taskOpen;
    if (fresh) {
      this.#taskOpen = true;
      nextTask(this.#closeTask);
    }
    this.#newPoint();
    return { tMs: this.#frozenMs, fresh, acts: this.#acts, at: 0 };
  }

  /** What came is done with. */
  leave({ at }: Stamp): void {
    this.#depth -= 1;
    this.#point = at;
  }

  /** An event was told: what the application does at once belongs to it. */
  told(): void {
    this.#acts += 1;
    this.toldMedia();
  }

  /** The same of an event of audio or video, which counts as nothing done. */
  toldMedia(): void {
    this.#newPoint();
    if (this.#depth > 0 || this.#isTelling) return;
    // Work that goes on after a promise: it is over when the next one goes on.
    this.#isTelling = true;
    void Promise.resolve().then(this.#closeTelling);
  }

  /** The application is called. Gives what {@link returned} needs. */
  called(): number {
    if (this.#depth === 0) this.#frozenMs = this.#readMs();
    const before = this.#point;
    this.#depth += 1;
    this.#acts += 1;
    this.#newPoint();
    return before;
  }

  returned(before: number): void {
    this.#depth -= 1;
    this.#point = before;
  }

  /** The session sent something, or set a timer. */
  acted(): void {
    this.#acts += 1;
  }

  #readMs(): number {
    return Math.round((this.#clock.nowMs() - this.#startMs) * 1000) / 1000;
  }

  #newPoint(): void {
    this.#points += 1;
    this.#point = this.#points;
  }
}
