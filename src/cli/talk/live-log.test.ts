import { expect, it } from 'vitest';
import type { LiveEvent, LiveEventBody } from '../../live/index.ts';
import { RuntimeError } from '../../live/index.ts';
import { LiveLog } from './live-log.ts';

function recorded() {
  const lines: unknown[] = [];
  const log = new LiveLog({
    onLine: (line) => lines.push(line),
    writers: { freeTable: { tool: 'check_table' }, seating: { watcherOf: 'partySize' } },
  });
  const at = (body: LiveEventBody): void =>
    log.event({ ...body, seq: 1, turn: 1, generation: 0 } as LiveEvent);
  const starts = (callId: string, name: string, args = {}): void => {
    const state = { get: () => undefined, has: () => false, keys: () => [] };
    void log.middleware.before?.({
      callId,
      name,
      args,
      turn: 1,
      state,
      signal: new AbortController().signal,
    });
  };
  const answers = (callId: string, result: { readonly [key: string]: string | boolean }): void =>
    at({
      type: 'toolExecution',
      callId,
      name: 'check_table',
      args: { day: 'friday', party_size: 4 },
      result,
    });
  return { lines, log, at, starts, answers };
}

const call = 'check_table(day: friday, party_size: 4)';

it('tells moves, and promotions with their reasons, but not that nothing is new', () => {
  const { lines, at } = recorded();
  const promotion = {
    type: 'statePromotion',
    extractor: 'booking',
    field: 'size',
    stateKey: 'partySize',
  } as const;
  at({ type: 'phaseTransition', from: 'greet', to: 'details', reason: 'guard 1 at turn 1' });
  at({ ...promotion, value: 4, accepted: true, reason: 'promotion rule accepted the value' });
  at({ ...promotion, value: 4, accepted: false, reason: 'an equivalent value is already known' });
  at({ ...promotion, value: 9, accepted: false, reason: 'existing state value was kept' });
  const why = (reason: string): string => `extraction: ${reason}`;
  expect(lines).toEqual([
    { who: 'phase', from: 'greet', to: 'details', reason: 'guard 1 at turn 1' },
    { who: 'state', key: 'partySize', change: '= 4', why: why('promotion rule accepted the value') },
    { who: 'state', key: 'partySize', change: 'is not set to 9', why: why('existing state value was kept') },
  ]);
});

it('tells a call that never reached its tool as refused, with the first sentence of the reason', () => {
  const { lines, answers } = recorded();
  answers('c1', { error: 'It is not permitted here. It did not run.' });
  expect(lines).toEqual([{ who: 'call', call, outcome: 'refused', detail: 'It is not permitted here.' }]);
});

it('tells a call that ran with its result, and what it wrote after it', () => {
  const { lines, log, starts, answers } = recorded();
  starts('c1', 'check_table');
  log.stateChanged({ key: 'freeTable', new: 'four' });
  log.stateChanged({ key: 'session:phase', new: 'x' });
  answers('c1', { available: true });
  starts('c2', 'check_table');
  answers('c2', { error: 'No line. Try again.' });
  expect(lines).toEqual([
    { who: 'call', call, outcome: 'ran', detail: 'available: true' },
    { who: 'state', key: 'freeTable', change: '= four', why: 'tool check_table' },
    { who: 'call', call, outcome: 'failed', detail: 'No line. Try again.' },
  ]);
});

it('tells what a watcher writes or deletes as it happens, cancelled calls, and faults of the runtime', () => {
  const { lines, log, at, starts } = recorded();
  log.stateChanged({ key: 'seating', new: 'the long table' });
  log.stateChanged({ key: 'seating', new: undefined });
  starts('c1', 'check_table', { day: 'friday' });
  at({ type: 'toolCancelled', ids: ['c1', 'c2'] });
  at({ type: 'error', error: new RuntimeError('hookFailed', 'A hook failed.') });
  const detail = 'nobody waits for it any more';
  expect(lines).toEqual([
    { who: 'state', key: 'seating', change: '= the long table', why: 'watcher of partySize' },
    { who: 'state', key: 'seating', change: 'is gone', why: 'watcher of partySize' },
    { who: 'call', call: 'check_table(day: friday)', outcome: 'cancelled', detail },
    { who: 'call', call: 'c2', outcome: 'cancelled', detail },
    { who: 'session', text: 'A hook failed.' },
  ]);
});
