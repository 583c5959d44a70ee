/** Chance that can be repeated, in the shapes that a soak needs. */
import { derivedSeed, seededRandom } from '../src/simulator/faults/seeded-random.ts';

export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** Whether something that happens this often happens now. */
  chance(share: number): boolean;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** The same for the same seed and name. */
export function diceOf(seed: number, name: string): Dice {
  const next = seededRandom(derivedSeed(seed, name));
  return {
    next,
    chance: (share) => next() < share,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}
