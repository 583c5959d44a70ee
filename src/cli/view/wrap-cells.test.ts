import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellsOf } from '../shell/printable.ts';
import { wrapCells } from './wrap-cells.ts';

it('breaks at blanks, and long words where it must', () => {
  expect(wrapCells('a table for two', 8)).toEqual(['a table', 'for two']);
  expect(wrapCells('see abcdefghijkl now', 5)).toEqual(['see', 'abcde', 'fghij', 'kl', 'now']);
  expect(wrapCells('', 5)).toEqual(['']);
});

it('loses nothing, and fits, whatever the text is', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'é', '字', '😀'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 2, max: 20 }),
      (words, cells) => {
        const lines = wrapCells(words.join(' '), cells);
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(cells);
      },
    ),
  );
});
