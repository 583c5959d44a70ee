import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { openOn, quiet, transportSuite } from '../../../tests/conformance/transport-suite.ts';
import { verifies } from '../../../tests/requirements.ts';
import { listenLoopback } from '../../../tests/support/loopback.ts';
import { websocketTransport } from './websocket.node.ts';

describe('the ws transport', () => {
  transportSuite({ transport: websocketTransport, id: 'wire:transport:node', tellsStatus: true });

  test('a pong is a sign of life', async (context) => {
    verifies(context, 'wire:transport:node');
    await using server = await listenLoopback();
    const { socket, sink } = openOn(websocketTransport, server);
    socket.ping?.(); // before it is open there is nothing to ask
    await sink.until('opened');
    socket.ping?.();
    await sink.until('alive');
    expect(sink.alives).toBe(1);
    socket.terminate();
    await sink.until('closed');
  });

  test('offers no compression, which costs more than it saves', async (context) => {
    verifies(context, 'wire:transport:node');
    await using server = await listenLoopback({ connected: (peer) => peer.close() });
    const { sink } = openOn(websocketTransport, server);
    await sink.until('closed');
    expect(server.requests[0]?.headers['sec-websocket-extensions']).toBeUndefined();
    expect(server.requests[0]?.headers['sec-websocket-protocol']).toBeUndefined();
  });

  test('a header that Node refuses does not make open throw', async (context) => {
    verifies(context, 'wire:transport:node');
    const headers = { 'x-goog-api-key': 'secret-1\r\nx: y' };
    const { sink } = openOn(websocketTransport, { port: 1 }, { headers });
    await sink.until('closed');
    expect(sink.log).toEqual(['closed']);
    expect(String(sink.close.cause)).not.toContain('secret-1');
  });

  test('a wss URL speaks TLS, and names the host that it wants', async (context) => {
    verifies(context, 'wire:transport:node');
    const names: string[] = [];
    const server = createServer({
      SNICallback(name, done) {
        names.push(name);
        done(new Error('no certificate here'));
      },
    }).listen(0, 'localhost');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { sink } = openOn(websocketTransport, { port }, { url: `wss://localhost:${port}/ws` });
    await sink.until('closed');
    server.close();
    expect(names).toEqual(['localhost']);
    expect(sink.log).toEqual(['closed']);
  });

  test('text that is no UTF-8 is delivered: the decoder copes with it', async () => {
    await using server = await listenLoopback({
      connected: (peer) => peer.send(Buffer.of(0x7b, 0xff, 0x7d), { binary: false }),
    });
    const { socket, sink } = openOn(websocketTransport, server);
    await sink.until('frame');
    expect(sink.frames).toEqual(['{\ufffd}']);
    socket.terminate();
  });

  test('a frame of bytes is sent whole though its buffer is used again at once', async (context) => {
    verifies(context, 'wire:transport:node', 'wire:codec:fast-audio-out');
    const heard: string[] = [];
    await using server = await listenLoopback({
      connected: (peer) => peer.on('message', (data) => void heard.push(String(data))),
    });
    const { socket, sink } = openOn(websocketTransport, server);
    await sink.until('opened');
    const scratch = Buffer.alloc(900);
    for (let round = 0; round < 200; round++) socket.send(scratch.fill(0x41 + (round % 26)));
    socket.close(1000, '');
    await sink.until('closed');
    await quiet();
    expect(heard).toHaveLength(200);
    for (const [round, text] of heard.entries()) {
      expect(text).toBe(String.fromCharCode(0x41 + (round % 26)).repeat(900));
    }
  });

  test('a peer that closed, or broke the protocol, and left TCP open kept a session open for 30 s', async (context) => {
    verifies(context, 'wire:transport:node');
    const rude = async (bytes: Buffer): Promise<number> => {
      await using server = await listenLoopback({
        upgrade(request, stream) {
          stream.write(Buffer.concat([Buffer.from(upgradeAnswer(request)), bytes]));
          return true;
        },
      });
      const { sink } = openOn(websocketTransport, server);
      await sink.until('closed');
      return sink.close.code;
    };
    const closeFrame = Buffer.from([0x88, 2, 0x03, 0xef]);
    const maskedFrame = Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x41]);
    expect(await Promise.all([rude(closeFrame), rude(maskedFrame)])).toEqual([1007, 1006]);
  }, 4_000);
});

function upgradeAnswer({ headers }: IncomingMessage): string {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}
