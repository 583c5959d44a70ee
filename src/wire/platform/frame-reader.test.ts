import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket as TcpSocket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { verifies } from '../../../tests/requirements.ts';
import { headerLength, payloadLength } from './frame-header.ts';
import { FrameReader } from './frame-reader.node.ts';

const LIMIT = 70_000;
const POISON = 0xee;

/** A server frame. `form` is how the length is written: the shortest way, or a longer one. */
function frame(first: number, payload: Uint8Array, form: 'short' | 'middle' | 'long' = 'short'): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(MAX_HEADER);
  header[0] = first;
  if (form === 'short' && length < 126) return Buffer.concat([Buffer.of(first, length), payload]);
  if (form !== 'long' && length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
    return Buffer.concat([header.subarray(0, 4), payload]);
  }
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}
const MAX_HEADER = 10;

/** A network that can be told exactly what each read holds. */
class Wire extends Duplex {
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.emit('sent', chunk);
    done();
  }
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
}

interface Client {
  /** What came out, in order. */
  readonly log: string[];
  readonly reader: FrameReader;
  readonly wire: Wire;
  /** One read of the network. */
  read(bytes: Uint8Array): void;
  /** The end of the network; resolves when `ws` has closed. */
  end(): Promise<void>;
}

/** A client of `ws`, with our reader before it or without, that has just been upgraded. */
async function open(withReader: boolean, head: Uint8Array = Buffer.of(), limit = LIMIT): Promise<Client> {
  const log: string[] = [];
  const note = (what: string, data: Uint8Array | string): void => {
    log.push(`${what} ${data.length} ${createHash('sha1').update(data).digest('hex').slice(0, 8)}`);
  };
  const wire = new Wire();
  const reader = new FrameReader(limit, (message) => note('message', message));
  // The reader uses what a TCP socket has of a stream; ws and http take any Duplex.
  if (withReader) reader.attach(wire as unknown as TcpSocket);
  const room = (): Buffer => (reader.onread.buffer as () => Buffer)();
  let buffer = room();
  const read = (bytes: Uint8Array): void => {
    if (!withReader) return void wire.push(Buffer.from(bytes));
    for (let rest = bytes; rest.length > 0; ) {
      const count = Math.min(rest.length, buffer.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      const filled = buffer;
      reader.onread.callback(count, filled);
      buffer = room();
      // What follows must not depend on what was in a buffer that is not held.
      if (buffer.buffer !== filled.buffer || buffer.byteOffset <= filled.byteOffset)
        filled.fill(POISON, 0, count);
    }
  };
  const socket = new WebSocket('ws://wire.test/', {
    createConnection: () => wire as unknown as TcpSocket,
    generateMask() {}, // no mask: then ws writes the very bytes that it was given
    maxPayload: limit,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  socket.on('message', (data) => note('message', data as Buffer));
  socket.on('ping', (data) => note('ping', data));
  socket.on('pong', (data) => note('pong', data));
  socket.on('error', (error) => log.push(`error ${(error as { code?: string }).code}`));
  socket.on('close', (code, reason) => log.push(`close ${code} ${reason}`));
  socket.on('open', () => {
    if (withReader) reader.opened();
  });
  const [request] = (await once(wire, 'sent')) as [Buffer];
  const key = /sec-websocket-key: (.*)\r\n/i.exec(String(request))?.[1];
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  wire.on('sent', (chunk: Buffer) => note('sent', chunk));
  const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
  read(Buffer.concat([Buffer.from(answer), head]));
  await tick();
  return {
    log,
    reader,
    wire,
    read,
    async end() {
      const closed = once(socket, 'close');
      wire.push(null);
      wire.resume();
      await closed;
    },
  };
}

/** The same reads with and without the reader. */
async function both(
  reads: ReadonlyArray<{ bytes: Uint8Array; pause: boolean }>,
  head?: Uint8Array,
): Promise<string[][]> {
  const logs: string[][] = [];
  for (const withReader of [false, true]) {
    const client = await open(withReader, head);
    for (const { bytes, pause } of reads) {
      client.read(bytes);
      if (pause) await tick();
    }
    await tick();
    await client.end();
    logs.push(client.log);
  }
  return logs;
}

const anyPayload = fc
  .tuple(fc.oneof(fc.constantFrom(0, 1, 125, 126, 127), fc.integer({ min: 0, max: 300 })), fc.nat(255))
  .map(([length, seed]) => Buffer.from(Array.from({ length }, (_, index) => (seed + index * 7) & 0xff)));
/** Looks like frames, to a reader that has lost its place. */
const misleading = fc
  .integer({ min: 1, max: 60 })
  .map((times) => Buffer.alloc(times * 2, Buffer.of(0x82, 0)));
const payload = fc.oneof(anyPayload, misleading);
const longPayload = fc
  .tuple(fc.constantFrom(16_000, 16_384, 40_000, 65_535, 65_536, LIMIT, LIMIT + 1), fc.nat(255))
  .map(([length, seed]) => Buffer.alloc(length, seed));
const form = fc.constantFrom('short', 'short', 'middle', 'long') as fc.Arbitrary<'short' | 'middle' | 'long'>;
const control = fc
  .tuple(fc.constantFrom(0x89, 0x8a), fc.uint8Array({ maxLength: 125 }))
  .map(([first, data]) => frame(first, data));
const message = fc
  .tuple(
    fc.constantFrom(0x81, 0x82),
    fc.oneof({ weight: 9, arbitrary: payload }, { weight: 1, arbitrary: longPayload }),
    form,
  )
  .map(([first, data, as]) => frame(first, data, as));
const fragmented = fc
  .tuple(
    fc.constantFrom(0x01, 0x02),
    fc.array(
      fc.tuple(
        fc.oneof({ weight: 5, arbitrary: payload }, { weight: 1, arbitrary: longPayload }),
        fc.option(control),
      ),
      {
        minLength: 2,
        maxLength: 5,
      },
    ),
  )
  .map(([first, parts]) =>
    Buffer.concat(
      parts.flatMap(([data, between], index) => {
        const last = index === parts.length - 1;
        const part = frame(index === 0 ? first : last ? 0x80 : 0x00, data);
        return between === null || last ? [part] : [part, between];
      }),
    ),
  );
/** A close, and what no server may send. */
const last = fc.oneof(
  fc.constantFrom(
    frame(0x88, Buffer.of()),
    frame(0x88, Buffer.of(0x03, 0xe8, 0x62, 0x79, 0x65)),
    frame(0x88, Buffer.of(1)),
    frame(0x89, Buffer.alloc(126)),
    frame(0x09, Buffer.of(1)),
    frame(0x80, Buffer.of(1)),
    frame(0xc2, Buffer.of(1)),
    frame(0xa2, Buffer.of(1)),
    frame(0x83, Buffer.of(1)),
    Buffer.concat([frame(0x01, Buffer.of(1)), frame(0x81, Buffer.of(2))]),
    Buffer.of(0x82, 0x81, 0, 0, 0, 0, 0x41),
    Buffer.of(0x82, 0xff, 0, 0, 0, 0),
    Buffer.of(0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    Buffer.of(0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0),
    Buffer.of(0x82),
  ),
  fc.uint8Array({ maxLength: 40 }),
);
const stream = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: message },
        { weight: 1, arbitrary: control },
        { weight: 2, arbitrary: fragmented },
      ),
      {
        maxLength: 12,
      },
    ),
    fc.option(last),
    fc.array(message, { maxLength: 2 }),
  )
  .map(([frames, end, after]) => Buffer.concat([...frames, ...(end === null ? [] : [end, ...after])]));
