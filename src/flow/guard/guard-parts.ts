import type { Guard } from './guard.ts';

/** The conditions that a condition is made of; none for an atom. */
export function guardParts(guard: Guard): readonly Guard[] {
  if (guard === 'always') return [];
  if ('all' in guard) return guard.all;
  if ('any' in guard) return guard.any;
  return 'not' in guard ? [guard.not] : [];
}

/** The state key that a condition on one alone is about. */
export function keyOf(guard: Guard): string | undefined {
  if (guard === 'always') return undefined;
  if ('isTrue' in guard) return guard.isTrue;
  if ('isSet' in guard) return guard.isSet;
  if ('eq' in guard) return guard.eq[0];
  if ('atLeast' in guard) return guard.atLeast[0];
  return 'atMost' in guard ? guard.atMost[0] : undefined;
}
