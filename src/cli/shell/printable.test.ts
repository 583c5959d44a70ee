import { expect, it } from 'vitest';
import { cellsOf, headInCells, printable, tailInCells } from './printable.ts';

it('puts text on one line without control characters', () => {
  expect(printable(' a\n\u001b[31mb\u001b[0m\tc\u0000d\u202e ')).toBe('a b c d');
});

it('keeps the end or the beginning of a text that is too long, in cells of a terminal', () => {
  expect(tailInCells('short', 10)).toBe('short');
  expect(tailInCells('abcdefgh', 5)).toBe('…efgh');
  expect(headInCells('abcdefgh', 5)).toBe('abcd…');
  expect(headInCells('日本語', 5)).toBe('日本…');
  expect(cellsOf('日本語')).toBe(6);
  expect(tailInCells('日本語', 5)).toBe('…本語');
});
