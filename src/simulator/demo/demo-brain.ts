/** The demo: a restaurant that takes a booking, by text and by voice. */
import { type Brain, type BrainStep, type BrainTurn, calls, says, type ToolResult } from '../brain/brain.ts';
import { type BookingSlots, readBookingWords, type SlotName, spokenTime } from './booking-words.ts';

/** Options of {@link createDemoBrain}. */
export interface DemoBrainOptions {
  /** What the caller's utterances say, in order, since nothing recognises speech. @default {@link demoCallerLines} */
  readonly hears?: readonly string[];
}

/** What the caller of the demo says, one line an utterance. */
export const demoCallerLines: readonly string[] = [
  "Hello, I'd like to book a table for four people.",
  'On Friday at half past seven, please.',
  'My name is Ada Lovelace.',
  'Thank you, goodbye.',
];

/** What the restaurant knows; kept in the memory of the session. */
interface Booking {
  readonly slots: BookingSlots;
  readonly asked?: SlotName;
  /** The slots that were checked and are free. */
  readonly freeFor?: string;
  readonly booked?: boolean;
  /** A booking was refused, and the guest was asked to confirm it. */
  readonly asksForYes?: boolean;
}

type Steps = AsyncGenerator<BrainStep, void, readonly ToolResult[]>;

const QUESTIONS: Readonly<Record<SlotName, string>> = {
  party: 'For how many people?',
  day: 'For which day?',
  time: 'At what time?',
  name: 'Under what name?',
};

/**
 * A brain that asks for party size, day, time and name, in any order the guest gives them, and takes corrections. When
 * they are declared it calls `check_table` `{party_size, day, time}` (answer: `{available, alternative?}`) before
 * it promises anything and `book_table` `{party_size, day, time, name}` (answer: `{reference?}`) at the end; without them it
 * takes every table for free. It is as eager as a model: it books as soon as it has all it needs, and only when that is
 * refused as not permitted does it read the booking back and ask. Where the guest will sit it knows when it was told:
 * by a line of context such as `[seating: the long table]`.
 */
export function createDemoBrain(options: DemoBrainOptions = {}): Brain {
  const lines = options.hears ?? demoCallerLines;
  const brain: Brain = (turn) => converse(turn);
  const hears: Brain['hears'] = ({ memory }) => {
    const heard = typeof memory.demoLine === 'number' ? memory.demoLine : 0;
    memory.demoLine = heard + 1;
    return lines[heard];
  };
  return Object.assign(brain, { hears });
}

