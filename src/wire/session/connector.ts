import { type Endpoint, type EndpointPlan, resolveEndpoint, secretsOf } from '../auth/endpoint.ts';
import { scrub, scrubCause } from '../auth/secret.ts';
import type { Clock } from '../clock.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { ConnectionInput } from '../connection/connection-state.ts';
import { RevocableSink } from '../transport/revocable-sink.ts';
import type { Socket, SocketClose, SocketSink, Transport } from '../transport/transport.ts';
import { toWireError } from '../wire-error.ts';
import { Keepalive, type Watched } from './keepalive.ts';

/** Silent intervals before a connection counts as dead: with the one in which it was last heard, four. */
const SILENT_INTERVALS = 3;
/** The service may take 30 s for a pong (spec: wire §1.4): after a death that may have been none, twice as long is waited. */
const MAX_DOUBLINGS = 2;

const NEVER: AbortSignal = new AbortController().signal;

/** Whom a connector tells, about its present connection only. */
export interface ConnectorOwner {
  /** `opened`, `openFailed` or `closed`, free of credentials. */
  dispatch(input: ConnectionInput): void;
  receive(frame: Uint8Array | string): void;
}

/** Holds at most one socket: fetches the credential, opens, watches for signs of life, lets go. */
export class Connector implements SocketSink, Watched {
  readonly #config: ResolvedConfig;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #owner: ConnectorOwner;
  /** Tells a credential that comes too late from one that is wanted. */
  #attempt = 0;
  #fetching: AbortController | undefined;
  #sink: RevocableSink | undefined;
  #socket: Socket | undefined;
  #keepalive: Keepalive | undefined;
  /** Connections in a row that were given up for silence. */
  #stalls = 0;

  constructor(config: ResolvedConfig, transport: Transport, clock: Clock, owner: ConnectorOwner) {
    this.#config = config;
    this.#transport = transport;
    this.#clock = clock;
    this.#owner = owner;
  }

  get socket(): Socket | undefined {
    return this.#socket;
  }

  /** Starts a connection; what becomes of it is dispatched. */
  open(): void {
    const attempt = ++this.#attempt;
    const { endpoint: plan } = this.#config;
    try {
      const endpoint = resolveEndpoint(plan, this.#transport.canSetHeaders, this.#signalFor(plan));
      if (!(endpoint instanceof Promise)) return this.#connect(endpoint);
      const current = (): boolean => attempt === this.#attempt;
      endpoint
        .then((fetched) => current() && this.#connect(fetched))
        .catch((thrown: unknown) => current() && this.#failed(thrown));
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #connect({ url, headers }: Endpoint): void {
    this.#fetching = undefined;
    this.#sink = new RevocableSink(this);
    const request = { url, headers, maxFrameBytes: this.#config.limits.maxFrameBytes };
    this.#socket = this.#transport.open(request, this.#sink);
  }

  #failed(thrown: unknown): void {
    const cause = scrubCause(thrown, secretsOf(this.#config.endpoint));
    const error = toWireError(
      cause,
      'connectionFailed',
      'The connection could not be started: see the cause.',
    );
    this.#owner.dispatch({ type: 'openFailed', error });
  }

  /** Only a provider can be aborted; a controller for each of a thousand fixed keys would be most of their cost. */
  #signalFor({ credential }: EndpointPlan): AbortSignal {
    if (credential.kind === 'none' || typeof credential.value !== 'function') return NEVER;
    this.#fetching = new AbortController();
    return this.#fetching.signal;
  }

  /** Drops the socket, or the attempt to get one, at once; nothing more is heard of it. */
  drop(): void {
    const socket = this.#socket;
    this.#attempt += 1;
    this.#fetching?.abort();
    this.#fetching = undefined;
    this.#release();
    socket?.terminate();
  }

  /** Closes the socket, and hears nothing more of it. */
  release(): void {
    const socket = this.#socket;
    this.#release();
    socket?.close(1000, '');
  }

  opened(): void {
    const { keepaliveMs } = this.#config;
    if (keepaliveMs > 0 && this.#socket?.ping !== undefined) {
      const maxSilent = SILENT_INTERVALS * 2 ** Math.min(this.#stalls, MAX_DOUBLINGS);
      this.#keepalive = new Keepalive(this.#clock, keepaliveMs, this, maxSilent);
    }
    this.#owner.dispatch({ type: 'opened' });
  }

  frame(data: Uint8Array | string): void {
    this.#keepalive?.heard();
    this.#owner.receive(data);
  }

  alive(): void {
    if (this.#keepalive !== undefined && this.#keepalive.silentIntervals < SILENT_INTERVALS) this.#stalls = 0;
    this.#keepalive?.heard();
  }

  ping(): void {
    this.#socket?.ping?.();
  }

  stalled(): void {
    this.#stalls += 1;
    this.#socket?.terminate();
  }

  closed({ cause, ...close }: SocketClose): void {
    this.#release();
    const secrets = secretsOf(this.#config.endpoint);
    this.#owner.dispatch({
      type: 'closed',
      words: close.reason,
      close: {
        ...close,
        reason: scrub(close.reason, secrets),
        ...(cause !== undefined && { cause: scrubCause(cause, secrets) }),
      },
    });
  }

  #release(): void {
    this.#sink?.revoke();
    this.#sink = undefined;
    this.#keepalive?.stop();
    this.#keepalive = undefined;
    this.#socket = undefined;
  }
}
