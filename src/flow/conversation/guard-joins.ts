import type { Guard } from '../guard/guard.ts';

/** Any of these; undefined for none. */
export function anyOf(guards: readonly Guard[]): Guard | undefined {
  if (guards.includes('always')) return 'always';
  return guards.length > 1 ? { any: guards } : guards[0];
}

/** All of these; undefined where nothing is asked for. */
export function allOf(guards: readonly Guard[]): Guard | undefined {
  const conditions = guards.filter((guard) => guard !== 'always');
  return conditions.length > 1 ? { all: conditions } : conditions[0];
}
