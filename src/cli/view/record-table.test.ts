import { expect, it } from 'vitest';
import type { TurnRecord } from '../../live/index.ts';
import { cellsOf } from '../shell/printable.ts';
import { createPaint } from './paint.ts';
import { recordTable } from './record-table.ts';

const tokens = { prompt: 1, response: 1, total: 2 };
const records: readonly TurnRecord[] = [
  {
    number: 1,
    heard: "Hello, I'd like to book a table for four people.",
    said: 'Good evening! For which day?',
    interrupted: true,
    stateDiff: { partySize: { after: 4 }, booking: { after: {} }, 'session:phase': { after: 'details' } },
    phase: 'details',
    tools: [],
    latency: { speechEndMs: 3000, firstOutputMs: 3400, firstAudioMs: 3510, endMs: 7000, responseMs: 400 },
    tokens,
  },
  {
    number: 2,
    heard: 'Yes.',
    said: 'Shall I?',
    interrupted: false,
    stateDiff: {},
    phase: 'confirm',
    tools: [{ callId: 'c', name: 'book_table', args: {}, result: {}, outcome: 'refused', durationMs: 0 }],
    latency: { endMs: 100 },
    tokens,
  },
];
const table = (width: number): readonly string[] => recordTable(records, width, createPaint(false));

it('has a row a turn, under titles, in columns', () => {
  expect(table(130)).toEqual([
    'turn  heard                                 said                                  tools               state      phase    answered',
    "   1  Hello, I'd like to book a table for…  (cut off) Good evening! For which d…  –                   partySize  details    0.51 s",
    '   2  Yes.                                  Shall I?                              book_table refused  –          confirm         –',
  ]);
});

it('leaves columns out where the terminal is narrow, and fits', () => {
  for (const width of [40, 60, 90, 130]) {
    for (const line of table(width)) expect(cellsOf(line)).toBeLessThanOrEqual(width);
  }
  expect(table(60)[0]).toBe('turn  tools               phase    answered');
  expect(table(40)[0]).toBe('turn  tools               answered');
});
