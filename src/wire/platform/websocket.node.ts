/** The transport of Node: `ws`, which can set headers, report why an upgrade was refused, and ping. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { OpenRequest, Socket, SocketSink, Transport } from '../transport/transport.ts';

const TEXT_FRAME = { binary: false } as const;

/** The default transport of this platform. */
export const websocketTransport: Transport = {
  canSetHeaders: true,
  open: (request: OpenRequest, sink: SocketSink): Socket => new WsSocket(request, sink),
};

class WsSocket implements Socket {
  readonly #ws: WebSocket;
  #httpStatus: number | undefined;
  #cause: unknown;

  constructor(request: OpenRequest, sink: SocketSink) {
    this.#ws = new WebSocket(request.url, {
      headers: request.headers,
      maxPayload: request.maxFrameBytes,
      perMessageDeflate: false, // multiplies CPU by 3.7 and adds 55 KiB a session (spec: perf)
      skipUTF8Validation: true, // the decoder copes with invalid text itself
    });
    this.#ws.on('open', () => sink.opened());
    // With the default binaryType every message is one Buffer.
    this.#ws.on('message', (data) => sink.frame(data as Buffer));
    this.#ws.on('pong', () => sink.alive());
    this.#ws.on('error', (error) => {
      this.#cause = error;
    });
    this.#ws.on('unexpected-response', (_request, response) => this.#refused(response));
    this.#ws.on('close', (code, reason) => {
      sink.closed({
        code: this.#overflowed() ? 1009 : code,
        reason: reason.toString(),
        ...(this.#httpStatus !== undefined && { httpStatus: this.#httpStatus }),
        ...(this.#cause !== undefined && { cause: this.#cause }),
      });
    });
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(frame: Uint8Array | string): void {
    this.#ws.send(frame, TEXT_FRAME);
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #refused(response: IncomingMessage): void {
    this.#httpStatus = response.statusCode;
    response.resume();
    this.#ws.terminate();
  }

  /** ws reports a frame over the limit as an error and then closes with 1006. */
  #overflowed(): boolean {
    return (this.#cause as { code?: unknown } | undefined)?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  }
}
