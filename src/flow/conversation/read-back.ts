/** What a yes to a question may say again without being about something else. */
import { equivalent } from '../equivalence.ts';
import type { CalendarTime } from '../recognise/calendar.ts';
import { consents, type ReadBack } from '../recognise/consent.ts';
import { numbersIn, wordsIn } from '../recognise/value-words.ts';
import type { StateReader } from '../state-reader.ts';
import type { CompiledConversation, CompiledSlot } from './compiled-conversation.ts';
import { recogniserFor } from './slot-recogniser.ts';

/** Whether what was said is a yes that stands alone; asked of each slot that a yes could be to. */
export function consentOf(
  { slots }: CompiledConversation,
  said: string,
  state: StateReader,
  now: CalendarTime | undefined,
): (slot: CompiledSlot, waiting?: readonly CompiledSlot[]) => boolean {
  const known = slots.flatMap((slot) => {
    const value = state.get(slot.stateKey) ?? null;
    return value === null ? [] : [{ slot, value }];
  });
  const numbers = new Set(known.flatMap(({ value }) => numbersIn(value)));
  const isAgain = ({ slot, value }: (typeof known)[number]): boolean => {
    const again = slot.recogniser === 'dateTime' ? recogniserFor(slot, now)?.recognise(said) : undefined;
    return again !== undefined && equivalent(again.value, value);
  };
  let isSameDay: boolean | undefined;
  return ({ consentTo = [] }, waiting = []) => {
    isSameDay ??= known.some(isAgain);
    const values = known.filter(({ slot }) => waiting.includes(slot)).map(({ value }) => value);
    const words = new Set([...consentTo, ...values].flatMap(wordsIn));
    const readBack: ReadBack = { words, numbers, isSameDay };
    return consents(said, readBack);
  };
}
