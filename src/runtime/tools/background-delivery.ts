import type { ModelProfile } from '../../wire/index.ts';

/**
 * How the result of a background tool reaches the model after the acknowledgement (spec: wire §2.4, §4 Tools).
 * `continued`: the acknowledgement says that more follows, the result closes the call. `unsolicited`: the result is a
 * second answer, which the service speaks about. `inline`: a second answer would be ignored, so there is no
 * acknowledgement and the tool runs like any other.
 */
export type BackgroundDelivery = 'continued' | 'unsolicited' | 'inline';

/** The way that a model on a platform takes. */
export function backgroundDelivery(profile: ModelProfile): BackgroundDelivery {
  if (profile.platform === 'vertex') return 'unsolicited';
  return hasAsyncTools(profile) ? 'continued' : 'inline';
}

/** Whether declarations may carry a `behavior` that the model acts on. */
export function hasAsyncTools({ family, platform, toolsAsyncByDefault }: ModelProfile): boolean {
  if (family === 'flash3.1') return false;
  return platform === 'googleAi' || toolsAsyncByDefault || family === 'unknown';
}

/** Whether the model ends the turn of its calls before it speaks about their answers (spec: wire §4, §9). */
export function repliesInOwnTurn({ family, platform, toolsAsyncByDefault }: ModelProfile): boolean {
  return toolsAsyncByDefault || (platform === 'vertex' && family === 'native2.5');
}

/**
 * Whether an interruption ends the calls that are out. Where it does not, the service still wants their answers:
 * do not call `bargeIn()`.
 */
export function interruptionEndsCalls({ family }: ModelProfile): boolean {
  return family !== 'extended3.8';
}
