import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { WireError } from '../wire-error.ts';
import { AudioPacer } from './audio-pacer.ts';

const CHUNK_BYTES = 640; // 20 ms
const chunk = (index: number): Uint8Array => new Uint8Array(CHUNK_BYTES).fill(index);

function paced(): { clock: ManualClock; lag: (ms: number) => void; pacer: AudioPacer; sent: number[] } {
  const clock = new ManualClock();
  let lagMs = 0;
  const sent: number[] = [];
  const late = {
    nowMs: () => clock.nowMs() + lagMs,
    schedule: (delayMs: number, task: () => void) => clock.schedule(delayMs, task),
  };
  const pacer = new AudioPacer({ bytesPerSecond: 32_000, burstMs: 20 }, late, ([index = -1]) => {
    sent.push(index);
  });
  const lag = (ms: number): void => {
    lagMs = ms;
  };
  return { clock, lag, pacer, sent };
}

describe('the pace of input audio', () => {
  test('a chunk overtook those that waited when the process was busy past their time', async () => {
    const { clock, lag, pacer, sent } = paced();
    const all = [0, 1, 2].map((index) => pacer.send(chunk(index)));
    expect(sent).toEqual([0]);
    lag(500); // time passes, and no timer has run
    all.push(pacer.send(chunk(3)));
    expect(sent).toEqual([0, 1, 2, 3]);
    await Promise.all(all);
    clock.advance(1000);
    expect([sent, clock.pending]).toEqual([[0, 1, 2, 3], 0]);
  });

  test('the caller may reuse the buffer of a chunk that waits', () => {
    const { clock, pacer, sent } = paced();
    const buffer = chunk(1);
    void pacer.send(buffer);
    void pacer.send(buffer);
    buffer.fill(9);
    clock.advance(100);
    expect(sent).toEqual([1, 1]);
  });

  test('what waits when the session ends kept timers, and the process, alive', async () => {
    const { clock, pacer, sent } = paced();
    const all = Array.from({ length: 50 }, (_, index) => pacer.send(chunk(index)));
    pacer.end(new WireError('sessionEnded', 'over'));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(49);
    expect([sent, clock.pending]).toEqual([[0], 0]);
  });

  test('a producer that never waits is refused after a minute of audio, and what is kept still goes', async () => {
    const { clock, pacer, sent } = paced();
    const results = await Promise.all(
      Array.from({ length: 4000 }, (_, index) => {
        const sending = pacer.send(chunk(index % 256)).catch(({ code }: WireError) => code);
        return index <= 3000 ? undefined : sending;
      }),
    );
    expect(new Set(results.slice(3001))).toEqual(new Set(['sendQueueFull']));
    clock.advance(61_000);
    expect([sent.length, clock.pending]).toEqual([3001, 0]);
  });
});
