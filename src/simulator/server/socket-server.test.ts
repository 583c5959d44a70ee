import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { googleAiPath, nativeModel } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { createSimulator, type Simulator, type SimulatorOptions, sends } from '../index.ts';

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ voice: 'tones', latencyMs: 0, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function open(
  simulator: Simulator,
): Promise<{ readonly socket: WebSocket; readonly closed: Promise<string> }> {
  const socket = new WebSocket(simulator.url.replace('http', 'ws') + googleAiPath);
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => {
    socket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
  });
  await new Promise((resolve) => socket.once('open', resolve));
  return { socket, closed };
}

const setup = JSON.stringify({ setup: { model: nativeModel } });
const hello = JSON.stringify({ realtimeInput: { text: 'hello' } });

test('a frame over the limit closes with 1009', async (context) => {
  verifies(context, 'sim:setup:fields');
  const simulator = await start({ limits: { frameBytes: 1000 } });
  const { socket, closed } = await open(simulator);
  socket.send('x'.repeat(2000));
  expect(await closed).toMatch(/^1009/);
  await expect.poll(() => simulator.sessions[0]?.phase).toBe('closed');
});

test('a reset is seen as 1006, and a close as its code and reason', async (context) => {
  verifies(context, 'sim:faults');
  const simulator = await start({
    faults: [
      { type: 'reset', at: { on: 'setupComplete' }, connection: 1 },
      {
        type: 'close',
        at: { on: 'setupComplete' },
        code: 1011,
        reason: 'Internal error encountered.',
        connection: 2,
      },
      { type: 'close', at: { on: 'setupComplete' }, code: 1006, connection: 3 },
    ],
  });
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { socket, closed } = await open(simulator);
    socket.send(setup);
    seen.push(await closed);
  }
  expect(seen).toEqual(['1006 ', '1011 Internal error encountered.', '1006 ']);
});

test('a client that reads nothing is cut off, and that is noted', async (context) => {
  verifies(context, 'sim:close');
  const text = 'x'.repeat(1_000_000);
  const flood = Array.from({ length: 40 }, () =>
    sends({ serverContent: { modelTurn: { parts: [{ text }] } } }),
  );
  const simulator = await start({ brain: () => flood, limits: { unreadBytes: 1_000_000 } });
  const { socket, closed } = await open(simulator);
  socket.send(setup);
  socket.pause();
  socket.send(hello);
  await expect
    .poll(() => simulator.notes.map(({ type }) => type), { timeout: 5000 })
    .toContain('clientTooSlow');
  socket.resume();
  expect(await closed).toMatch(/^1006/);
});

test('close reaches a client that is talking', async (context) => {
  verifies(context, 'sim:close');
  const simulator = await start();
  const { socket, closed } = await open(simulator);
  socket.send(setup);
  socket.send(hello);
  await new Promise((resolve) => socket.once('message', resolve));
  await simulator.close();
  expect(await closed).toMatch(/^100[16]/);
});