async function* converse(turn: BrainTurn): Steps {
  const { input, memory } = turn;
  const booking = bookingIn(turn);
  if (input.type === 'toolResults') {
    for (const result of input.results) yield* afterResult(turn, result);
    return;
  }
  if (/^\[speech/.test(turn.text)) {
    yield says(
      `Sorry, I did not catch that. ${booking.asked === undefined ? 'How can I help?' : QUESTIONS[booking.asked]}`,
    );
    return;
  }
  if (/\b(?:bye|goodbye|that's all|that is all)\b/i.test(turn.text)) {
    yield says(booking.booked === true ? 'Goodbye, see you soon!' : 'Goodbye!');
    return;
  }
  const found = readBookingWords(turn.text, booking.asked);
  const nothingNew = Object.keys(found).length === 0;
  if (booking.booked === true && nothingNew) {
    yield says('Your table is booked. Is there anything else?');
    return;
  }
  if (booking.asksForYes === true && nothingNew) return yield* afterQuestion(turn);
  const slots = { ...booking.slots, ...found };
  // A change after the booking makes it a new one.
  memory.booking = { ...booking, slots, booked: false } satisfies Booking;
  if (turn.sequence === 1) yield says('Good evening, Trattoria Parlando!');
  else if (nothingNew && booking.asked !== undefined) yield says('Sorry, I did not get that.');
  yield* goOn(turn);
}

/** The booking was read back: yes books it, no changes it, anything else is asked again. */
async function* afterQuestion(turn: BrainTurn): Steps {
  if (/\b(?:no|not|don't)\b/i.test(turn.text)) yield says('What may I change?');
  else if (/\b(?:yes|yeah|sure|please|go ahead)\b/i.test(turn.text)) yield* goOn(turn);
  else yield says('Sorry, shall I book it?');
}

/** The next thing to ask, check or book. */
async function* goOn(turn: BrainTurn): Steps {
  const booking = bookingIn(turn);
  const { party, day, time, name } = booking.slots;
  const missing: SlotName | undefined =
    party === undefined ? 'party' : day === undefined ? 'day' : time === undefined ? 'time' : undefined;
  if (missing !== undefined) return yield* ask(turn, missing);
  const wanted = keyOf(booking.slots);
  if (booking.freeFor !== wanted && declares(turn, 'check_table')) {
    yield says(booking.freeFor === undefined ? 'One moment, let me look.' : 'One moment.');
    const results = yield calls('check_table', { party_size: party, day, time });
    // A function that does not block answers in a turn of its own.
    for (const result of results) yield* afterResult(turn, result);
    return;
  }
  if (name === undefined) {
    if (booking.freeFor !== wanted) turn.memory.booking = { ...booking, freeFor: wanted } satisfies Booking;
    yield says(`I have a table for ${party} ${shownDay(day)} at ${spokenTime(time ?? '')}.`);
    return yield* ask(turn, 'name');
  }
  if (!declares(turn, 'book_table')) return yield* confirm(turn, undefined);
  const results = yield calls('book_table', { party_size: party, day, time, name });
  for (const result of results) yield* afterResult(turn, result);
}

async function* afterResult(turn: BrainTurn, { name, response }: ToolResult): Steps {
  const booking = bookingIn(turn);
  const answer = isFields(response.output) ? response.output : response;
  if (name === 'book_table' && /\bnot permitted\b/.test(String(response.error))) return yield* readBack(turn);
  if ('error' in response) {
    yield says('I am sorry, our book does not answer just now. Please try again in a moment.');
    return;
  }
  if (name === 'check_table') {
    if (answer.available !== false) {
      turn.memory.booking = { ...booking, freeFor: keyOf(booking.slots) } satisfies Booking;
      return yield* goOn(turn);
    }
    const { time: _full, ...slots } = booking.slots;
    turn.memory.booking = { ...booking, slots, asked: 'time' } satisfies Booking;
    const { alternative } = answer;
    yield says(
      typeof alternative === 'string'
        ? `I am sorry, we are full then. I could offer ${spokenTime(alternative)}. Would another time suit you?`
        : 'I am sorry, we are full then. Would another time suit you?',
    );
    return;
  }
  if (name === 'book_table') yield* confirm(turn, answer.reference);
}

async function* readBack(turn: BrainTurn): Steps {
  // Nothing is asked for any more: "please" is no name.
  const { asked: _asked, ...booking } = bookingIn(turn);
  const { party, day, time } = booking.slots;
  turn.memory.booking = { ...booking, asksForYes: true } satisfies Booking;
  const seating = seatingIn(turn);
  const place = seating === undefined ? '' : `, at ${seating}`;
  yield says(`So, ${party} people ${shownDay(day)} at ${spokenTime(time ?? '')}${place}. Shall I book it?`);
}

async function* confirm(turn: BrainTurn, reference: unknown): Steps {
  const booking = bookingIn(turn);
  const { party, day, time, name } = booking.slots;
  turn.memory.booking = { slots: booking.slots, booked: true } satisfies Booking;
  const number =
    typeof reference === 'string' || typeof reference === 'number' ? ` Your reference is ${reference}.` : '';
  // What was read back a moment ago is not said again.
  yield says(
    booking.asksForYes === true
      ? `Thank you, ${name}, it is booked.${number}`
      : `Thank you, ${name}. A table for ${party} ${shownDay(day)} at ${spokenTime(time ?? '')} is booked.${number}`,
  );
}

/** The newest line of context that tells where the guest will sit. */
function seatingIn({ history }: BrainTurn): string | undefined {
  for (const { parts } of history.toReversed()) {
    for (const { text = '' } of parts.toReversed()) {
      const seating = /\[[^\]]*\bseating: ([^,\]]+)/.exec(text)?.[1];
      if (seating !== undefined) return seating;
    }
  }
  return undefined;
}

async function* ask(turn: BrainTurn, slot: SlotName): Steps {
  turn.memory.booking = { ...bookingIn(turn), asked: slot } satisfies Booking;
  yield says(QUESTIONS[slot]);
}

function bookingIn({ memory }: BrainTurn): Booking {
  // Only this file writes the key.
  return (memory.booking as Booking | undefined) ?? { slots: {} };
}

function declares({ tools }: BrainTurn, name: string): boolean {
  return tools.some((tool) => tool.name === name);
}

function keyOf({ party, day, time }: BookingSlots): string {
  return `${party} ${day} ${time}`;
}

/** Weekdays with a capital, and with their preposition: `on Friday`, but `today`. */
function shownDay(day = ''): string {
  const weekday = day.endsWith('day') && day !== 'today';
  return weekday ? `on ${day[0]?.toUpperCase() ?? ''}${day.slice(1)}` : day;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
