/** The ends a connection comes to by itself: its age, and silence of the client (spec: wire §4, Limits). */
import type { Cancel, Clock } from '../../wire/clock.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { Dialect } from './dialect.ts';
import type { Line } from './line.ts';

/** What the timers act on. */
export interface ConnectionTimersOptions {
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly line: Line;
  /** Longest connection; Infinity for none, undefined for the model's own. */
  readonly connectionMs: number | undefined;
  /** Longest time without a client message; Infinity for none. */
  readonly idleMs: number;
}

/** Runs from the setup to the end of a connection. */
export class ConnectionTimers {
  readonly #options: ConnectionTimersOptions;
  readonly #cancels = new Set<Cancel>();
  #heardAtMs: number;

  constructor(options: ConnectionTimersOptions) {
    const { clock, connectionMs, dialect, idleMs } = options;
    this.#options = options;
    this.#heardAtMs = clock.nowMs();
    if (Number.isFinite(idleMs)) this.#watchIdle(idleMs);
    const limitMs = connectionMs ?? dialect.connectionLimitMs;
    if (!Number.isFinite(limitMs)) return;
    const noticeMs = Math.min(dialect.goAwayMs, limitMs / 2);
    this.after(limitMs - noticeMs, () => options.line.send({ goAway: { timeLeft: `${noticeMs / 1000}s` } }));
    this.after(limitMs, () =>
      this.#close(dialect.platform === 'vertex' ? refusals.cancelled : refusals.goAwayIgnored),
    );
  }

  /** The client said something. */
  heard(): void {
    this.#heardAtMs = this.#options.clock.nowMs();
  }

  /** Runs a task, unless the connection ends before. */
  after(delayMs: number, task: () => void): void {
    const cancel = this.#options.clock.schedule(delayMs, () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }

  end(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  /** One timer at a time, set again for what is left, so that a message costs no timer. */
  #watchIdle(leftMs: number): void {
    this.after(leftMs, () => {
      const { clock, idleMs } = this.#options;
      const stillMs = this.#heardAtMs + idleMs - clock.nowMs();
      if (stillMs > 0) this.#watchIdle(stillMs);
      else this.#close(refusals.aborted);
    });
  }

  #close({ code, reason }: Refusal): void {
    this.#options.line.close(code, reason);
  }
}
