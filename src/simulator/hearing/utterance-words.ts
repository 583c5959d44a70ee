/** Where the words of an utterance come from, since nothing here recognises speech. */
import type { Content } from '../../wire/protocol/content.ts';
import type { BrainMemory } from '../brain/brain.ts';
import type { World } from '../world.ts';
import type { Utterance } from './hearing.ts';

/**
 * The `transcribe` hook if there is one, then the brain's `hears`, then an honest placeholder such as
 * `[speech 2.1 s]`. Never rejects: a hook that fails is noted.
 */
export function wordsOfUtterance(
  { durationMs, samples }: Utterance,
  world: World,
  history: readonly Content[],
  memory: BrainMemory,
): string | Promise<string> {
  const placeholder = `[speech ${(durationMs / 1000).toFixed(1)} s]`;
  const { transcribe } = world.options;
  if (transcribe !== undefined && samples !== undefined) {
    const heard = async (): Promise<string> => (await transcribe(samples)) ?? placeholder;
    return heard().catch((cause) => {
      world.notes.add({ type: 'brainFailed', message: 'The transcribe hook failed.', cause });
      return placeholder;
    });
  }
  try {
    return world.brain.hears?.({ durationMs, samples, history, memory }) ?? placeholder;
  } catch (cause) {
    world.notes.add({ type: 'brainFailed', message: "The brain's hears failed.", cause });
    return placeholder;
  }
}
