/** The user of a soak: types, speaks, cuts in, waits, for as long as the session lasts. */
import type { LiveHandle } from '../src/live/index.ts';
import type { ManualClock } from '../src/testing/index.ts';
import type { ClientLedger } from './client-ledger.ts';
import type { Dice } from './dice.ts';
import { contextMark, turnMark } from './marks.ts';
import type { Variant } from './variants.ts';
import { drawWish, type Wish } from './wishes.ts';

export interface CallerParts {
  readonly variant: Variant;
  readonly clock: ManualClock;
  readonly dice: Dice;
  readonly ledger: ClientLedger;
  /** By the number of the turn: the model reads them. */
  readonly wishes: Wish[];
}

/** Everything was said, and this long nothing happens any more. */
const QUIET_AT_THE_END_MS = 120_000;

export async function talk(handle: LiveHandle<object>, parts: CallerParts, untilMs: number): Promise<void> {
  const { clock, dice, variant } = parts;
  while (clock.nowMs() < untilMs) {
    await takeTurn(handle, parts);
    if (dice.chance(0.1) && variant.place.model !== undefined && !variant.place.model.includes('3.1')) {
      tellContext(handle, parts);
    }
    // Now and then the user does not wait for the end of the answer.
    await clock.advanceAsync(dice.chance(0.25) ? dice.between(300, 3_000) : dice.between(6_000, 18_000));
  }
  await clock.advanceAsync(QUIET_AT_THE_END_MS);
}

async function takeTurn(
  handle: LiveHandle<object>,
  { clock, dice, ledger, wishes }: CallerParts,
): Promise<void> {
  const number = wishes.length;
  wishes.push(drawWish(dice));
  const mark = turnMark(number);
  ledger.turns.push({ mark, how: 'text', atMs: clock.nowMs() });
  handle
    .sendText(`Please do ${mark}.`)
    .catch((error: Error) => ledger.rejected.push(`${mark}: ${error.message}`));
}

function tellContext(handle: LiveHandle<object>, { ledger }: CallerParts): void {
  const mark = contextMark(ledger.contexts.length);
  ledger.contexts.push(mark);
  handle
    .writer()
    .sendClientContent([{ role: 'user', parts: [{ text: `Know that ${mark}.` }] }], false)
    .catch((error: Error) => ledger.rejected.push(`${mark}: ${error.message}`));
}
