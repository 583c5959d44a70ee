import { expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Clock } from '../../wire/index.ts';
import { startPacer } from './pacer.ts';

it('beats once a period, the first time after one period', () => {
  const clock = new ManualClock();
  const beats: number[] = [];
  startPacer({ clock, periodMs: 20, onBeat: () => beats.push(clock.nowMs()) });
  clock.advance(100);
  expect(beats).toEqual([20, 40, 60, 80, 100]);
});

it('does not drift when every timer is late', () => {
  const clock = new ManualClock();
  const late: Clock = {
    nowMs: () => clock.nowMs(),
    schedule: (delayMs, task) => clock.schedule(delayMs + 7, task),
  };
  let beats = 0;
  startPacer({ clock: late, periodMs: 20, onBeat: () => beats++ });
  clock.advance(60_010);
  expect(beats).toBeGreaterThanOrEqual(2999);
  expect(beats).toBeLessThanOrEqual(3000);
});

it('catches up after a short stall and skips a long one', () => {
  let nowMs = 0;
  let due: (() => void) | undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    schedule: (_delayMs, task) => {
      due = task;
      return () => {};
    },
  };
  let beats = 0;
  startPacer({ clock, periodMs: 20, onBeat: () => beats++ });
  nowMs = 200;
  due?.();
  expect(beats).toBe(10);
  nowMs = 60_000;
  due?.();
  expect(beats).toBe(11);
});

it('stops from inside a beat', () => {
  const clock = new ManualClock();
  let beats = 0;
  const stop = startPacer({
    clock,
    periodMs: 20,
    onBeat: () => {
      beats++;
      stop();
    },
  });
  clock.advance(200);
  expect(beats).toBe(1);
  expect(clock.pending).toBe(0);
});
