/** What every transport over real sockets must do; run by a test file per implementation. */
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';
import { closedPort, type Loopback, listenLoopback, refuseUpgrade } from '../support/loopback.ts';

/** A sink that keeps what it is told. */
export class RecordingSink implements SocketSink {
  readonly log: string[] = [];
  readonly frames: string[] = [];
  readonly closes: SocketClose[] = [];
  alives = 0;
  #waiting: Array<{ readonly ready: () => boolean; readonly resolve: () => void }> = [];

  opened(): void {
    this.#note('opened');
  }

  frame(data: Uint8Array | string): void {
    this.frames.push(typeof data === 'string' ? data : new TextDecoder().decode(data));
    this.#note('frame');
  }

  alive(): void {
    this.alives += 1;
    this.#note('alive');
  }

  closed(close: SocketClose): void {
    this.closes.push(close);
    this.#note('closed');
  }

  /** The one close. */
  get close(): SocketClose {
    const [close] = this.closes;
    if (close === undefined || this.closes.length > 1) throw new Error(`${this.closes.length} closes`);
    return close;
  }

  /** Resolves when `name` has been logged `count` times. */
  until(name: string, count = 1): Promise<void> {
    const ready = (): boolean => this.log.filter((entry) => entry === name).length >= count;
    if (ready()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ ready, resolve }));
  }

  #note(entry: string): void {
    this.log.push(entry);
    this.#waiting = this.#waiting.filter(({ ready, resolve }) => {
      if (!ready()) return true;
      resolve();
      return false;
    });
  }
}

export interface TransportSubject {
  readonly transport: Transport;
  /** The requirement that the suite proves. */
  readonly id: string;
  /** Whether the platform tells why an upgrade was refused. */
  readonly tellsStatus: boolean;
}

export function openOn(
  transport: Transport,
  server: Pick<Loopback, 'port'>,
  request: Partial<OpenRequest> = {},
): { readonly socket: Socket; readonly sink: RecordingSink } {
  const sink = new RecordingSink();
  const url = `ws://127.0.0.1:${server.port}/ws`;
  const socket = transport.open({ url, headers: {}, maxFrameBytes: 1000, ...request }, sink);
  return { socket, sink };
}

