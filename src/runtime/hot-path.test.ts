/** What one frame of audio may cost: guards the fast lane where a timing would be a matter of luck (bench/README.md). */
import { expect, test } from 'vitest';
import { createStubTransport, type StubSocket } from '../../tests/support/stub-transport.ts';
import { ManualClock, settle } from '../testing/manual-clock.ts';
import type { Cancel } from '../wire/index.ts';
import { connectLive } from './connect-live.ts';
import type { LiveHandle } from './live-handle.ts';

const FRAMES = 100;

/** A clock that counts who asks. */
class CountingClock extends ManualClock {
  reads = 0;
  timers = 0;

  override nowMs(): number {
    this.reads += 1;
    return super.nowMs();
  }

  override schedule(delayMs: number, task: () => void): Cancel {
    this.timers += 1;
    return super.schedule(delayMs, task);
  }
}

async function connected(): Promise<{
  call: LiveHandle<object>;
  clock: CountingClock;
  socket: StubSocket;
}> {
  const clock = new CountingClock();
  const transport = createStubTransport((opened) => queueMicrotask(() => opened.accept()));
  const call = await connectLive({ apiKey: 'x' }, { transport, clock, environment: {} });
  const [socket] = transport.sockets;
  if (socket === undefined) throw new Error('nothing was opened');
  return { call, clock, socket };
}

async function end(call: LiveHandle<object>, socket: StubSocket): Promise<void> {
  const ended = call.disconnect();
  await settle();
  socket.sink.closed({ code: 1000, reason: '' });
  await ended;
}

const data = Buffer.alloc(1920).toString('base64');
const inlineData = { mimeType: 'audio/pcm;rate=24000', data };
const frame = JSON.stringify({ serverContent: { modelTurn: { parts: [{ inlineData }] } } });

test('a frame of audio, after the first of its turn, looks at the clock twice, and at nothing of the control lane', async () => {
  const { call, clock, socket } = await connected();
  let bytes = 0;
  call.on('audio', (event) => {
    bytes += event.data.length;
  });
  socket.sink.frame(frame);
  await settle();
  const events: string[] = [];
  call.onEvent(({ type }) => events.push(type));
  const { reads, timers } = clock;
  const { revision } = call.state();
  for (let count = 0; count < FRAMES; count++) socket.sink.frame(frame);
  expect(clock.reads - reads, 'once for the connection, once for the ledger').toBeLessThanOrEqual(2 * FRAMES);
  expect(clock.timers - timers).toBe(0);
  expect(call.state().revision).toBe(revision);
  expect(new Set(events)).toEqual(new Set(['audio']));
  expect(bytes).toBe((FRAMES + 1) * 1920);
  expect(call.telemetry().snapshot().audioChunksOut).toBe(FRAMES + 1);
  await end(call, socket);
});

test('audio that nobody hears is counted, and no event is made of it', async () => {
  const { call, socket } = await connected();
  const seqs: number[] = [];
  call.on('turnComplete', ({ seq }) => seqs.push(seq));
  socket.sink.frame('{"serverContent":{"turnComplete":true}}');
  socket.sink.frame(frame);
  socket.sink.frame('{"serverContent":{"turnComplete":true}}');
  const [quiet = 0, first = 0] = seqs;
  for (let count = 0; count < FRAMES; count++) socket.sink.frame(frame);
  socket.sink.frame('{"serverContent":{"turnComplete":true}}');
  expect((seqs[2] ?? 0) - first, 'no more numbers for a hundred frames than for one').toBe(first - quiet);
  expect(call.telemetry().snapshot().audioChunksOut).toBe(FRAMES + 1);
  await end(call, socket);
});
