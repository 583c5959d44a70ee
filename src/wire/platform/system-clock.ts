import type { Cancel, Clock } from '../clock.ts';

/** The longest that platforms wait; they take more for none at all. */
const LONGEST_MS = 2 ** 31 - 1;

/** What a calendar shows: milliseconds since 1970. Clocks of sessions only measure. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The real time of this process. Delays over 24 days are cut to that. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  schedule(delayMs: number, task: () => void): Cancel {
    const timer = setTimeout(task, Math.min(delayMs, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
