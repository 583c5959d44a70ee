/** The agent of the demo: it takes bookings for a restaurant, and cannot book what the caller has not confirmed. */
import {
  type LiveAgent,
  type LiveOptions,
  type LivePhase,
  live,
  type State,
  type StateReader,
  type ToolMiddleware,
  type Watcher,
  withState,
} from '../../live/index.ts';
import type { Clock } from '../../wire/index.ts';
import type { StateWriter } from '../talk/live-log.ts';
import { bookingExtractor } from './booking-extractor.ts';
import { bookingTools, tableKey } from './booking-tools.ts';
import type { ReservationBook } from './reservation-book.ts';

/** What the agent is built around. */
export interface BookingAgentParts {
  /** Endpoint, voice, detection of speech: what is of the call and not of the agent. */
  readonly session: LiveOptions;
  readonly state: State;
  readonly book: ReservationBook;
  readonly clock: Clock;
  readonly middleware: readonly ToolMiddleware[];
}

/** From so many people on it is the long table. */
const LONG_TABLE_FROM = 5;

const wanted = (state: StateReader): string =>
  tableKey(state.get('partySize'), state.get('day'), state.get('time'));

const phases: readonly LivePhase[] = [
  {
    name: 'greet',
    instruction: 'Welcome the caller, and find out what they want.',
    tools: [],
    transitions: [
      { to: 'details', when: (state) => state.has('partySize'), description: 'the caller wants a table' },
    ],
  },
  {
    name: 'details',
    instruction:
      'Find out for how many people, which day, what time and which name. See whether a table is free.',
    needs: ['partySize', 'day', 'time', 'name'],
    tools: ['check_table'],
    clearOnEnter: ['confirmed'],
    transitions: [
      {
        to: 'confirm',
        when: (state) => state.has('name') && state.get('freeTable') === wanted(state),
        description: 'all is known and the table is free',
      },
    ],
  },
  {
    name: 'confirm',
    instruction: 'Read the booking back, and ask whether it is right.',
    presents: ['booking'],
    needs: ['confirmed'],
    tools: ['check_table'],
    transitions: [
      {
        to: 'details',
        when: (state) => state.get('confirmed') === false || state.get('freeTable') !== wanted(state),
        description: 'the caller wants something else',
      },
      { to: 'book', when: (state) => state.get('confirmed') === true, description: 'the caller said yes' },
    ],
  },
  {
    name: 'book',
    instruction: 'Book the table, and tell the reference.',
    tools: ['book_table'],
    transitions: [
      { to: 'booked', when: (state) => state.has('reference'), description: 'the table is booked' },
    ],
  },
  { name: 'booked', instruction: 'Say goodbye.', tools: [], terminal: true },
];

/** Where a party sits follows from its size, whoever changes that; the model is told at the end of the turn. */
const seating: Watcher = {
  key: 'partySize',
  predicate: { type: 'changed' },
  action: (_old, size, state) => {
    state.set('seating', Number(size) >= LONG_TABLE_FROM ? 'the long table' : 'a table by the window');
  },
};

/** Its phases, in the order of a usual call. */
export const BOOKING_PHASES: readonly string[] = phases.map(({ name }) => name);

/** Who writes what no rule of the extractor writes. */
export const BOOKING_WRITERS: Readonly<Record<string, StateWriter>> = {
  seating: { watcherOf: 'partySize' },
  freeTable: { tool: 'check_table' },
  reference: { tool: 'book_table' },
};

/** The whole agent. */
export function bookingAgent({
  session,
  state,
  book,
  clock,
  middleware,
}: BookingAgentParts): LiveAgent<object> {
  return live({
    ...session,
    instruction: 'You take bookings for a restaurant by telephone. Be friendly and brief.',
    state,
    tools: bookingTools(book, clock),
    toolSettings: { middleware },
    extractors: [bookingExtractor],
    watchers: [seating],
    phases: { initial: 'greet', phases, defaults: { modifiers: [withState('seating')] } },
  });
}