/** Lengths of reads, used in turn: single bytes, and what is whole. */
const lengths = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1_460, 16_384, 65_536, 400_000)),
    fc.boolean(),
  ),
  { minLength: 1, maxLength: 12 },
);

function cut(
  bytes: Buffer,
  plan: ReadonlyArray<readonly [number, boolean]>,
): Array<{ bytes: Buffer; pause: boolean }> {
  const reads: Array<{ bytes: Buffer; pause: boolean }> = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const [length, pause] = plan[turn % plan.length] ?? [1, false];
    // A long stream is not read byte by byte to its end: that is a matter of time only.
    const count = turn < 400 ? length : Math.max(length, 1_460);
    reads.push({ bytes: bytes.subarray(at, at + count), pause });
    at += count;
  }
  return reads;
}

describe('frames cut before ws sees them', () => {
  test('any split of any stream into reads says exactly what ws says by itself', async (context) => {
    verifies(context, 'wire:transport:node');
    await fc.assert(
      fc.asyncProperty(stream, lengths, async (bytes, plan) => {
        const [expected, actual] = await both(cut(bytes, plan));
        expect(actual).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  test('frames that come with the answer to the upgrade are told as ws tells them', async (context) => {
    verifies(context, 'wire:transport:node');
    await fc.assert(
      fc.asyncProperty(stream, lengths, fc.nat(), async (bytes, plan, at) => {
        const split = bytes.length === 0 ? 0 : at % bytes.length;
        const [expected, actual] = await both(cut(bytes.subarray(split), plan), bytes.subarray(0, split));
        expect(actual).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('whole messages go past ws, also after a control frame and a message in fragments', async () => {
    const client = await open(true);
    const pushed: number[] = [];
    const { wire } = client;
    const push = wire.push.bind(wire);
    wire.push = (chunk: Buffer | null) => {
      if (chunk !== null) pushed.push(chunk.length);
      return push(chunk);
    };
    const [ping, first, middle, end] = [
      frame(0x89, Buffer.of(1)),
      frame(1, Buffer.of(2)),
      frame(0, Buffer.of(3)),
      frame(0x80, Buffer.of(4)),
    ];
    const whole = frame(0x82, Buffer.alloc(500, 5));
    client.read(Buffer.concat([whole, ping, whole, first, ping, middle, end, whole]));
    expect(pushed).toEqual([3, 3, 3, 3, 3]);
    expect(client.log.filter((line) => line.startsWith('message')).map((line) => line.split(' ')[1])).toEqual(
      ['500', '500', '3', '500'],
    );
    await client.end();
  });

  test('a message that follows what a paused stream holds back waits for it', async (context) => {
    verifies(context, 'wire:transport:node');
    const half = Buffer.alloc(30_000, 1);
    const client = await open(true);
    client.wire.pause();
    client.read(
      Buffer.concat([
        frame(0x82, Buffer.alloc(3)),
        frame(0x02, half),
        frame(0x80, half),
        frame(0x82, Buffer.of(7)),
        frame(0x89, Buffer.of(8)),
      ]),
    );
    client.read(frame(0x82, Buffer.alloc(2)));
    const told = (): string[] =>
      client.log.filter((line) => /^(message|ping)/.test(line)).map((line) => line.split(' ', 2).join(' '));
    expect(told()).toEqual(['message 3']);
    client.wire.resume();
    await tick();
    expect(told()).toEqual(['message 3', 'message 60000', 'message 1', 'ping 1', 'message 2']);
    await client.end();
  });

  test('more fragments than ws takes are refused as ws refuses them', async () => {
    const [first, middle, end] = [0x01, 0x00, 0x80].map((byte) => frame(byte, Buffer.of(1)));
    for (const count of [1_200, 17_000]) {
      const parts = [
        first,
        ...new Array<Buffer | undefined>(count).fill(middle),
        end,
        frame(0x82, Buffer.of(2)),
      ];
      const bytes = Buffer.concat(parts.filter((part) => part !== undefined));
      const [expected, actual] = await both([{ bytes, pause: false }]);
      expect(actual).toEqual(expected);
      expect(actual?.some((line) => line.startsWith('error'))).toBe(count > 16_384);
    }
  });

  test('a frame that says it is long takes memory only as its bytes come', async (context) => {
    verifies(context, 'wire:transport:node');
    const client = await open(true, Buffer.of(), 2 ** 40);
    const header = Buffer.alloc(MAX_HEADER);
    header.set([0x82, 127]);
    header.writeBigUInt64BE(2n ** 39n, 2);
    const before = process.memoryUsage().arrayBuffers;
    client.read(header);
    for (let sent = 0; sent < 20; sent++) client.read(Buffer.alloc(50_000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1_000_000);
    expect(client.log).toEqual([]);
    await client.end();
    expect(client.log).toEqual(['close 1006 ']);
  });

  test('a sink that throws ends the connection: the place of the next frame is lost', async () => {
    const wire = new Wire();
    const reader = new FrameReader(LIMIT, () => {
      throw new RangeError('the sink');
    });
    reader.attach(wire as unknown as TcpSocket);
    reader.opened();
    const bytes = frame(0x82, Buffer.of(1));
    (reader.onread.buffer as () => Buffer)().set(bytes);
    expect(() => reader.onread.callback(bytes.length, bytes)).toThrow('the sink');
    expect(wire.destroyed).toBe(true);
  });

  test('a connection that is dropped in a message hears nothing of the next', async () => {
    const wire = new Wire();
    let heard = 0;
    const reader = new FrameReader(LIMIT, () => {
      heard += 1;
      wire.destroy();
    });
    reader.attach(wire as unknown as TcpSocket);
    reader.opened();
    const bytes = frame(0x82, Buffer.of(1));
    (reader.onread.buffer as () => Buffer)().set(Buffer.concat([bytes, bytes]));
    reader.onread.callback(bytes.length * 2, bytes);
    expect(heard).toBe(1);
  });
});

describe('the header of a frame', () => {
  test('its length and that of the payload are read back as they were written', () => {
    for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) {
      for (const as of ['short', 'middle', 'long'] as const) {
        const bytes = frame(0x82, Buffer.alloc(length), as);
        expect(headerLength(bytes[1] ?? 0)).toBe(bytes.length - length);
        expect(payloadLength(bytes, 0)).toBe(length);
      }
    }
    const most = Buffer.of(0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    expect(payloadLength(most, 0)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });
});
