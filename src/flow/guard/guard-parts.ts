import type { Guard } from './guard.ts';

/** The conditions that a condition is made of; none for an atom. */
export function guardParts(guard: Guard): readonly Guard[] {
  if (guard === 'always') return [];
  if ('all' in guard) return guard.all;
  if ('any' in guard) return guard.any;
  return 'not' in guard ? [guard.not] : [];
}
