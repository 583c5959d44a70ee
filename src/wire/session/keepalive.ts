/** The stall watchdog: pings into silence, and tells of a connection that shows no sign of life. */
import type { Clock } from '../clock.ts';
import type { Socket } from '../transport/transport.ts';

/** Silent intervals before a connection counts as dead. The service may take 30 s for a pong (spec: wire §1.4). */
const SILENT_INTERVALS = 3;

/** One socket under watch. */
export class Keepalive {
  readonly #socket: Socket;
  readonly #round: Round;
  #heard = true;
  #silent = 0;

  constructor(clock: Clock, intervalMs: number, socket: Socket) {
    this.#socket = socket;
    this.#round = roundOf(clock, intervalMs);
    this.#round.add(this);
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
    if (this.#silent >= SILENT_INTERVALS) this.#socket.terminate();
    else if (this.#silent > 0) this.#socket.ping?.();
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
