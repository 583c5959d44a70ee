import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a delay over 24 days does not fire at once', () => {
  vi.useFakeTimers();
  const task = vi.fn();
  const cancel = systemClock.schedule(Number.MAX_SAFE_INTEGER, task);
  vi.advanceTimersByTime(24 * 24 * 3600 * 1000);
  expect(task).not.toHaveBeenCalled();
  cancel();
});

test('a cancelled task does not run, and cancelling twice does nothing', () => {
  vi.useFakeTimers();
  const task = vi.fn();
  const cancel = systemClock.schedule(5, task);
  cancel();
  cancel();
  vi.advanceTimersByTime(10);
  expect(task).not.toHaveBeenCalled();
});

test('time does not go backwards', () => {
  const first = systemClock.nowMs();
  expect(systemClock.nowMs()).toBeGreaterThanOrEqual(first);
});
