import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { integer } from './integer.ts';
import { spokenNumbers } from './number-words.ts';
import { accepting } from './recogniser.ts';

const UNITS =
  ' one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '  twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** English as a textbook writes numbers: the oracle. */
function english(value: number, join: string): string {
  if (value < 20) return UNITS[value] ?? '';
  if (value < 100) return [TENS[Math.floor(value / 10)], UNITS[value % 10]].filter(Boolean).join(join);
  for (const [scale, name] of [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
    [100, 'hundred'],
  ] as const) {
    if (value < scale) continue;
    const rest = value % scale;
    const link = scale === 100 || rest < 100 ? ' and ' : ' ';
    return `${english(Math.floor(value / scale), join)} ${name}${rest === 0 ? '' : link + english(rest, join)}`;
  }
  return '';
}

const number = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 2_000_000_000 }));

test('A number in words means what a textbook says', (context) => {
  verifies(context, 'extract:recognisers');
  fc.assert(
    fc.property(number, fc.constantFrom(' ', '-'), (value, join) => {
      const said = `I would like ${english(value, join)} of those.`;
      expect(integer().recognise(said), said).toEqual({ value, confidence: 0.9 });
    }),
    { numRuns: 500 },
  );
});

test('Digits are read with and without separators, and minus in front', () => {
  fc.assert(
    fc.property(number, fc.boolean(), fc.constantFrom('', '-', 'minus '), (value, grouped, sign) => {
      const digits = grouped ? value.toLocaleString('en-US') : `${value}`;
      const said = `make a note of ${sign}${digits}, please`;
      expect(integer().recognise(said)?.value, said).toBe(sign === '' ? value : -value);
    }),
  );
});

test('Several numbers stay apart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 5 }), (values) => {
      const said = values.map((value) => english(value, ' ')).join(', then ');
      expect(spokenNumbers(said).map(({ value }) => value)).toEqual(values);
    }),
  );
});

test.each([
  'at 7:30',
  'on the 3rd',
  '3.5 litres',
  'call 555-1234',
  'version 1.2.3',
  'that one please',
  'no, I know none',
  'an apple',
  'gate B12',
  '',
])('There is no whole number in "%s"', (said) => {
  expect(integer().recognise(said)).toBeUndefined();
});

test.each([
  ['at 7 for four people', 4],
  ['we are people, 8 of us', 8],
  ['a party of six at eight', 6],
  ['no 2 adults, 3 guests', 3],
  ['four people, no, five people', 5],
])('With anchors "%s" is %d', (said, value) => {
  const guests = integer({ anchors: ['people', 'guests', 'party of'] });
  expect(guests.recognise(said)).toEqual({ value, confidence: 0.95 });
});

test('A number too far from its anchor, or beyond the end of its sentence, does not count', () => {
  const guests = integer({ anchors: ['people'] });
  expect(guests.recognise('we are 10. people like it')).toBeUndefined();
  expect(guests.recognise('4 or so of my best people')).toBeUndefined();
});

test('What takes back counts; bounds and tests pass over what is impossible', () => {
  expect(integer().recognise('four, sorry, five')?.value).toBe(5);
  expect(integer().recognise('four of us, no children')?.value).toBe(4);
  expect(integer({ max: 12 }).recognise('on the 100 bus, two')).toEqual({ value: 2, confidence: 0.9 });
  expect(accepting(integer(), (value) => value % 2 === 0).recognise('three')).toBeUndefined();
  expect(integer().recognise('2 or 3')).toEqual({ value: 2, confidence: 0.6 });
});
