/** The date, for the things that have one: token expiry and handle lifetimes. It moves with the injected clock. */
import type { Clock } from '../wire/clock.ts';

/** Milliseconds since 1970. */
export type WallClock = () => number;

/** A date that began at `startedAtMs` and moves with `clock`. */
export function createWallClock(clock: Clock, startedAtMs: number): WallClock {
  const originMs = clock.nowMs();
  return () => startedAtMs + clock.nowMs() - originMs;
}
