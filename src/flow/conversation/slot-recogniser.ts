/** What recognisers need from outside, made once where it can be. */
import { type CalendarTime, calendarTime } from '../recognise/calendar.ts';
import type { Recogniser } from '../recognise/recogniser.ts';
import type { JsonValue } from '../state-reader.ts';
import type { CompiledConversation, CompiledSlot } from './compiled-conversation.ts';
import { recogniserOf } from './recogniser-of.ts';

/** Slots are frozen: a recogniser is the same for ever. */
const made = new WeakMap<CompiledSlot, Recogniser<JsonValue>>();
/** The last look at the clock: to ask for a zone is slow, and simulations ask for the same moment again and again. */
const looked = new WeakMap<CompiledConversation, { readonly nowMs: number; readonly time: CalendarTime }>();

/** The recogniser of a slot; that of dates only where it is known what the time is. */
export function recogniserFor(
  slot: CompiledSlot,
  now: CalendarTime | undefined,
): Recogniser<JsonValue> | undefined {
  if (slot.recogniser === 'dateTime') return now === undefined ? undefined : recogniserOf(slot, () => now);
  const known = made.get(slot);
  if (known !== undefined) return known;
  const recogniser = recogniserOf(slot, noClock);
  if (recogniser !== undefined) made.set(slot, recogniser);
  return recogniser;
}

/** Only dates ask for it. */
function noClock(): CalendarTime {
  return { year: 1970, month: 1, day: 1, hour: 0, minute: 0 };
}

/** What the user's wall clock shows, in the zone of the document. */
export function wallClock(conversation: CompiledConversation, nowMs: number): CalendarTime {
  const last = looked.get(conversation);
  if (last?.nowMs === nowMs) return last.time;
  const time = calendarTime(nowMs, conversation.document.timeZone ?? 'UTC');
  looked.set(conversation, { nowMs, time });
  return time;
}
