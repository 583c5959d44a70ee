import { expect, test } from 'vitest';
import { State } from '../../live/index.ts';
import { ScriptedPeer } from '../../testing/index.ts';
import { BOOKING_PHASES, bookingAgent } from './booking-agent.ts';
import { ReservationBook } from './reservation-book.ts';

const table = (party_size: number) => ({ party_size, day: 'friday', time: '19:30' });

async function calling() {
  const peer = new ScriptedPeer();
  const { clock, transport } = peer;
  const state = new State();
  const book = new ReservationBook();
  const agent = bookingAgent({ session: { apiKey: 'x' }, state, book, clock, middleware: [] });
  const handle = await agent.connect({ transport, clock, environment: {} });
  /** The caller's words, a call by the model if there is one, and its answer. Resolves with what the call came to. */
  const turn = async (words: string, name?: string, args: object = {}): Promise<unknown> => {
    await peer.hears(words);
    let response: unknown;
    if (name !== undefined) {
      const id = await peer.calls(name, { ...args });
      await clock.advanceAsync(1000);
      response = (await peer.answerTo(id)).response;
    }
    await peer.says('I see.', { thenCompletes: true });
    await clock.advanceAsync(5000);
    return response;
  };
  const known = (): unknown => ['partySize', 'day', 'time', 'name'].map((key) => state.get(key));
  return { handle, state, book, turn, known };
}

test('it books what the caller confirmed, and nothing before', async () => {
  const { handle, state, book, turn, known } = await calling();
  const booking = { ...table(4), name: 'Ada Lovelace' };
  expect(handle.conversationPhase).toBe('greet');
  expect(await turn('Hello?', 'book_table', booking)).toHaveProperty('error');
  await turn("I'd like a table for four people.");
  expect([handle.conversationPhase, state.get('seating')]).toEqual(['details', 'a table by the window']);
  expect(await turn('Friday at half past seven.', 'check_table', table(4))).toEqual({ available: true });
  expect(handle.conversationPhase).toBe('details');
  expect(await turn('My name is Ada Lovelace.', 'book_table', booking)).toMatchObject({
    error: expect.stringContaining('the caller said yes'),
  });
  expect(known()).toEqual([4, 'friday', '19:30', 'Ada Lovelace']);
  expect(handle.conversationPhase).toBe('confirm');
  await turn('Who knows?', 'book_table', booking);
  expect(book.entries).toEqual([]);
  expect(await turn('Yes, please.', 'book_table', { ...booking, party_size: 9 })).toMatchObject({
    error: expect.stringContaining('check it first'),
  });
  expect(await turn('Thanks.', 'book_table', booking)).toEqual({ reference: 'P42' });
  expect(handle.conversationPhase).toBe('booked');
  expect(book.entries).toEqual([{ partySize: 4, day: 'friday', time: '19:30', name: 'Ada Lovelace' }]);
  expect(handle.phaseHistory.map(({ to }) => to)).toEqual(BOOKING_PHASES);
  await handle.disconnect();
});

test('a yes to an earlier question confirms nothing, and a change of mind goes back to the details', async () => {
  const { handle, state, book, turn } = await calling();
  await turn('Yes, a table for four people on Friday at half past seven, my name is Ada.');
  expect(state.has('confirmed')).toBe(false);
  await turn('Is there one?', 'check_table', table(4));
  expect(handle.conversationPhase).toBe('confirm');
  await turn('No, six people, please.');
  expect([handle.conversationPhase, state.get('partySize'), state.get('seating')]).toEqual([
    'details',
    6,
    'the long table',
  ]);
  expect(state.has('confirmed')).toBe(false);
  expect(await turn('Well?', 'book_table', { ...table(4), name: 'Ada' })).toHaveProperty('error');
  expect(book.entries).toEqual([]);
  await handle.disconnect();
});

test('the book knows when it is full', () => {
  const book = new ReservationBook();
  const reservation = { partySize: 2, day: 'friday', time: '19:30', name: 'Ada' };
  const references = Array.from({ length: 6 }, () => book.add(reservation));
  expect(new Set(references).size).toBe(6);
  expect(book.isFree(reservation)).toBe(false);
  expect(() => book.add(reservation)).toThrow('no table left');
  expect(book.isFree({ ...reservation, time: '20:00' })).toBe(true);
});
