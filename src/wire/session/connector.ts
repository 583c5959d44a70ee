import { resolveEndpoint } from '../auth/endpoint.ts';
import { type Secret, scrub, scrubCause } from '../auth/secret.ts';
import type { Clock } from '../clock.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Socket, SocketClose, SocketSink, Transport } from '../transport/transport.ts';
import { toWireError, type WireError } from '../wire-error.ts';
import { Keepalive } from './keepalive.ts';

/** What happens to the present connection; nothing of an earlier one ever comes through. */
export interface ConnectorSink {
  opened(): void;
  frame(data: Uint8Array | string): void;
  /** Free of credentials. */
  closed(close: SocketClose): void;
  /** The connection could not be attempted. */
  openFailed(error: WireError): void;
}

/** Holds at most one socket: fetches the credential, opens, watches for signs of life, lets go. */
export class Connector {
  readonly #config: ResolvedConfig;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #sink: ConnectorSink;
  /** Tells the present connection from those before it. */
  #generation = 0;
  #opening: AbortController | undefined;
  #socket: Socket | undefined;
  #keepalive: Keepalive | undefined;
  #secrets: readonly Secret[] = [];

  constructor(config: ResolvedConfig, transport: Transport, clock: Clock, sink: ConnectorSink) {
    this.#config = config;
    this.#transport = transport;
    this.#clock = clock;
    this.#sink = sink;
  }

  get socket(): Socket | undefined {
    return this.#socket;
  }

  async open(): Promise<void> {
    const generation = ++this.#generation;
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const { endpoint: plan, limits } = this.#config;
      const { url, headers, secrets } = await resolveEndpoint(
        plan,
        this.#transport.canSetHeaders,
        opening.signal,
      );
      if (generation !== this.#generation) return;
      this.#secrets = secrets;
      const request = { url, headers, maxFrameBytes: limits.maxFrameBytes };
      this.#socket = this.#transport.open(request, this.#socketSink(generation));
    } catch (thrown) {
      if (generation !== this.#generation) return;
      const cause = scrubCause(thrown, this.#secrets);
      const text = 'The connection could not be started: see the cause.';
      this.#sink.openFailed(toWireError(cause, 'connectionFailed', text));
    }
  }

  /** Drops the socket, or the attempt to get one, at once; nothing more is heard of it. */
  drop(): void {
    const socket = this.#socket;
    this.#generation += 1;
    this.#opening?.abort();
    this.#release();
    socket?.terminate();
  }

  #socketSink(generation: number): SocketSink {
    return {
      opened: () => {
        if (generation === this.#generation) this.#opened();
      },
      frame: (data) => {
        if (generation !== this.#generation) return;
        this.#keepalive?.heard();
        this.#sink.frame(data);
      },
      alive: () => {
        if (generation === this.#generation) this.#keepalive?.heard();
      },
      closed: (close) => {
        if (generation === this.#generation) this.#closed(close);
      },
    };
  }

  #opened(): void {
    this.#opening = undefined;
    const { keepaliveMs } = this.#config;
    if (keepaliveMs > 0 && this.#socket?.ping !== undefined) {
      this.#keepalive = new Keepalive(this.#clock, keepaliveMs, this.#socket);
    }
    this.#sink.opened();
  }

  #closed(close: SocketClose): void {
    this.#release();
    const { cause } = close;
    this.#sink.closed({
      ...close,
      reason: scrub(close.reason, this.#secrets),
      ...(cause !== undefined && { cause: scrubCause(cause, this.#secrets) }),
    });
  }

  #release(): void {
    this.#keepalive?.stop();
    this.#keepalive = undefined;
    this.#socket = undefined;
    this.#opening = undefined;
  }
}
