/** Whether the demo did what it shows: the table is booked, by rule, and everything that tells of it agrees. */
import type { StateReader, TurnRecord } from '../../live/index.ts';
import { tableKey } from './booking-tools.ts';
import type { Reservation } from './reservation-book.ts';

/** What is left of a call. */
export interface CallEvidence {
  readonly phase: string;
  readonly state: StateReader;
  readonly entries: readonly Reservation[];
  readonly records: readonly TurnRecord[];
}

/** What is missing or does not agree, as clauses; empty when the booking was really made. */
export function bookingProblems({ phase, state, entries, records }: CallEvidence): readonly string[] {
  const [entry] = entries;
  const calls = records.flatMap(({ tools }) => tools.filter(({ name }) => name === 'book_table'));
  const refused = calls.findIndex(({ outcome }) => outcome === 'refused');
  const succeeded = calls.filter(({ outcome }) => outcome === 'succeeded');
  const result = succeeded[0]?.result;
  const checks: ReadonlyArray<readonly [holds: boolean, problem: string]> = [
    [phase === 'booked', `the conversation ended in the phase "${phase}"`],
    [state.get('confirmed') === true, 'the caller has not confirmed'],
    [entries.length === 1, `the book holds ${entries.length} reservations`],
    [
      entry !== undefined && agrees(entry, state),
      'the book does not hold what the caller asked for, as the state knows it',
    ],
    [succeeded.length === 1, `the turn records hold ${succeeded.length} bookings`],
    [
      refused >= 0 && refused < calls.findIndex(({ outcome }) => outcome === 'succeeded'),
      'no booking was refused before the caller confirmed',
    ],
    [
      state.has('reference') && JSON.stringify(result)?.includes(String(state.get('reference'))) === true,
      'the reference in the state is not the one that the tool gave',
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/** The booking in words: `booked: 5 people on friday at 19:30 for Ada Lovelace, reference P42`. */
export function bookingText({ state }: CallEvidence): string {
  const table = tableKey(state.get('partySize'), state.get('day'), state.get('time'));
  return `booked: ${table} for ${state.get('name')}, reference ${state.get('reference')}`;
}

function agrees(entry: Reservation, state: StateReader): boolean {
  return (['partySize', 'day', 'time', 'name'] as const).every((key) => state.get(key) === entry[key]);
}
