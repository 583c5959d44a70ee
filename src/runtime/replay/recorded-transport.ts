/** A transport that tells of everything that passes it. */

import type { JsonValue } from '../../flow/state-reader.ts';
import type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from '../../wire/index.ts';

/** Who is told. Bytes are valid during the call only. */
export interface TransportWatch {
  /** Something comes in: the session works during `pass`. */
  frameIn(conn: number, frame: Uint8Array | string, pass: () => void): void;
  came(conn: number, entry: CameIn, pass: () => void): void;
  frameOut(conn: number, frame: Uint8Array | string): void;
  went(conn: number, type: 'close' | 'terminate'): void;
  /** Gives what is to be told whether the socket pings. */
  opens(conn: number): (pings: boolean) => void;
}

/** What comes in beside frames. */
export type CameIn = {
  readonly type: 'opened' | 'alive' | 'closed' | 'buffered';
} & { readonly [field: string]: JsonValue | undefined };

/** @param congestedBytes more in a socket's buffer makes the session wait. */
export function recordedTransport(
  transport: Transport,
  watch: TransportWatch,
  congestedBytes: number,
): Transport {
  let conns = 0;
  return {
    canSetHeaders: transport.canSetHeaders,
    open(request: OpenRequest, sink: SocketSink): Socket {
      conns += 1;
      const conn = conns;
      const opened = watch.opens(conn);
      const socket = transport.open(request, new RecordedSink(conn, sink, watch));
      opened(socket.ping !== undefined);
      return recordedSocket(socket, conn, watch, congestedBytes);
    },
  };
}

class RecordedSink implements SocketSink {
  readonly #conn: number;
  readonly #sink: SocketSink;
  readonly #watch: TransportWatch;

  constructor(conn: number, sink: SocketSink, watch: TransportWatch) {
    this.#conn = conn;
    this.#sink = sink;
    this.#watch = watch;
  }

  opened(): void {
    this.#watch.came(this.#conn, { type: 'opened' }, () => this.#sink.opened());
  }

  frame(data: Uint8Array | string): void {
    this.#watch.frameIn(this.#conn, data, () => this.#sink.frame(data));
  }

  alive(): void {
    this.#watch.came(this.#conn, { type: 'alive' }, () => this.#sink.alive());
  }

  closed(close: SocketClose): void {
    const { code, httpStatus, reason } = close;
    const entry: CameIn = { type: 'closed', code, reason, ...(httpStatus !== undefined && { httpStatus }) };
    this.#watch.came(this.#conn, entry, () => this.#sink.closed(close));
  }
}

function recordedSocket(socket: Socket, conn: number, watch: TransportWatch, congestedBytes: number): Socket {
  let wasCongested = false;
  return {
    get bufferedBytes() {
      const bytes = socket.bufferedBytes;
      const isCongested = bytes > congestedBytes;
      if (isCongested !== wasCongested) {
        wasCongested = isCongested;
        watch.came(conn, { type: 'buffered', bytes }, () => {});
      }
      return bytes;
    },
    send(frame) {
      watch.frameOut(conn, frame);
      socket.send(frame);
    },
    ...(socket.ping !== undefined && { ping: () => socket.ping?.() }),
    close(code, reason) {
      watch.went(conn, 'close');
      socket.close(code, reason);
    },
    terminate() {
      watch.went(conn, 'terminate');
      socket.terminate();
    },
  };
}
