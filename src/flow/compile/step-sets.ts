/** What comes before each step: sets of positions, as bits. */
import type { LayerGraph } from './layer-graph.ts';

/** `sets.has(step, other)`: whether `other` is among the steps of `step`. */
export interface StepSets {
  has(step: number, other: number): boolean;
}

export interface Forerunners {
  /** Steps that may have been there before. */
  readonly some: StepSets;
  /** Steps that are done whenever this one is reached; a reset may have opened them again since. */
  readonly sure: StepSets;
}

/** `order`: each step after those it waits for. Ways that run against it are not followed. */
export function forerunners({ nodes }: LayerGraph, order: readonly number[]): Forerunners {
  const words = Math.ceil(nodes.length / 32);
  const some = nodes.map(() => new Uint32Array(words));
  const sure = nodes.map(() => new Uint32Array(words));
  const placed = nodes.map(() => false);
  for (const step of order) {
    placed[step] = true;
    const node = nodes[step];
    const ownSome = some[step];
    const ownSure = sure[step];
    if (node === undefined || ownSome === undefined || ownSure === undefined) continue;
    // Each entry: ways of which one suffices.
    const needs = [
      ...(node.escalations.length === 0 && node.definition.join !== 'any'
        ? node.ways.map(({ from }) => [from])
        : [[...node.ways, ...node.escalations].map(({ from }) => from)]),
      ...node.preceded.map((before) => [before.step]),
    ];
    for (const choices of needs) {
      let common: Uint32Array | undefined;
      for (const from of choices) {
        if (!placed[from]) continue;
        unite(ownSome, some[from]);
        add(ownSome, from);
        const reached = (sure[from] ?? ownSure).slice();
        add(reached, from);
        common = common === undefined ? reached : intersect(common, reached);
      }
      unite(ownSure, common);
    }
  }
  return { some: setsOf(some), sure: setsOf(sure) };
}

function setsOf(sets: readonly Uint32Array[]): StepSets {
  return { has: (step, other) => (((sets[step]?.[other >>> 5] ?? 0) >>> (other & 31)) & 1) === 1 };
}

function add(set: Uint32Array, step: number): void {
  set[step >>> 5] = (set[step >>> 5] ?? 0) | (1 << (step & 31));
}

function unite(into: Uint32Array, other: Uint32Array | undefined): void {
  other?.forEach((bits, index) => {
    into[index] = (into[index] ?? 0) | bits;
  });
}

function intersect(set: Uint32Array, other: Uint32Array): Uint32Array {
  return set.map((bits, index) => bits & (other[index] ?? 0));
}
