/** The stall watchdog: pings into silence, and tells of a connection that shows no sign of life. */
import type { Clock } from '../clock.ts';

/** Whose signs of life are watched. */
export interface Watched {
  ping(): void;
  /** It showed none for too long. */
  stalled(): void;
}

/** One socket under watch. */
export class Keepalive {
  readonly #watched: Watched;
  readonly #maxSilent: number;
  readonly #round: Round;
  #heard = true;
  #silent = 0;

  /** @param maxSilent whole intervals without a sign of life, before the connection counts as dead. */
  constructor(clock: Clock, intervalMs: number, watched: Watched, maxSilent: number) {
    this.#watched = watched;
    this.#maxSilent = maxSilent;
    this.#round = roundOf(clock, intervalMs);
    this.#round.add(this);
  }

  /** Whole intervals since the last sign of life. */
  get silentIntervals(): number {
    return this.#heard ? 0 : this.#silent;
  }

  /** A frame or a pong came. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    this.#round.delete(this);
  }

  /** An interval is over. */
  tick(): void {
    this.#silent = this.#heard ? 0 : this.#silent + 1;
    this.#heard = false;
    if (this.#silent >= this.#maxSilent) this.#watched.stalled();
    else if (this.#silent > 0) this.#watched.ping();
  }
}

/** One timer for all sockets of a clock and an interval: a timer each would be a tenth of an idle session's memory. */
class Round {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #members = new Set<Keepalive>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  add(member: Keepalive): void {
    this.#members.add(member);
    if (this.#cancel === undefined) this.#schedule();
  }

  delete(member: Keepalive): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    this.#cancel = this.#clock.schedule(this.#intervalMs, () => {
      this.#schedule();
      for (const member of [...this.#members]) member.tick();
    });
  }
}

const rounds = new WeakMap<Clock, Map<number, Round>>();

function roundOf(clock: Clock, intervalMs: number): Round {
  const ofClock = rounds.get(clock) ?? new Map<number, Round>();
  rounds.set(clock, ofClock);
  const round = ofClock.get(intervalMs) ?? new Round(clock, intervalMs);
  ofClock.set(intervalMs, round);
  return round;
}
