/** The transport of Node: `ws`, which can set headers, report why an upgrade was refused, and ping. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import {
  connect as connectTcp,
  type createConnection,
  isIP,
  type OnReadOpts,
  type Socket as TcpSocket,
} from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import type { OpenRequest, Socket, SocketSink, Transport } from '../transport/transport.ts';
import { FrameReader } from './frame-reader.node.ts';
import { refusedSocket } from './refused-socket.ts';

const TEXT_FRAME = { binary: false } as const;
/** A peer that has closed, or has sent what is no frame, and yet leaves TCP open, is left after this. `ws` waits 30 s. */
const CLOSE_TIMEOUT_MS = 2_000;

/** The default transport of this platform. */
export const websocketTransport: Transport = {
  canSetHeaders: true,
  open(request: OpenRequest, sink: SocketSink): Socket {
    try {
      return new WsSocket(request, sink);
    } catch (cause) {
      return refusedSocket(cause, sink);
    }
  },
};

/** `closeTimeout` is newer than the types of `ws`. */
interface Options extends ClientOptions {
  readonly closeTimeout: number;
}

/** `tls.connect` documents it; its types do not. */
interface TlsOptions extends ConnectionOptions {
  readonly onread: OnReadOpts;
}

/** A `ws` socket that knows its sink, so that listeners are shared functions and not closures of each session. */
interface OwnedWebSocket extends WebSocket {
  sink?: SocketSink;
  reader?: FrameReader;
  httpStatus?: number | undefined;
  cause?: unknown;
}

class WsSocket implements Socket {
  readonly #ws: OwnedWebSocket;

  constructor(request: OpenRequest, sink: SocketSink) {
    const reader = new FrameReader(request.maxFrameBytes, (message) => sink.frame(message));
    const options: Options = {
      headers: request.headers,
      maxPayload: request.maxFrameBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      createConnection: ((peer: Peer) =>
        reader.attach(connectSparely(peer, reader.onread))) as typeof createConnection,
      allowSynchronousEvents: true, // the reader relies on it: what `ws` is given comes out before what follows it
      perMessageDeflate: false, // multiplies CPU by 3.7 and adds 55 KiB a session (spec: perf)
      skipUTF8Validation: true, // the decoder copes with invalid text itself
    };
    this.#ws = new WebSocket(request.url, options);
    this.#ws.sink = sink;
    this.#ws.reader = reader;
    this.#ws.on('open', onOpen);
    this.#ws.on('message', onMessage);
    this.#ws.on('error', onError);
    this.#ws.on('unexpected-response', onRefused);
    this.#ws.on('close', onClose);
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(frame: Uint8Array | string): void {
    this.#ws.send(frame, TEXT_FRAME);
  }

  ping(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#ws.listenerCount('pong') === 0) this.#ws.on('pong', onPong);
    this.#ws.ping();
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

/** What `ws` asks a connection for. It would itself hand on all options of the request, which every layer copies. */
interface Peer {
  readonly host: string;
  readonly port: number | string;
  readonly defaultPort: 80 | 443;
}

function connectSparely({ host, port: given, defaultPort }: Peer, onread: OnReadOpts): TcpSocket {
  const port = Number(given);
  if (defaultPort === 80) return connectTcp({ host, port, onread });
  const options: TlsOptions = { host, port, servername: isIP(host) === 0 ? host : '', onread };
  return connectTls(options);
}

function onOpen(this: OwnedWebSocket): void {
  this.reader?.opened();
  this.sink?.opened();
}

/** A message that the reader left to `ws`. With the default binaryType each, text or binary, is one Buffer. */
function onMessage(this: OwnedWebSocket, data: unknown): void {
  this.sink?.frame(data as Buffer);
}

function onPong(this: OwnedWebSocket): void {
  this.sink?.alive();
}

function onError(this: OwnedWebSocket, error: Error): void {
  this.cause = error;
}

function onRefused(this: OwnedWebSocket, _request: ClientRequest, response: IncomingMessage): void {
  this.httpStatus = response.statusCode;
  response.resume();
  this.terminate();
}

function onClose(this: OwnedWebSocket, code: number, reason: Buffer): void {
  const { cause, httpStatus } = this;
  // ws reports a frame over the limit as an error and then closes with 1006.
  const overflowed = (cause as { code?: unknown } | undefined)?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  this.sink?.closed({
    code: overflowed ? 1009 : code,
    reason: reason.toString(),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(cause !== undefined && { cause }),
  });
}
