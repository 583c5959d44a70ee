import { expect, it } from 'vitest';
import { State, type ToolRecord, type TurnRecord } from '../../live/index.ts';
import { bookingProblems, bookingText, type CallEvidence } from './check-booking.ts';

const asked = { partySize: 5, day: 'friday', time: '19:30', name: 'Ada' };

function call(outcome: ToolRecord['outcome']): ToolRecord {
  const result = outcome === 'succeeded' ? { reference: 'P42' } : { error: 'not permitted' };
  return { callId: outcome, name: 'book_table', args: {}, result, outcome, durationMs: 1 };
}

function record(number: number, tools: readonly ToolRecord[]): TurnRecord {
  const rest = { heard: '', said: '', interrupted: false, stateDiff: {}, latency: { endMs: 1 } };
  return { number, tools, tokens: { prompt: 0, response: 0, total: 0 }, ...rest };
}

function evidence(
  changes: Partial<CallEvidence> = {},
  facts: Readonly<Record<string, string | number | boolean>> = {},
) {
  const state = new State();
  for (const [key, value] of Object.entries({ ...asked, confirmed: true, reference: 'P42', ...facts })) {
    state.set(key, value);
  }
  const records = [record(1, [call('refused')]), record(2, [call('succeeded')])];
  return { phase: 'booked', state, entries: [asked], records, ...changes } satisfies CallEvidence;
}

it('finds nothing when phase, state, book and records agree', () => {
  expect(bookingProblems(evidence())).toEqual([]);
  expect(bookingText(evidence())).toBe('booked: 5 people on friday at 19:30 for Ada, reference P42');
});

it.for<[string, CallEvidence, RegExp]>([
  ['another phase', evidence({ phase: 'confirm' }), /ended in the phase "confirm"/],
  ['nothing in the book', evidence({ entries: [] }), /holds 0 reservations/],
  ['two in the book', evidence({ entries: [asked, asked] }), /holds 2 reservations/],
  [
    'another table in the book',
    evidence({ entries: [{ ...asked, partySize: 4 }] }),
    /what the caller asked for/,
  ],
  ['no confirmation', evidence({}, { confirmed: false }), /not confirmed/],
  ['another reference', evidence({}, { reference: 'P1' }), /reference/],
  ['no booking in the records', evidence({ records: [record(1, [call('refused')])] }), /hold 0 bookings/],
  ['no refusal', evidence({ records: [record(1, [call('succeeded')])] }), /no booking was refused/],
  [
    'a refusal only afterwards',
    evidence({ records: [record(1, [call('succeeded'), call('refused')])] }),
    /no booking was refused/,
  ],
])('finds %s', ([, wrong, problem]) => {
  expect(bookingProblems(wrong).join('; ')).toMatch(problem);
});
