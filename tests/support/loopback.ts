/** A real WebSocket server on the loopback interface, for tests of transports and of whole sessions. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface LoopbackOptions {
  /** Gets each connection once its upgrade is done. */
  readonly connected?: (socket: WebSocket, request: IncomingMessage) => void;
  /** Answers an upgrade by itself; true means that it did. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex) => boolean;
}

export interface Loopback extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Every upgrade request so far. */
  readonly requests: readonly IncomingMessage[];
}

export async function listenLoopback(options: LoopbackOptions = {}): Promise<Loopback> {
  const http: Server = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ noServer: true });
  const requests: IncomingMessage[] = [];
  const streams = new Set<Duplex>();
  http.on('upgrade', (request, stream, head) => {
    requests.push(request);
    streams.add(stream);
    stream.on('error', () => {});
    if (options.upgrade?.(request, stream)) return;
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => {});
      options.connected?.(socket, request);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const { port } = http.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** A loopback port on which nobody listens. */
export async function closedPort(): Promise<number> {
  await using server = await listenLoopback();
  return server.port;
}

/** Answers an upgrade with a status and a body instead of a WebSocket. */
export function refuseUpgrade(socket: Duplex, status: number, body = '', headers = ''): true {
  socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`);
  return true;
}
