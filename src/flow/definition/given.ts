import type { Guard } from '../guard/guard.ts';
import {
  all,
  always,
  any,
  atLeast,
  atMost,
  calledOk,
  captured,
  custom,
  decided,
  done,
  eq,
  isSet,
  isTrue,
  not,
  resolved,
} from '../guard/guards.ts';
import type { FlowNames, Given, Guards } from './flow-names.ts';

const GUARDS = {
  always,
  isTrue,
  isSet,
  eq,
  atLeast,
  atMost,
  captured,
  calledOk,
  done,
  decided,
  all,
  any,
  not,
  resolved,
  custom,
};

/** The guard itself: one that was given, or that a function makes. */
export function guardOf<Names extends FlowNames>(given: Given<Names>): Guard {
  // Names are checked by the compiler alone; at run time every name is a text.
  return typeof given === 'function' ? given(GUARDS as unknown as Guards<Names>) : given;
}
