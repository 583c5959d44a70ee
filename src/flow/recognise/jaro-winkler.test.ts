import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { fuzzy } from './fuzzy.ts';
import { jaro, jaroWinkler } from './jaro-winkler.ts';

/** Pairs that Winkler published as a comparison of string comparators, rounded to three places. */
const PUBLISHED: ReadonlyArray<readonly [string, string, number, number]> = [
  ['SHACKLEFORD', 'SHACKELFORD', 0.97, 0.982],
  ['DUNNINGHAM', 'CUNNIGHAM', 0.896, 0.896],
  ['NICHLESON', 'NICHULSON', 0.926, 0.956],
  ['JONES', 'JOHNSON', 0.79, 0.832],
  ['MASSEY', 'MASSIE', 0.889, 0.933],
  ['ABROMS', 'ABRAMS', 0.889, 0.922],
  ['HARDIN', 'MARTINEZ', 0.722, 0.722],
  ['ITMAN', 'SMITH', 0.467, 0.467],
  ['JERALDINE', 'GERALDINE', 0.926, 0.926],
  ['MARHTA', 'MARTHA', 0.944, 0.961],
  ['MICHELLE', 'MICHAEL', 0.869, 0.921],
  ['JULIES', 'JULIUS', 0.889, 0.933],
  ['TANYA', 'TONYA', 0.867, 0.88],
  ['DWAYNE', 'DUANE', 0.822, 0.84],
  ['SEAN', 'SUSAN', 0.783, 0.805],
  ['JON', 'JOHN', 0.917, 0.933],
  ['DIXON', 'DICKSONX', 0.767, 0.813],
];

test.each(PUBLISHED)('%s and %s are as similar as the literature has it', (one, other, plain, winkler) => {
  expect(jaro(one, other)).toBeCloseTo(plain, 3);
  expect(jaroWinkler(one, other)).toBeCloseTo(winkler, 3);
});

test('Similarity is symmetric, between 0 and 1, and 1 for equals alone', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, other) => {
      const similarity = jaroWinkler(one, other);
      expect(similarity).toBeCloseTo(jaroWinkler(other, one), 9);
      expect(similarity).toBeGreaterThanOrEqual(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(similarity === 1).toBe(one === other);
    }),
  );
});

test('A misheard name is found at 0.85 and not below', (context) => {
  verifies(context, 'extract:recognisers');
  const pizza = fuzzy(['Margherita', 'Quattro Stagioni', 'Newcastle', 'bear']);
  expect(pizza.recognise('a margarita please')).toEqual({
    value: 'Margherita',
    confidence: expect.closeTo(0.938, 3),
  });
  expect(pizza.recognise('the quatro stagione, please')?.value).toBe('Quattro Stagioni');
  expect(pizza.recognise('new castle')).toEqual({ value: 'Newcastle', confidence: 1 });
  // 0.833
  expect(pizza.recognise('pear')).toBeUndefined();
  expect(fuzzy(['bear'], { threshold: 0.8 }).recognise('pear')?.value).toBe('bear');
  expect(pizza.recognise('')).toBeUndefined();
});
