/** The TCP fault proxy, on sockets of its own: a server that counts and echoes, a client that listens. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createFaultProxy, type FaultProxy, ManualClock, type ProxyFault } from '../../src/testing/index.ts';
import type { Clock } from '../../src/wire/clock.ts';
import { verifies } from '../requirements.ts';

interface Peer {
  readonly socket: Socket;
  /** What came. */
  text(): string;
  /** How it ended: `end`, or the system's code. */
  ended(): string | undefined;
}

interface Rig {
  readonly proxy: FaultProxy;
  readonly server: () => Peer | undefined;
  dial(): Promise<Peer>;
}

function peer(socket: Socket): Peer {
  let text = '';
  let ended: string | undefined;
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code;
  });
  socket.on('end', () => {
    ended ??= 'end';
  });
  return { socket, text: () => text, ended: () => ended };
}

async function rig(
  faults: readonly ProxyFault[] = [],
  options: { readonly clock?: Clock; readonly seed?: number } = {},
): Promise<Rig> {
  const accepted: Peer[] = [];
  const server = createServer((socket) => accepted.push(peer(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await createFaultProxy({ target: { host: '127.0.0.1', port }, faults, ...options });
  const clients: Socket[] = [];
  onTestFinished(async () => {
    await proxy.close();
    for (const socket of clients) socket.destroy();
    for (const { socket } of accepted) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    proxy,
    server: () => accepted.at(-1),
    async dial() {
      const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
      clients.push(socket);
      const client = peer(socket);
      await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
      return client;
    },
  };
}

const soon = { timeout: 3000, interval: 2 };

test('without a fault it is not there: bytes, order and ends pass both ways', async (context) => {
  verifies(context, 'testing:proxy');
  const { dial, proxy, server } = await rig();
  const client = await dial();
  const text = 'abcdefghij'.repeat(50_000);
  client.socket.write(text);
  await vi.waitFor(() => expect(server()?.text()).toBe(text), soon);
  server()?.socket.write('answer');
  await vi.waitFor(() => expect(client.text()).toBe('answer'), soon);
  expect(proxy.connections[0]).toMatchObject({
    connection: 1,
    phase: 'open',
    upBytes: 500_000,
    downBytes: 6,
  });
  client.socket.end('bye');
  await vi.waitFor(() => expect([server()?.text().slice(-3), client.ended()]).toEqual(['bye', 'end']), soon);
  await vi.waitFor(() => expect(proxy.connections).toEqual([]), soon);
});

test('a cut falls on the byte it was asked for, and a reset is a reset', async (context) => {
  verifies(context, 'testing:proxy');
  const cut = await rig([{ type: 'cut', at: { afterBytes: 7, direction: 'up' } }]);
  const client = await cut.dial();
  client.socket.write('0123456789');
  await vi.waitFor(() => expect(client.ended()).toBe('end'), soon);
  await vi.waitFor(
    () => expect([cut.server()?.text(), cut.server()?.ended()]).toEqual(['0123456', 'end']),
    soon,
  );
  const reset = await rig([{ type: 'reset', at: { afterBytes: 3, direction: 'down' } }]);
  const other = await reset.dial();
  await vi.waitFor(() => expect(reset.server()).toBeDefined(), soon);
  reset.server()?.socket.write('0123456789');
  // The system may let an end slip out just before the reset.
  const gone = expect.stringMatching(/^(ECONNRESET|end)$/);
  await vi.waitFor(() => expect([other.ended(), reset.server()?.ended()]).toEqual([gone, gone]), soon);
  expect('012').toContain(other.text());
});

test('a half-open connection swallows what comes, and neither side learns of the end of the other', async (context) => {
  verifies(context, 'testing:proxy');
  const { dial, proxy, server } = await rig();
  const client = await dial();
  client.socket.write('before');
  await vi.waitFor(() => expect(server()?.text()).toBe('before'), soon);
  proxy.inject({ type: 'halfOpen', at: { afterMs: 0 } });
  await vi.waitFor(() => expect(proxy.connections[0]?.phase).toBe('dropping'), soon);
  client.socket.write('after');
  server()?.socket.write('after');
  client.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([server()?.text(), server()?.ended(), client.text()]).toEqual(['before', undefined, '']);
  await proxy.close();
  await vi.waitFor(() => expect(server()?.ended()).toBeDefined(), soon);
});

test('a stall lets nothing through and then everything, in one direction if asked', async (context) => {
  verifies(context, 'testing:proxy');
  const clock = new ManualClock();
  const stall: ProxyFault = {
    type: 'stall',
    at: { afterBytes: 2, direction: 'up' },
    direction: 'up',
    forMs: 500,
  };
  const { dial, server } = await rig([stall], { clock });
  const client = await dial();
  client.socket.write('abcdef');
  await vi.waitFor(() => expect(server()?.text()).toBe('ab'), soon);
  server()?.socket.write('down');
  await vi.waitFor(() => expect(client.text()).toBe('down'), soon);
  clock.advance(499);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(server()?.text()).toBe('ab');
  clock.advance(1);
  await vi.waitFor(() => expect(server()?.text()).toBe('abcdef'), soon);
});

test('latency, jitter, loss and a narrow line delay what passes, by seed', async (context) => {
  verifies(context, 'testing:proxy');
  const slow: ProxyFault = {
    type: 'slow',
    latencyMs: 100,
    jitterMs: 50,
    lossRate: 0.5,
    bytesPerSecond: 1000,
  };
  const arrival = async (seed: number): Promise<readonly number[]> => {
    const clock = new ManualClock();
    const { dial, proxy, server } = await rig([slow], { clock, seed });
    const client = await dial();
    client.socket.write('x'.repeat(100));
    await vi.waitFor(() => expect(clock.pending).toBe(1), soon);
    const times: number[] = [];
    while (clock.nextDueMs !== undefined) {
      times.push(clock.nextDueMs);
      clock.advance(clock.nextDueMs - clock.nowMs());
    }
    await vi.waitFor(() => expect(server()?.text()).toHaveLength(100), soon);
    await proxy.close();
    return times;
  };
  const times = await arrival(1);
  expect(times[0]).toBeGreaterThanOrEqual(120);
  expect(times.at(-1)).toBeGreaterThanOrEqual(200);
  expect(await arrival(1)).toEqual(times);
  expect(await arrival(2)).not.toEqual(times);
});

test('a connection can be refused by its number, and faults changed for those to come', async (context) => {
  verifies(context, 'testing:proxy');
  const { dial, proxy, server } = await rig([{ type: 'refuse', connection: 1 }]);
  const one = await dial();
  await vi.waitFor(() => expect(one.ended()).toBeDefined(), soon);
  const two = await dial();
  two.socket.write('two');
  await vi.waitFor(() => expect(server()?.text()).toBe('two'), soon);
  proxy.setFaults([{ type: 'refuse' }]);
  const three = await dial();
  await vi.waitFor(() => expect(three.ended()).toBeDefined(), soon);
  expect([proxy.accepted, proxy.connections.length]).toEqual([3, 1]);
});

test('a server that is not there is a reset, and close is one close', async (context) => {
  verifies(context, 'testing:proxy');
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  await using proxy = await createFaultProxy({ target: `http://127.0.0.1:${port}` });
  const client = peer(connect({ host: '127.0.0.1', port: proxy.port }));
  await vi.waitFor(() => expect(client.ended()).toBeDefined(), soon);
  expect(proxy.close()).toBe(proxy.close());
});

test.for([
  [{ type: 'rain' }, /must be one of: slow, stall/],
  [{ type: 'stall' }, /stall needs at/],
  [{ type: 'slow', latencyMs: -1 }, /slow\.latencyMs must be milliseconds/],
  [{ type: 'slow', bytesPerSecond: 0 }, /bytesPerSecond must be above 0/],
  [{ type: 'slow', lossRate: 2 }, /lossRate must be between 0 and 1/],
] as const)('a fault that is none is refused: %j', async ([fault, why], context) => {
  verifies(context, 'testing:proxy');
  // Only JavaScript can write such faults.
  const faults = [fault as unknown as ProxyFault];
  await expect(createFaultProxy({ target: 'http://127.0.0.1:9', faults })).rejects.toThrow(why);
  await expect(createFaultProxy({ target: 'nowhere' })).rejects.toThrow(/target must be a URL/);
});
