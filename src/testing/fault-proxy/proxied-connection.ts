/** Two sockets with a pipe each way between them. */
import { connect, type Socket } from 'node:net';
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { Random } from '../../wire/platform/system-random.ts';
import { Pipe } from './pipe.ts';
import type { Direction, ProxyFault, ProxyMoment } from './proxy-fault.ts';

/** A connection as a test sees it. */
export interface ProxyConnection {
  /** Counted from 1 over the life of the proxy. */
  readonly connection: number;
  /** `ended`: a cut, a reset or an orderly end. `dropping`: half-open in at least one direction. */
  readonly phase: 'open' | 'dropping' | 'ended';
  /** Bytes that reached the server, and the client. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** Adds a fault; its moment counts from now. */
  inject(fault: ProxyFault): void;
}

/** Where the bytes go. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** What a proxied connection is made of. */
export interface ProxiedConnectionOptions {
  readonly connection: number;
  readonly client: Socket;
  readonly target: ProxyTarget;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: readonly ProxyFault[];
  readonly ended: (connection: ProxiedConnection) => void;
}

/** One accepted connection. */
export class ProxiedConnection implements ProxyConnection {
  readonly connection: number;
  readonly #clock: Clock;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: Readonly<Record<Direction, Pipe>>;
  readonly #timers = new Set<Cancel>();
  readonly #onEnded: (connection: ProxiedConnection) => void;
  #ended = false;

  constructor(options: ProxiedConnectionOptions) {
    const { client, clock, connection, random, target } = options;
    this.connection = connection;
    this.#clock = clock;
    this.#client = client;
    this.#onEnded = options.ended;
    this.#server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#pipes = {
      up: pipe(clock, random, this.#client, this.#server),
      down: pipe(clock, random, this.#server, this.#client),
    };
    this.#watch(this.#client, this.#server, 'up');
    this.#watch(this.#server, this.#client, 'down');
    for (const fault of options.faults) this.inject(fault);
  }

  get phase(): ProxyConnection['phase'] {
    if (this.#ended) return 'ended';
    return this.#drops ? 'dropping' : 'open';
  }

  get upBytes(): number {
    return this.#pipes.up.passedBytes;
  }

  get downBytes(): number {
    return this.#pipes.down.passedBytes;
  }

  inject(fault: ProxyFault): void {
    if (this.#ended) return;
    switch (fault.type) {
      case 'refuse':
        return;
      case 'slow':
        return this.#at(fault.at, () => this.#each(fault.direction, (pipe) => pipe.slow(fault)));
      case 'stall':
        return this.#at(fault.at, () => this.#each(fault.direction, (pipe) => pipe.stall(fault.forMs)));
      case 'halfOpen':
        return this.#at(fault.at, () => this.#each(fault.direction, (pipe) => pipe.drop()));
      case 'reset':
        return this.#at(fault.at, () => this.reset());
      case 'cut':
        return this.#at(fault.at, () => this.cut());
    }
  }

  /** RST to both sides. */
  reset(): void {
    this.#finish(() => {
      this.#client.resetAndDestroy();
      this.#server.resetAndDestroy();
    });
  }

  /** FIN to both sides; what was delivered arrives. */
  cut(): void {
    this.#finish(() => {
      for (const socket of [this.#client, this.#server]) socket.destroySoon();
    });
  }

  /** Ends both sides at once. */
  destroy(): void {
    this.#finish(() => {
      this.#client.destroy();
      this.#server.destroy();
    });
  }

  get #drops(): boolean {
    return this.#pipes.up.phase === 'dropping' || this.#pipes.down.phase === 'dropping';
  }

  #watch(from: Socket, to: Socket, direction: Direction): void {
    const pipe = this.#pipes[direction];
    from.on('data', (bytes: Buffer) => pipe.push(bytes));
    from.on('end', () => pipe.finish());
    to.on('drain', () => pipe.drained());
    // `close` follows and decides.
    from.on('error', () => {});
    from.on('close', (hadError) => {
      // The other side of a half-open connection does not learn of this end.
      if (this.#drops) return this.#close();
      if (hadError) return this.reset();
      if (to.destroyed) this.#close();
    });
  }

  /** Both sides of it are gone, or one that the other shall not hear of. */
  #close(): void {
    if (this.#client.destroyed && this.#server.destroyed) this.#finish(() => {});
  }

  #finish(end: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#pipes.up.close();
    this.#pipes.down.close();
    end();
    this.#onEnded(this);
  }

  #at(moment: ProxyMoment | undefined, strike: () => void): void {
    if (moment === undefined) return strike();
    if ('afterBytes' in moment) return this.#pipes[moment.direction].afterBytes(moment.afterBytes, strike);
    const cancel = this.#clock.schedule(moment.afterMs, () => {
      this.#timers.delete(cancel);
      strike();
    });
    this.#timers.add(cancel);
  }

  #each(direction: Direction | undefined, act: (pipe: Pipe) => void): void {
    for (const each of direction === undefined ? (['up', 'down'] as const) : [direction]) {
      act(this.#pipes[each]);
    }
  }
}

function pipe(clock: Clock, random: Random, from: Socket, to: Socket): Pipe {
  return new Pipe({
    clock,
    random,
    end: {
      write: (bytes) => to.destroyed || to.write(bytes),
      end: () => void to.end(),
      hold: (holds) => void (holds ? from.pause() : from.resume()),
    },
  });
}
