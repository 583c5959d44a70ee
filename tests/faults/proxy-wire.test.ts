/** Our client, the simulator, and a network between them that misbehaves: real sockets. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { createFaultProxy, type FaultProxy, type ProxyFault } from '../../src/testing/index.ts';
import { connect, type SessionHandle } from '../../src/wire/index.ts';
import { googleAiPath, nativeModel } from '../interop/raw-caller.ts';
import { verifies } from '../requirements.ts';

interface Line {
  readonly proxy: FaultProxy;
  readonly simulator: Simulator;
}

async function line(faults: readonly ProxyFault[] = [], options: SimulatorOptions = {}): Promise<Line> {
  const simulator = await createSimulator({ voice: 'tones', latencyMs: 5, onNote: () => {}, ...options });
  const proxy = await createFaultProxy({ target: simulator.url, faults });
  onTestFinished(async () => {
    await proxy.close();
    await simulator.close();
  });
  return { proxy, simulator };
}

async function dial(
  { proxy }: Line,
  config: Partial<Parameters<typeof connect>[0]> = {},
): Promise<SessionHandle> {
  const session = await connect({ apiKey: 'test', baseUrl: proxy.url, ...config }, { environment: {} });
  onTestFinished(() => session.disconnect());
  return session;
}

async function answer(session: SessionHandle, text: string): Promise<void> {
  const complete = new Promise<void>((resolve) => {
    session.on('turnComplete', () => resolve());
  });
  await session.sendText(text);
  await complete;
}

const soon = { timeout: 8000, interval: 5 };

test('a slow, jittery, lossy and narrow network changes nothing but the time', async (context) => {
  verifies(context, 'testing:proxy');
  const pace = { latencyMs: 10, jitterMs: 10, lossRate: 0.1, retransmitMs: 30, bytesPerSecond: 2_000_000 };
  const net = await line([{ type: 'slow', ...pace }]);
  const session = await dial(net);
  await answer(session, 'hi');
  expect(net.simulator.ledger()?.context.map(({ type }) => type)).toEqual(['userText', 'modelTurn']);
});

test.for(['reset', 'cut'] as const)(
  'a %s: the client comes back through the proxy and is answered',
  async (type, context) => {
    verifies(context, 'testing:proxy');
    const net = await line();
    const session = await dial(net);
    await answer(session, 'one');
    net.proxy.inject({ type, at: { afterMs: 0 } });
    await vi.waitFor(() => expect(net.proxy.accepted).toBe(2), soon);
    await session.waitForPhase('active');
    await answer(session, 'two');
    expect(net.simulator.sessions.map(({ phase }) => phase)).toEqual(['closed', 'active']);
  },
);

test('a connection that is cut inside a frame is no frame, and the client comes back', async (context) => {
  verifies(context, 'testing:proxy');
  const net = await line([{ type: 'cut', at: { afterBytes: 5000, direction: 'down' }, connection: 1 }]);
  const session = await dial(net);
  const errors: string[] = [];
  session.on('error', ({ error }) => errors.push(error.code));
  await session.sendText('a question with a long enough answer');
  await vi.waitFor(() => expect(net.proxy.accepted).toBe(2), soon);
  expect(errors).not.toContain('malformedFrame');
});

test('a half-open socket is told by its missing pongs', async (context) => {
  verifies(context, 'testing:proxy');
  const net = await line();
  await dial(net, { keepaliveMs: 50 });
  net.proxy.inject({ type: 'halfOpen', at: { afterMs: 0 } });
  await vi.waitFor(() => expect(net.proxy.accepted).toBe(2), soon);
  expect(net.proxy.connections[0]?.phase).toBe('dropping');
});

test('pongs of the simulator are as slow as they were asked to be, or never come', async (context) => {
  verifies(context, 'sim:faults:network');
  const net = await line([], {
    faults: [
      { type: 'slowPongs', delayMs: 100, connection: 1 },
      { type: 'slowPongs', delayMs: Number.POSITIVE_INFINITY, connection: 2 },
    ],
  });
  const waits: (number | 'never')[] = [];
  for (const limitMs of [5000, 300]) {
    const socket = new WebSocket(net.simulator.url.replace('http', 'ws') + googleAiPath);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ setup: { model: nativeModel } }));
    const startMs = performance.now();
    socket.ping();
    waits.push(
      await Promise.race([
        new Promise<number>((resolve) => socket.once('pong', () => resolve(performance.now() - startMs))),
        new Promise<'never'>((resolve) => setTimeout(() => resolve('never'), limitMs)),
      ]),
    );
    socket.terminate();
  }
  expect(waits[0]).toBeGreaterThanOrEqual(95);
  expect(waits[1]).toBe('never');
});

test('an upgrade is refused with the status that was asked for', async (context) => {
  verifies(context, 'sim:faults:network');
  const net = await line([], { faults: [{ type: 'refusedUpgrade', status: 403, connection: 1 }] });
  const socket = new WebSocket(net.simulator.url.replace('http', 'ws') + googleAiPath);
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
  expect(error.message).toContain('403');
});
