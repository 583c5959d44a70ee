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
    ['1’000', '1000'],
    ['10 000', '10000'],
    ['1,000.50', '1000.50'],
    ['1.000.000', '1000000'],
    ['(555) 123-4567', '555 123 4567'],
    ['4111 1111 1111 1111', '4111-1111-1111-1111'],
    ['DE89 3704 0044 0532', 'DE89370400440532'],
    ['4 8 2 1', '4821'],
    ['re-sign', 'resign'],
    ['“Ada”', 'Ada'],
    ['–5', '-5'],
    ['12:30.', '12:30'],
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
    ['a.b@c.com', 'ab@c.com'],
    ['a@b.c', 'abc'],
    ['a_b@x', 'ab@x'],
    ['.5', '5'],
    ['5%', '5'],
    ['12/1', '1/21'],
    ['1/2', '12'],
    ['½', '12'],
    ['5²', '52'],
    ['2024-1-12', '2024-11-2'],
    ['2024 1 12', '2024 11 2'],
    ['2024-01-02', '20240102'],
    ['11-2', '1-12'],
    ['–5', '5'],
    ['- 5', '5'],
    ['(5)', '5'],
    ['1:30', '130'],
    ['6:15', '61:5'],
    ['1.5', '1,5'],
    ['1..5', '15'],
    ['1. 5', '15'],
    ['1 .5', '15'],
    ['1 0', '10'],
    ['5 -3', '5-3'],
    ['x-1', 'x1'],
    ['0.125', '0125'],
    ['1.000', '1000'],
    ['1.2.3.4', '1234'],
    ['$5', '5'],
    ['C#', 'C'],
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
    const marked = fc.string({
      unit: fc.constantFrom(
        '1',
        '2',
        '0',
        'a',
        'B',
        ' ',
        '-',
        '–',
        '.',
        ',',
        '/',
        "'",
        '(',
        ')',
        '%',
        '^',
        '²',
        '\0',
      ),
      maxLength: 9,
    });
    fc.assert(
      fc.property(marked, marked, marked, (a, b, c) => {
        expect(equivalent(a, a)).toBe(true);
        expect(equivalent(a, b)).toBe(equivalent(b, a));
        if (equivalent(a, b) && equivalent(b, c)) expect(equivalent(a, c)).toBe(true);
        // What restates it is told from what it restates by case and space at the ends alone, at least.
        expect(equivalent(` ${a.toUpperCase()} `, a)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    // The numbers that a text writes are its own.
    const number = fc.tuple(
      fc.integer({ min: -999, max: 999 }),
      fc.constantFrom('', '.5', '.25', '%', '/2', ':30'),
    );
    fc.assert(
      fc.property(number, number, ([n, end], [m, other]) => {
        expect(equivalent(`${n}${end}`, `${m}${other}`)).toBe(n === m && end === other);
      }),
    );
    expect(equivalent('Yes, please!', 'yes please')).toBe(true);
    expect(jsonEqual('Yes', 'yes')).toBe(false);
  });
});
