/** The simulator on real sockets: an HTTP server whose upgrades are always accepted (spec: wire §4.1 rule 2). */
import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { fitReason } from '../protocol/refusal.ts';
import type { RestHandler } from '../rest/rest-handler.ts';
import type { Connection } from '../session/connection.ts';
import type { World } from '../world.ts';
import type { ConnectionSet } from './connection-set.ts';
import { serverFrame } from './server-frame.ts';

/** A listening server. */
export interface SocketServer {
  readonly port: number;
  /** Stops listening and ends every socket; resolves when nothing is left open. */
  close(): Promise<void>;
}

/** Listens; rejects when the port or the interface cannot be had. */
export async function listen(
  world: World,
  connections: ConnectionSet,
  rest: RestHandler,
  address: { readonly port: number; readonly host: string },
): Promise<SocketServer> {
  const http = createServer((request, response) => void rest(request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: world.options.limits.frameBytes,
    autoPong: false,
  });
  http.on('upgrade', (request, socket, head) => {
    // A peer that vanishes during the upgrade is no event of ours.
    socket.on('error', () => socket.destroy());
    const refused = connections.refuseUpgrade();
    if (refused !== undefined) {
      socket.end(
        `HTTP/1.1 ${refused} ${STATUS_CODES[refused] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      attach(world, connections, webSocket, request);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(address.port, address.host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  // `listen` succeeded on TCP, so there is an address with a port.
  const { port } = http.address() as AddressInfo;
  return { port, close: () => closeServer(http, sockets) };
}

function attach(world: World, connections: ConnectionSet, socket: WebSocket, request: IncomingMessage): void {
  const binary = world.options.frames === 'binary';
  const write = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > world.options.limits.unreadBytes) {
      world.notes.add({ type: 'clientTooSlow', message: 'A client left too much unread and was cut off.' });
      return socket.terminate();
    }
    socket.send(binary ? Buffer.from(text) : text, { binary });
  };
  const connection: Connection = connections.create(
    { target: request.url ?? '/', headers: request.headers },
    {
      send: (message) => write(serverFrame(message)),
      sendRaw: write,
      close: (code, reason) => closeSocket(socket, code, reason),
      reset: () => resetSocket(request, socket),
    },
  );
  socket.on('ping', (data) => connection.line.pinged(() => pong(socket, data)));
  socket.on('message', (data) => connection.receive(toBytes(data)));
  socket.on('close', (code, reason) => connection.disconnected(code, reason.toString()));
  // `close` follows and tells the same.
  socket.on('error', () => {});
  connection.opened();
}

function pong(socket: WebSocket, data: Buffer): void {
  if (socket.readyState === socket.OPEN) socket.pong(data);
}

/** Codes that no close frame may carry (1005, 1006, …) end the connection without one. */
function closeSocket(socket: WebSocket, code: number, reason: string): void {
  const sendable = (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || code >= 3000;
  if (sendable && code < 5000) socket.close(code, fitReason(reason));
  else socket.terminate();
}

function resetSocket(request: IncomingMessage, socket: WebSocket): void {
  if ('resetAndDestroy' in request.socket) request.socket.resetAndDestroy();
  else socket.terminate();
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

async function closeServer(http: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  // Give close frames one turn of the loop to leave before the sockets go.
  await new Promise((resolve) => setImmediate(resolve));
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  http.closeAllConnections();
  await closed;
}
