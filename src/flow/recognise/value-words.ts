/** In what words and numbers a value may be said again. */
import type { JsonValue } from '../state-reader.ts';

/** Those of names in camel case, too: `cancelBooking` has two. */
export function wordsIn(value: JsonValue): readonly string[] {
  if (typeof value !== 'string') return [];
  return value
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u);
}

/** Numbers as somebody would say them: an amount also as its whole part and its cents, an hour after noon also from one. */
export function numbersIn(value: JsonValue): readonly number[] {
  if (typeof value === 'number') return [value, Math.trunc(value), Math.round((value % 1) * 100)];
  if (typeof value === 'string') {
    return (value.match(/\d{1,15}/g) ?? [])
      .map(Number)
      .flatMap((n) => (n > 12 && n < 24 ? [n, n - 12] : [n]));
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}
