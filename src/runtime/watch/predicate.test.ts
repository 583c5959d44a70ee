import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { holds, type Predicate } from './predicate.ts';

type Changes = ReadonlyArray<readonly [old: JsonValue, value: JsonValue]>;

/** A predicate, changes that it holds for, and changes that it does not hold for. */
const rows: ReadonlyArray<readonly [Predicate, Changes, Changes]> = [
  [
    { type: 'changed' },
    [
      [1, 2],
      [null, 0],
      [false, null],
      ['1', 1],
      [{ a: 1 }, { a: 2 }],
    ],
    [
      [1, 1],
      [null, null],
      [{ a: [1] }, { a: [1] }],
    ],
  ],
  [
    { type: 'changedTo', value: { a: 1 } },
    [[null, { a: 1 }]],
    [
      [{ a: 1 }, { a: 1 }],
      [{ a: 1 }, null],
      [null, { a: 2 }],
    ],
  ],
  [
    { type: 'changedTo', value: null },
    [[0, null]],
    [
      [null, 0],
      [null, null],
    ],
  ],
  [
    { type: 'changedFrom', value: 'x' },
    [
      ['x', 'y'],
      ['x', null],
    ],
    [
      ['y', 'x'],
      ['x', 'x'],
    ],
  ],
  [{ type: 'changedFrom', value: null }, [[null, 0]], [[0, null]]],
  [
    { type: 'crossedAbove', threshold: 10 },
    [
      [9, 10],
      [9.99, 11],
      [-5, 1e9],
    ],
    [
      [10, 11],
      [9, 9.99],
      [11, 9],
      [null, 11],
      ['9', 11],
      [9, '11'],
      [false, 11],
    ],
  ],
  [
    { type: 'crossedBelow', threshold: 10 },
    [
      [10, 9.99],
      [11, 9],
    ],
    [
      [10, 11],
      [11, 10],
      [9, 8],
      [9, 10],
      [null, 9],
      [11, null],
      ['11', 9],
    ],
  ],
  [
    { type: 'becameTrue' },
    [
      [false, true],
      [null, true],
      [1, true],
      ['true', true],
    ],
    [
      [true, true],
      [false, 1],
      [true, false],
    ],
  ],
  [
    { type: 'becameFalse' },
    [
      [true, false],
      [null, false],
      [0, false],
    ],
    [
      [false, false],
      [true, null],
      [true, 0],
    ],
  ],
  [
    { type: 'custom', test: (old, value) => old === 1 && value === 3 },
    [[1, 3]],
    [
      [1, 2],
      [2, 3],
    ],
  ],
];

describe('A predicate', () => {
  it('holds for what it names and for nothing else, whatever its type', (context) => {
    verifies(context, 'watch:predicates');
    for (const [predicate, yes, no] of rows) {
      const wrongNo = yes.filter(([old, value]) => !holds(predicate, old, value));
      const wrongYes = no.filter(([old, value]) => holds(predicate, old, value));
      expect({ predicate, wrongNo, wrongYes }).toEqual({ predicate, wrongNo: [], wrongYes: [] });
    }
  });

  it('of one’s own is not asked about equal values', () => {
    const test = (): boolean => {
      throw new Error('asked');
    };
    expect(holds({ type: 'custom', test }, { a: 1 }, { a: 1 })).toBe(false);
  });
});
