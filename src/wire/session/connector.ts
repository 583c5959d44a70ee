import { type Endpoint, type EndpointPlan, resolveEndpoint, secretsOf } from '../auth/endpoint.ts';
import { scrub, scrubCause } from '../auth/secret.ts';
import type { Clock } from '../clock.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { ConnectionInput } from '../connection/connection-state.ts';
import { RevocableSink } from '../transport/revocable-sink.ts';
import type { Socket, SocketClose, SocketSink, Transport } from '../transport/transport.ts';
import { toWireError } from '../wire-error.ts';
import { Keepalive } from './keepalive.ts';

const NEVER: AbortSignal = new AbortController().signal;

/** Whom a connector tells, about its present connection only. */
export interface ConnectorOwner {
  /** `opened`, `openFailed` or `closed`, free of credentials. */
  dispatch(input: ConnectionInput): void;
  receive(frame: Uint8Array | string): void;
}

/** Holds at most one socket: fetches the credential, opens, watches for signs of life, lets go. */
export class Connector implements SocketSink {
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

  opened(): void {
    const { keepaliveMs } = this.#config;
    if (keepaliveMs > 0 && this.#socket?.ping !== undefined) {
      this.#keepalive = new Keepalive(this.#clock, keepaliveMs, this.#socket);
    }
    this.#owner.dispatch({ type: 'opened' });
  }

  frame(data: Uint8Array | string): void {
    this.#keepalive?.heard();
    this.#owner.receive(data);
  }

  alive(): void {
    this.#keepalive?.heard();
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
