import type { Cancel, Clock } from '../clock.ts';
import type { Socket } from '../transport/transport.ts';

/** Silent intervals before a connection counts as dead. The service may take 30 s for a pong (spec: wire §1.4). */
const SILENT_INTERVALS = 3;

/** The stall watchdog of one socket: pings into silence, and ends a connection that shows no sign of life. */
export class Keepalive {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #socket: Socket;
  #heard = true;
  #silent = 0;
  #cancel: Cancel;

  constructor(clock: Clock, intervalMs: number, socket: Socket) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#socket = socket;
    this.#cancel = this.#schedule();
  }

  /** A frame or a pong came. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): Cancel {
    return this.#clock.schedule(this.#intervalMs, () => this.#tick());
  }

  #tick(): void {
    this.#silent = this.#heard ? 0 : this.#silent + 1;
    this.#heard = false;
    if (this.#silent >= SILENT_INTERVALS) return this.#socket.terminate();
    if (this.#silent > 0) this.#socket.ping?.();
    this.#cancel = this.#schedule();
  }
}
