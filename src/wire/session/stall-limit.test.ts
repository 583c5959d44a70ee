import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createStubTransport } from '../../../tests/support/stub-transport.ts';
import { CONFIG, settle } from '../../../tests/support/wire-peer.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { connect } from './connect.ts';

/** What still happens on this side, or did until the silence began. */
type Traffic = 'nothing' | 'microphone' | 'texts';

async function call() {
  const clock = new ManualClock();
  const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
  const session = await connect(CONFIG, { transport, clock, environment: {} });
  const [socket] = transport.sockets;
  if (socket === undefined) throw new Error('no socket');
  return { clock, transport, session, socket };
}

test('whenever a socket goes half-open, by default it is noticed within 20 s of its last sign of life, and replaced', async (context) => {
  verifies(context, 'wire:stall:limit');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom<Traffic>('nothing', 'microphone', 'texts'),
      async (aliveMs, traffic) => {
        const { clock, transport, session, socket } = await call();
        let pings = 0;
        for (let atMs = 0; atMs < aliveMs; atMs += 100) {
          clock.advance(Math.min(100, aliveMs - atMs));
          if (socket.pings > pings) socket.sink.alive();
          pings = socket.pings;
        }
        expect(socket.terminated).toBe(false);
        socket.sink.frame('{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}');
        let silentMs = 0;
        while (!socket.terminated && silentMs < 60_000) {
          if (traffic === 'microphone') void session.sendAudio(new Uint8Array(3_200));
          if (traffic === 'texts' && silentMs % 5_000 === 0) void session.sendText('Are you there?');
          clock.advance(100);
          silentMs += 100;
        }
        expect(silentMs).toBeLessThanOrEqual(20_000);
        // A network that is slow for a while is not taken for one that is gone.
        expect(silentMs).toBeGreaterThan(14_900);
        await settle();
        expect([transport.sockets.length, session.connection.state, session.phase]).toEqual([
          2,
          'open',
          'active',
        ]);
        const over = session.disconnect();
        await clock.advanceAsync(2_000);
        await over;
      },
    ),
    { numRuns: 60 },
  );
});

test('a socket that answers its pings is left alone until its limit', async (context) => {
  verifies(context, 'wire:stall:limit');
  const { clock, transport, socket } = await call();
  let pings = 0;
  for (let second = 0; second < 480; second += 1) {
    clock.advance(1_000);
    if (socket.pings > pings) socket.sink.alive();
    pings = socket.pings;
  }
  expect(pings).toBeGreaterThan(40);
  expect([transport.sockets.length, socket.terminated]).toEqual([1, false]);
});
