/** A steady beat on an injected clock. */
import type { Clock } from '../../wire/index.ts';

/** What beats. */
export interface PacerOptions {
  readonly clock: Clock;
  readonly periodMs: number;
  /** Called on each beat, never from inside `startPacer`. */
  readonly onBeat: () => void;
  /** Beats missed by more than this are skipped: a laptop that slept does not send a minute of audio at once. @default 1000 */
  readonly maxLagMs?: number;
}

/**
 * Beats every `periodMs`, the first time one period from now, until the returned function is called. Each beat is
 * due at the start plus a whole number of periods, so late timers do not add up; a late one is caught up at once.
 */
export function startPacer({ clock, periodMs, onBeat, maxLagMs = 1000 }: PacerOptions): () => void {
  let dueMs = clock.nowMs() + periodMs;
  let stopped = false;
  const wait = (): (() => void) => clock.schedule(Math.max(0, dueMs - clock.nowMs()), beat);
  const beat = (): void => {
    if (clock.nowMs() - dueMs > maxLagMs) dueMs = clock.nowMs();
    while (!stopped && clock.nowMs() >= dueMs) {
      dueMs += periodMs;
      onBeat();
    }
    if (!stopped) cancel = wait();
  };
  let cancel = wait();
  return () => {
    stopped = true;
    cancel();
  };
}
