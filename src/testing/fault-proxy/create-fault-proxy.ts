/// <reference lib="esnext.disposable" preserve="true" />
/** A TCP proxy that does to real sockets what networks do. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { derivedSeed, seededRandom } from '../../simulator/faults/seeded-random.ts';
import type { Clock } from '../../wire/clock.ts';
import { systemClock } from '../../wire/platform/system-clock.ts';
import { ProxiedConnection, type ProxyConnection, type ProxyTarget } from './proxied-connection.ts';
import { checkProxyFault, type ProxyFault } from './proxy-fault.ts';

/** Options of `createFaultProxy`. */
export interface FaultProxyOptions {
  /** Where connections go: a URL such as `simulator.url`, or host and port. */
  readonly target: string | ProxyTarget;
  /** What goes wrong on each connection, from when it is accepted. @default nothing */
  readonly faults?: readonly ProxyFault[];
  /** Equal seeds draw equal jitter and losses for the connection of a number. @default 1 */
  readonly seed?: number;
  /** Time. @default the system's */
  readonly clock?: Clock;
}

/** A running proxy, on the loopback interface. */
export interface FaultProxy {
  /** `http://127.0.0.1:PORT`: what `baseUrl` of a client takes. */
  readonly url: string;
  readonly port: number;
  /** How many connections were accepted. */
  readonly accepted: number;
  /** Those that have not ended, oldest first. */
  readonly connections: readonly ProxyConnection[];
  /** Adds a fault to the open connections, or to the one it names; moments count from now. */
  inject(fault: ProxyFault): void;
  /** What goes wrong on connections accepted from now on. */
  setFaults(faults: readonly ProxyFault[]): void;
  /** Ends every connection and stops listening. Every call returns the same promise. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a proxy. Throws a `RangeError` for a fault or a target that is not usable. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const target = targetOf(options.target);
  const { clock = systemClock, seed = 1 } = options;
  let faults = checked(options.faults ?? []);
  let accepted = 0;
  const open = new Set<ProxiedConnection>();
  const accept = (client: Socket): void => {
    accepted++;
    const connection = accepted;
    const own = faults.filter((fault) => (fault.connection ?? connection) === connection);
    if (own.some(({ type }) => type === 'refuse')) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const proxied = new ProxiedConnection({
      connection,
      client,
      target,
      clock,
      random: seededRandom(derivedSeed(seed, `connection ${connection}`)),
      faults: own,
      ended: (ended) => open.delete(ended),
    });
    if (proxied.phase !== 'ended') open.add(proxied);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  // `listen` succeeded on TCP, so there is an address with a port.
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const connection of [...open]) connection.destroy();
    });
    return closing;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get accepted() {
      return accepted;
    },
    get connections() {
      return [...open];
    },
    inject(fault) {
      checkProxyFault(fault);
      for (const connection of [...open]) {
        if ((fault.connection ?? connection.connection) === connection.connection) connection.inject(fault);
      }
    },
    setFaults(next) {
      faults = checked(next);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checked(faults: readonly ProxyFault[]): readonly ProxyFault[] {
  for (const fault of faults) checkProxyFault(fault);
  return [...faults];
}

function targetOf(target: string | ProxyTarget): ProxyTarget {
  if (typeof target !== 'string') return target;
  const url = URL.canParse(target) ? new URL(target) : undefined;
  const port = Number(url?.port);
  if (url === undefined || !(port > 0)) {
    throw new RangeError('target must be a URL with a port, such as http://127.0.0.1:9090');
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
