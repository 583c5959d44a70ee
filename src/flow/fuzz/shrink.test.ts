import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { shrink } from './shrink.ts';

it('leaves out everything that is not needed, in order', () => {
  const items = fc.uniqueArray(fc.nat(60), { maxLength: 40 });
  fc.assert(
    fc.property(items, fc.nat(5), (all, count) => {
      const needed = all.filter((_, index) => index % 7 === 3).slice(0, count);
      const kept = shrink(all, (some) => needed.every((item) => some.includes(item)));
      expect(kept).toEqual(needed);
    }),
  );
});

it('keeps a list of which no single item can go', () => {
  const kept = shrink([1, 2, 3, 4, 5, 6, 7, 8], (some) => some.length % 2 === 0 && some.length >= 4);
  expect(kept.length).toBeLessThanOrEqual(8);
  expect(shrink([], () => true)).toEqual([]);
});

it('makes the same numbers from the same seed, spread evenly', () => {
  const [one, same, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const numbers = Array.from({ length: 4000 }, () => one());
  expect(Array.from({ length: 4000 }, () => same())).toEqual(numbers);
  expect(other()).not.toBe(numbers[0]);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    expect(Math.abs(share - 400)).toBeLessThan(80);
  }
});
