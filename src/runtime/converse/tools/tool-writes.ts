/** What a bound tool writes to state. */

import { isRuntimeKey } from '../../../flow/runtime-keys.ts';
import type { StateEffect } from '../../../flow/state-effect.ts';
import { type OptionProblem, RuntimeError } from '../../runtime-error.ts';
import type { ToolState } from '../../tools/tool-state.ts';

/** Writes each; returns the keys that state refused. Throws `aborted` when the call may write no more. */
export function writeEffects(
  effects: readonly StateEffect[],
  state: Pick<ToolState, 'set' | 'delete'>,
): readonly string[] {
  return effects.flatMap((effect) => {
    try {
      if (effect.type === 'set') state.set(effect.key, effect.value);
      else state.delete(effect.key);
      return [];
    } catch (cause) {
      if (cause instanceof RuntimeError && cause.code === 'aborted') throw cause;
      return [effect.key];
    }
  });
}

/** Keys that a tool must not write. */
export function keyProblems(keys: readonly string[], path: string): readonly OptionProblem[] {
  return keys.filter(isRuntimeKey).map((key) => ({
    path: `${path}.${key}`,
    message: "Only the runtime writes keys of this prefix: choose one of the application's.",
  }));
}
