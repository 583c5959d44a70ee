/** What a yes to a question may say again without being about something else. */
import { equivalent } from '../equivalence.ts';
import type { CalendarTime } from '../recognise/calendar.ts';
import { consents, type ReadBack } from '../recognise/consent.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
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

/** Those of names in camel case, too: `cancelBooking` has two. */
function wordsIn(value: JsonValue): readonly string[] {
  if (typeof value !== 'string') return [];
  return value
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u);
}

/** Numbers as somebody would say them: an amount also as its whole part and its cents, an hour after noon also from one. */
function numbersIn(value: JsonValue): readonly number[] {
  if (typeof value === 'number') return [value, Math.trunc(value), Math.round((value % 1) * 100)];
  if (typeof value === 'string') {
    return (value.match(/\d{1,15}/g) ?? [])
      .map(Number)
      .flatMap((n) => (n > 12 && n < 24 ? [n, n - 12] : [n]));
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}
