import type { Cancel, Clock } from '../clock.ts';

/** The real time of this process. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  schedule(delayMs: number, task: () => void): Cancel {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
