import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { equivalent, jsonEqual } from './equivalence.ts';
import type { JsonValue } from './state-reader.ts';

describe('Equivalence', () => {
  it.each<[JsonValue, JsonValue]>([
    ['Main Street 5', 'main street, 5.'],
    ['O’Brien', "o'brien"],
    ['555-1234', '555 1234'],
    ['1,000', '1000'],
    ['Café', 'CAFÉ'],
    ['Straße', 'STRASSE'.replace('SS', 'ß')],
    ['', '  '],
    ['5.', '5'],
    [
      ['A', { b: 'C d' }],
      ['a', { b: 'c D!' }],
    ],
    [
      { a: 'x', b: 1 },
      { b: 1, a: 'X' },
    ],
  ])('%j restates %j', (a, b) => {
    expect(equivalent(a, b)).toBe(true);
    expect(equivalent(b, a)).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    ['Main Street 5', 'Main Street 6'],
    ['1.5', '15'],
    ['-5', '5'],
    ['C++', 'C'],
    ['?', '!'],
    ['', '?'],
    ['5', 5],
    [1, 2],
    [null, false],
    [null, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], { 0: 1 }],
    [{ a: 'x' }, { a: 'x', b: 1 }],
    [{ a: 'x' }, { b: 'x' }],
    [{ A: 'x' }, { a: 'x' }],
    [{ toString: 1 }, { a: 1 }],
  ])('%j does not restate %j', (a, b) => {
    expect(equivalent(a, b)).toBe(false);
    expect(equivalent(b, a)).toBe(false);
  });

  it('is reflexive, symmetric, and implied by being equal', (context) => {
    verifies(context, 'state:equivalence');
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(equivalent(a, JSON.parse(JSON.stringify(a)) as JsonValue)).toBe(true);
        expect(equivalent(a, b)).toBe(equivalent(b, a));
        if (jsonEqual(a, b)) expect(equivalent(a, b)).toBe(true);
      }),
    );
    expect(equivalent('Yes, please!', 'yes please')).toBe(true);
    expect(jsonEqual('Yes', 'yes')).toBe(false);
  });
});
