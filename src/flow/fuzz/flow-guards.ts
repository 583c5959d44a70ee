import type { CompiledFlow, CompiledLayer } from '../compile/compiled-flow.ts';
import type { Guard } from '../guard/guard.ts';
import { guardParts } from '../guard/guard-parts.ts';
import type { Invariant } from './invariant.ts';

/** Every condition of the flow, and of what must be so. */
export function guardsOf(flow: CompiledFlow, invariants: readonly Invariant[]): readonly Guard[] {
  return [
    ...layerGuards(flow.main),
    ...flow.digressions.flatMap(({ layer, trigger }) => [trigger, ...layerGuards(layer)]),
    ...invariants.flatMap((one) => ('unless' in one ? [one.unless] : 'while' in one ? [one.while] : [])),
  ];
}

function layerGuards({ steps, resets, rules }: CompiledLayer): readonly Guard[] {
  return [
    ...steps.flatMap(({ after, done, gate }) => [...after.map(({ when }) => when), gate, done]),
    ...resets.map(({ when }) => when),
    ...rules.flatMap(({ commit, until }) => (commit === undefined ? until : [...until, commit.until])),
  ];
}

/** The conditions without parts that these are made of, each once. */
export function atomsOf(guards: readonly Guard[]): readonly Guard[] {
  const atoms = new Map<unknown, Guard>();
  const visit = (guard: Guard, depth: number): void => {
    if (depth > 64 || guard === 'always') return;
    // One of two values that are collected is another place than none.
    const parts: readonly Guard[] =
      'captured' in guard ? guard.captured.map((isSet) => ({ isSet })) : guardParts(guard);
    if (parts.length === 0) atoms.set('custom' in guard ? guard : JSON.stringify(guard), guard);
    for (const part of parts) visit(part, depth + 1);
  };
  for (const guard of guards) visit(guard, 0);
  return [...atoms.values()];
}
