import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { connect as connectTls, createServer as createSecureServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openOn, type RecordingSink } from '../../../tests/conformance/transport-suite.ts';
import { verifies } from '../../../tests/requirements.ts';
import { FrameReader } from './frame-reader.node.ts';
import { websocketTransport } from './websocket.node.ts';

const LIMIT = 1_000_000;

interface Peer extends AsyncDisposable {
  readonly port: number;
}

interface KeyPair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A server that upgrades, and then sends exactly the writes that it is told. */
async function listen(speak: (stream: Socket) => Promise<void>, pair?: KeyPair): Promise<Peer> {
  const server: Server = pair === undefined ? createServer() : createTlsServer(pair);
  const streams = new Set<Socket>();
  server.on('upgrade', ({ headers }, duplex) => {
    // An HTTP server of Node upgrades its own sockets, which are of TCP or TLS.
    const stream = duplex as Socket;
    streams.add(stream);
    stream.on('error', () => {});
    stream.setNoDelay(true);
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    // The first bytes of the client, its "go", come when it is open.
    stream.once('data', () => void speak(stream));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function frame(first: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = header.length === 2 ? payload.length : header.length === 4 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(payload.length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

/** Texts that differ in each byte's place, so that a byte of another message or place is seen. */
function text(length: number, seed: number): string {
  let out = '';
  while (out.length < length) out += `${(out.length + seed).toString(36)} `;
  return out.slice(0, length);
}

const TEXTS = [1, 0, 125, 126, 2_700, 13_000, 65_535, 65_536, 64_200, 131_072, 400_000, 9, 64_200, 2_700].map(
  text,
);
const CLOSE = frame(0x88, Buffer.of(0x03, 0xe8));

/** All texts, some in fragments with a ping between, in writes of `size` bytes. */
async function speakAll(stream: Socket, size: number): Promise<void> {
  const bytes = Buffer.concat(
    TEXTS.flatMap((said, index) => {
      const payload = Buffer.from(said);
      if (index % 4 !== 3) return [frame(index % 2 === 0 ? 0x81 : 0x82, payload)];
      const half = payload.length >> 1;
      return [
        frame(0x01, payload.subarray(0, half)),
        frame(0x89, Buffer.of(1)),
        frame(0x80, payload.subarray(half)),
      ];
    }).concat(CLOSE),
  );
  for (let at = 0; at < bytes.length; at += size) {
    stream.write(bytes.subarray(at, at + size));
    await tick();
  }
  stream.end();
}

/** Opens several sessions at once, because they share what they read into. */
async function hear(url: string, port: number): Promise<RecordingSink[]> {
  const sinks = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const { socket, sink } = openOn(websocketTransport, { port }, { url, maxFrameBytes: LIMIT });
      await sink.until('opened');
      socket.send('go');
      return sink;
    }),
  );
  await Promise.all(sinks.map((sink) => sink.until('closed')));
  return sinks;
}

const SIZES = [1_460, 16_384, 65_536, 10_000_000];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('reading from real sockets', () => {
  test.each(SIZES)(
    'sessions that read in turn, in writes of %i bytes, each hear their own whole messages',
    async (size) => {
      await using peer = await listen((stream) => speakAll(stream, size));
      for (const sink of await hear(`ws://127.0.0.1:${peer.port}/`, peer.port)) {
        expect(sink.frames).toEqual(TEXTS);
        expect(sink.close).toEqual({ code: 1000, reason: '' });
      }
    },
  );

  test('the same over TLS', async (context) => {
    verifies(context, 'wire:transport:node');
    const pair = await selfSigned();
    if (pair === undefined) return context.skip('openssl, which makes the certificate, is not installed');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    for (const size of SIZES) {
      await using peer = await listen((stream) => speakAll(stream, size), pair);
      for (const sink of await hear(`wss://127.0.0.1:${peer.port}/`, peer.port)) {
        expect(sink.frames).toEqual(TEXTS);
        expect(sink.close).toEqual({ code: 1000, reason: '' });
      }
    }
  });

  test('TLS hands what it reads to the reader too, and to nobody else', async (context) => {
    verifies(context, 'wire:transport:node');
    const pair = await selfSigned();
    if (pair === undefined) return context.skip('openssl, which makes the certificate, is not installed');
    const said = Buffer.from(text(300_000, 1));
    const server = createSecureServer(pair, (peer) => peer.end(frame(0x82, said))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const heard: string[] = [];
    const reader = new FrameReader(LIMIT, (message) => heard.push(Buffer.from(message).toString()));
    const { port } = server.address() as AddressInfo;
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, onread: reader.onread };
    const socket = connectTls(options);
    reader.attach(socket);
    reader.opened();
    socket.on('data', (chunk) => heard.push(`${chunk.length} bytes of the stream`));
    await once(socket, 'end');
    server.close();
    expect(heard).toEqual([said.toString()]);
  });

  test('a paused socket reads no more, and goes on where it was', async (context) => {
    verifies(context, 'wire:transport:node');
    const count = 200;
    const message = frame(0x82, Buffer.alloc(70_000, 3));
    const server = createTcpServer((peer) => {
      for (let sent = 0; sent < count; sent++) peer.write(message);
      peer.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    let heard = 0;
    const reader = new FrameReader(LIMIT, (data) => {
      heard += 1;
      if (data.length !== 70_000 || data.some((byte) => byte !== 3)) throw new Error(`message ${heard}`);
      if (heard === 10) socket.pause();
    });
    const { port } = server.address() as AddressInfo;
    const socket = connectTcp({ host: '127.0.0.1', port, onread: reader.onread });
    reader.attach(socket);
    reader.opened();
    socket.resume();
    while (!socket.isPaused()) await tick();
    const atPause = heard;
    for (let turn = 0; turn < 20; turn++) await tick();
    expect(heard).toBe(atPause);
    socket.resume();
    await once(socket, 'end');
    server.close();
    expect(heard).toBe(count);
  });

  test('a second address is read as the first would have been', async () => {
    const server = createTcpServer((peer) => peer.end(Buffer.alloc(200_000, 7))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    let bytes = 0;
    const reader = new FrameReader(LIMIT, () => {});
    const socket = connectTcp({
      host: 'two.test',
      port,
      autoSelectFamily: true,
      onread: reader.onread,
      lookup: (_host, _options, done) =>
        (done as (error: null, found: unknown) => void)(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    reader.attach(socket).on('data', (chunk) => {
      bytes += chunk.length;
    });
    await once(socket, 'end');
    server.close();
    expect(bytes).toBe(200_000);
  });

  test('a frame over the limit, by its header alone, ends the connection with 1009 after what came before it', async (context) => {
    verifies(context, 'wire:transport:node');
    await using peer = await listen(async (stream) => {
      const tooLong = Buffer.of(0x82, 127, 0, 0, 0, 0, 0x7f, 0, 0, 0);
      stream.write(Buffer.concat([frame(0x82, Buffer.from('before')), tooLong]));
      stream.once('data', () => stream.end()); // the client's close
    });
    const { socket, sink } = openOn(websocketTransport, peer, { maxFrameBytes: LIMIT });
    await sink.until('opened');
    socket.send('go');
    await sink.until('closed');
    expect(sink.frames).toEqual(['before']);
    expect(sink.close.code).toBe(1009);
  }, 4_000);

  test('a connection that ends within a frame is closed with 1006', async (context) => {
    verifies(context, 'wire:transport:node');
    await using peer = await listen(async (stream) => {
      stream.end(frame(0x82, Buffer.alloc(50_000)).subarray(0, 40_000));
    });
    const { socket, sink } = openOn(websocketTransport, peer, { maxFrameBytes: LIMIT });
    await sink.until('opened');
    socket.send('go');
    await sink.until('closed');
    expect(sink.log).toEqual(['opened', 'closed']);
    expect(sink.close.code).toBe(1006);
  });
});

/** A key and a certificate for the loopback address, made by openssl. */
async function selfSigned(): Promise<KeyPair | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'parlando-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', keyFile, '-out', certFile];
  try {
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      ...curve,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      ...files,
    ]);
    return { key: await readFile(keyFile), cert: await readFile(certFile) };
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
