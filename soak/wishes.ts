/** What the user of a soak wants of the model in one turn. */
import type { Dice } from './dice.ts';

export type Wish = 'short' | 'long' | 'inline' | 'commit' | 'parallel' | 'background' | 'byHand' | 'mixed';

const OFTEN: readonly [Wish, ...Wish[]] = [
  ...(['short', 'short', 'long'] as const),
  ...(['inline', 'inline', 'commit', 'parallel', 'background', 'byHand', 'mixed'] as const),
];

export function drawWish(dice: Dice): Wish {
  return dice.pick(OFTEN);
}
