import type { Guard } from '../guard/guard.ts';
import * as guards from '../guard/guards.ts';
import type { FlowNames, Given, Guards } from './flow-names.ts';

/** The guard itself: one that was given, or that a function makes. */
export function guardOf<Names extends FlowNames>(given: Given<Names>): Guard {
  // Names are checked by the compiler alone; at run time every name is a text.
  return typeof given === 'function' ? given(guards as unknown as Guards<Names>) : given;
}