/** Lets everything that sockets still have to say arrive. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 15));
}

export function transportSuite({ transport, id, tellsStatus }: TransportSubject): void {
  test('delivers text and binary frames in order, and sends strings and bytes as text', async (context) => {
    verifies(context, id, 'wire:codec:framing');
    const heard: Array<readonly [string, boolean]> = [];
    await using server = await listenLoopback({
      connected(peer) {
        peer.send('{"a":1}');
        peer.send(Buffer.from('{"b":"é"}'));
        peer.on('message', (data, isBinary) => {
          heard.push([String(data), isBinary]);
          if (heard.length === 2) peer.close(1000, 'enough');
        });
      },
    });
    const { socket, sink } = openOn(transport, server);
    await sink.until('frame', 2);
    const bytes = new TextEncoder().encode('{"d":4}');
    socket.send('{"c":"é"}');
    socket.send(bytes);
    bytes.fill(0);
    await sink.until('closed');
    expect(sink.log).toEqual(['opened', 'frame', 'frame', 'closed']);
    expect(sink.frames).toEqual(['{"a":1}', '{"b":"é"}']);
    expect(heard).toEqual([
      ['{"c":"é"}', false],
      ['{"d":4}', false],
    ]);
    expect(sink.close).toEqual({ code: 1000, reason: 'enough' });
    expect(socket.bufferedBytes).toBeGreaterThanOrEqual(0);
  });

  test('reports the code and the words of a close, once', async (context) => {
    verifies(context, id);
    await using server = await listenLoopback({
      connected: (peer) => peer.close(1008, 'models/x is not found'),
    });
    const { sink } = openOn(transport, server);
    await sink.until('closed');
    await quiet();
    expect(sink.log).toEqual(['opened', 'closed']);
    expect(sink.close).toEqual({ code: 1008, reason: 'models/x is not found' });
  });

  test('reports 1005 for a close without a code, and 1006 for a reset', async (context) => {
    verifies(context, id);
    await using polite = await listenLoopback({ connected: (peer) => peer.close() });
    const first = openOn(transport, polite);
    await first.sink.until('closed');
    expect(first.sink.close.code).toBe(1005);
    await using rude = await listenLoopback({ connected: (peer) => peer.terminate() });
    const second = openOn(transport, rude);
    await second.sink.until('closed');
    expect(second.sink.close).toMatchObject({ code: 1006, reason: '' });
  });

  test('close says the code to the server, and closed follows', async (context) => {
    verifies(context, id);
    let farewell: Promise<number> | undefined;
    await using server = await listenLoopback({
      connected(peer) {
        farewell = new Promise((resolve) => peer.on('close', resolve));
      },
    });
    const { socket, sink } = openOn(transport, server);
    await sink.until('opened');
    socket.close(1000, '');
    socket.close(1000, '');
    await sink.until('closed');
    expect(sink.close.code).toBe(1000);
    expect(await farewell).toBe(1000);
  });

  test('terminate reports 1006 once, and the server sees the end', async (context) => {
    verifies(context, id);
    let gone: Promise<unknown> | undefined;
    await using server = await listenLoopback({
      connected(peer) {
        gone = new Promise((resolve) => peer.on('close', resolve));
        peer.send('late');
      },
    });
    const { socket, sink } = openOn(transport, server);
    await sink.until('opened');
    socket.terminate();
    await sink.until('closed');
    await gone;
    await quiet();
    expect(sink.close.code).toBe(1006);
    expect(sink.log.at(-1), 'nothing comes after closed').toBe('closed');
  });

  test('a frame over the limit is not delivered: 1009', async (context) => {
    verifies(context, id);
    for (const frame of ['x'.repeat(1001), Buffer.alloc(1001), 'é'.repeat(501)]) {
      await using server = await listenLoopback({
        connected(peer) {
          peer.send('x'.repeat(1000));
          peer.send(frame);
          peer.send('after');
        },
      });
      const { sink } = openOn(transport, server);
      await sink.until('closed');
      await quiet();
      expect(sink.frames.map(({ length }) => length)).toEqual([1000]);
      expect(sink.close.code).toBe(1009);
    }
  });

  test('a refused connection is one closed with 1006, and no opened', async (context) => {
    verifies(context, id);
    const { sink } = openOn(transport, { port: await closedPort() });
    await sink.until('closed');
    await quiet();
    expect(sink.log).toEqual(['closed']);
    expect(sink.close.code).toBe(1006);
    expect(String(sink.close.cause)).toMatch(/ECONNREFUSED/);
  });

  test('a refused upgrade is one closed', async (context) => {
    verifies(context, id);
    for (const status of [301, 401, 404, 429, 503]) {
      await using server = await listenLoopback({
        upgrade: (_request, socket) =>
          refuseUpgrade(socket, status, 'no', 'Location: http://127.0.0.1:1/\r\n'),
      });
      const { sink } = openOn(transport, server);
      await sink.until('closed');
      expect(sink.log).toEqual(['closed']);
      expect(sink.close.code).toBe(1006);
      if (tellsStatus) expect(sink.close.httpStatus).toBe(status);
    }
  });

  test('a server that speaks no HTTP is one closed', async (context) => {
    verifies(context, id);
    await using server = await listenLoopback({
      upgrade(_request, socket) {
        socket.end('220 smtp.example ESMTP\r\n');
        return true;
      },
    });
    const { sink } = openOn(transport, server);
    await sink.until('closed');
    expect(sink.log).toEqual(['closed']);
  });

  test('TLS to a server without it is one closed', async (context) => {
    verifies(context, id);
    await using server = await listenLoopback();
    const { sink } = openOn(transport, server, { url: `wss://127.0.0.1:${server.port}/ws` });
    await sink.until('closed');
    expect(sink.log).toEqual(['closed']);
    expect(sink.close.code).toBe(1006);
  });

  test.each(['not a url', 'ftp://h/', 'ws://', 'ws://127.0.0.1:99999/', 'ws://h/#part'])(
    'the impossible URL %j does not throw, and is one closed after open has returned',
    async (url) => {
      const { socket, sink } = openOn(transport, { port: 1 }, { url });
      expect(sink.log).toEqual([]);
      await sink.until('closed');
      socket.send('x');
      socket.close(1000, '');
      socket.terminate();
      await quiet();
      expect(sink.log).toEqual(['closed']);
      expect(sink.close.cause).toBeInstanceOf(Error);
    },
  );

  test('everything is allowed after the end, and reports nothing more', async (context) => {
    verifies(context, id);
    await using server = await listenLoopback({ connected: (peer) => peer.close(1000, '') });
    const { socket, sink } = openOn(transport, server);
    await sink.until('closed');
    socket.send('x');
    socket.send(new Uint8Array(3));
    socket.ping?.();
    socket.close(1000, '');
    socket.terminate();
    await quiet();
    expect(sink.log).toEqual(['opened', 'closed']);
  });

  test('an end before the opening is one closed, and never an opened', async (context) => {
    verifies(context, id);
    const peers: WebSocket[] = [];
    await using server = await listenLoopback({ connected: (peer) => void peers.push(peer) });
    for (const end of ['terminate', 'close'] as const) {
      const { socket, sink } = openOn(transport, server);
      if (end === 'close') socket.close(1000, '');
      else socket.terminate();
      await sink.until('closed');
      await quiet();
      expect(sink.log).toEqual(['closed']);
    }
  });

  test('sends the headers of the request exactly where it can', async (context) => {
    verifies(context, id, 'wire:auth:api-key');
    await using server = await listenLoopback({ connected: (peer) => peer.close(1000, '') });
    const { sink } = openOn(transport, server, { headers: { 'x-goog-api-key': 'k-1' } });
    await sink.until('closed');
    const { headers } = server.requests[0] ?? {};
    expect(headers?.['x-goog-api-key']).toBe(transport.canSetHeaders ? 'k-1' : undefined);
  });
}
