import type { StateEffect } from '../../flow/index.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';

/** Carries out what a governor or steering asks for, in its order. */
export function writeEffects(write: RuntimeStateWriter, effects: readonly StateEffect[]): void {
  for (const effect of effects) {
    if (effect.type === 'set') write.set(effect.key, effect.value);
    else write.delete(effect.key);
  }
}
