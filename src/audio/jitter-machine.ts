/**
 * - `filling`: collecting audio before it plays, or idle.
 * - `playing`: giving out audio.
 * - `underrun`: ran dry in the middle of a turn; collecting to the full depth again.
 */
export type JitterState = 'filling' | 'playing' | 'underrun';

/** What the buffer holds at the moment of a pull. All counts are in samples. */
export interface JitterLevel {
  readonly bufferedSamples: number;
  readonly requestedSamples: number;
  /** Depth to collect before playing. */
  readonly targetSamples: number;
  /** How long audio has been waiting to be played. */
  readonly waitedSamples: number;
  /** Whether the sender said that no more audio belongs to this turn. */
  readonly ended: boolean;
}

/**
 * Decides, before each pull, whether it gets audio. Pure.
 *
 * Playing begins at the target depth, when the turn is complete, or when audio has waited as long as the depth, so
 * that a short answer is never kept back. A pull that is larger than what is left still plays it: the state after it
 * is `afterPull`.
 */
export function transitionJitter(state: JitterState, level: JitterLevel): JitterState {
  switch (state) {
    case 'playing':
      return 'playing';
    case 'filling':
    case 'underrun': {
      if (level.bufferedSamples === 0) return level.ended ? 'filling' : state;
      const ready =
        level.ended ||
        level.bufferedSamples >= level.targetSamples ||
        level.waitedSamples >= level.targetSamples;
      return ready ? 'playing' : state;
    }
  }
}

/** The state after a pull: one that got less than it asked for has emptied the buffer. Pure. */
export function afterPull(state: JitterState, level: JitterLevel): JitterState {
  if (state !== 'playing' || level.bufferedSamples >= level.requestedSamples) return state;
  return level.ended ? 'filling' : 'underrun';
}
