/** What the demo's agent can do: look for a table, and book it. */
import { type ToolDefinition, tool } from '../../live/index.ts';
import type { Clock } from '../../wire/index.ts';
import type { ReservationBook } from './reservation-book.ts';

/** As long as a reservation system might take. */
const WORK_MS = 350;

const PARTY = { type: 'integer', minimum: 1, maximum: 12 };
const DAY = { type: 'string', description: 'a day of the week' };
const TIME = { type: 'string', description: '24-hour, such as 19:30' };

/** Which table was asked for, as one text: `5 people on friday at 19:30`. */
export function tableKey(partySize: unknown, day: unknown, time: unknown): string {
  return `${partySize} people on ${day} at ${time}`;
}

/** Both tools. `check_table` writes `freeTable`, `book_table` writes `reference`. */
export function bookingTools(book: ReservationBook, clock: Clock): readonly ToolDefinition[] {
  const work = (): Promise<void> => new Promise((resolve) => void clock.schedule(WORK_MS, resolve));

  const checkTable = tool({
    name: 'check_table',
    description: 'Whether a table is free. Gives { available }.',
    parameters: {
      type: 'object',
      properties: { party_size: PARTY, day: DAY, time: TIME },
      required: ['party_size', 'day', 'time'],
    },
    policy: { kind: 'read' },
    run: async ({ party_size, day, time }, { state }) => {
      await work();
      const available = book.isFree({ day: String(day), time: String(time) });
      if (available) state.set('freeTable', tableKey(party_size, day, time));
      return { available };
    },
  });

  const bookTable = tool({
    name: 'book_table',
    description: 'Books a table that is free. Gives { reference }.',
    parameters: {
      type: 'object',
      properties: { party_size: PARTY, day: DAY, time: TIME, name: { type: 'string' } },
      required: ['party_size', 'day', 'time', 'name'],
    },
    policy: { kind: 'commit', once: true },
    run: async ({ party_size, day, time, name }, { state }) => {
      await work();
      if (state.get('freeTable') !== tableKey(party_size, day, time)) {
        throw new Error('This is not the table that was found free: check it first.');
      }
      const reference = book.add({
        partySize: Number(party_size),
        day: String(day),
        time: String(time),
        name: String(name),
      });
      state.set('reference', reference);
      return { reference };
    },
  });

  return [checkTable, bookTable];
}
