/** The user of a soak: types, speaks, cuts in, waits, for as long as the session lasts. */
import type { LiveHandle } from '../src/live/index.ts';
import type { ManualClock } from '../src/testing/index.ts';
import type { ClientLedger } from './client-ledger.ts';
import type { Dice } from './dice.ts';
import { contextMark, turnMark } from './marks.ts';
import type { Microphone } from './microphone.ts';
import type { Variant } from './variants.ts';
import { drawWish, type Wish } from './wishes.ts';

export interface CallerParts {
  readonly variant: Variant;
  readonly clock: ManualClock;
  readonly dice: Dice;
  readonly ledger: ClientLedger;
  /** By the number of the turn: the model reads them. */
  readonly wishes: Wish[];
  readonly microphone: Microphone;
  /** Called between turns. */
  readonly onTurn: () => void;
}

/** Everything was said, and this long nothing happens any more. */
const QUIET_AT_THE_END_MS = 120_000;

export async function talk(handle: LiveHandle<object>, parts: CallerParts, untilMs: number): Promise<void> {
  const { clock, dice, microphone, onTurn, variant } = parts;
  const takesContext = variant.place.model?.includes('3.1') === false;
  while (clock.nowMs() < untilMs) {
    await takeTurn(handle, parts);
    // Now and then the user does not wait for the end of the answer.
    await microphone.pass(dice.chance(0.25) ? dice.between(300, 3_000) : dice.between(6_000, 18_000));
    onTurn();
    if (takesContext && dice.chance(0.1)) {
      tellContext(handle, parts);
      await microphone.pass(dice.between(100, 3_000));
    }
  }
  await clock.advanceAsync(QUIET_AT_THE_END_MS);
}

/** Who has a microphone types now and then all the same. */
const TYPED_BY_SPEAKERS = 0.25;

async function takeTurn(handle: LiveHandle<object>, parts: CallerParts): Promise<void> {
  const { clock, dice, ledger, microphone, variant, wishes } = parts;
  const number = wishes.length;
  wishes.push(drawWish(dice));
  if (variant.speech !== 'none' && !dice.chance(TYPED_BY_SPEAKERS)) return microphone.say(number, dice);
  const mark = turnMark(number);
  ledger.said({ mark, how: 'text', atMs: clock.nowMs() });
  handle
    .sendText(`Please do ${mark}.`)
    .catch((error: Error) => ledger.rejected.push(`${mark}: ${error.message}`));
}

function tellContext(handle: LiveHandle<object>, { clock, ledger }: CallerParts): void {
  const mark = contextMark(ledger.contexts.length);
  ledger.contexts.push({ mark, atMs: clock.nowMs() });
  handle
    .writer()
    .sendClientContent([{ role: 'user', parts: [{ text: `Know that ${mark}.` }] }], false)
    .catch((error: Error) => ledger.rejected.push(`${mark}: ${error.message}`));
}
