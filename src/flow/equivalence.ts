import type { JsonValue } from './state-reader.ts';

/** Whether two JSON values are the same: numbers by value, lists in order, objects whatever the order of their keys. */
export function jsonEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return deepEqual(a, b, () => false);
}

/**
 * Whether one value restates the other: texts that differ only in case, spacing or punctuation, and lists and objects of
 * such. Signs and decimal points of numbers count: `1.5` is not `15`, but `1,000` is `1000`.
 */
export function equivalent(a: JsonValue, b: JsonValue): boolean {
  return deepEqual(a, b, sameWords);
}

function deepEqual(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  sameText: (a: string, b: string) => boolean,
): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item: JsonValue, index) => deepEqual(item, b[index], sameText))
    );
  }
  const left = a as Readonly<Record<string, JsonValue>>;
  const right = b as Readonly<Record<string, JsonValue>>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key], right[key], sameText))
  );
}

function sameWords(a: string, b: string): boolean {
  const left = bareWords(a);
  const right = bareWords(b);
  // Texts of punctuation alone have no words to compare.
  return left === '' && right === '' ? a.trim() === b.trim() : left === right;
}

/** Everything that is not a sign before a number, or a point or comma that is not between groups of three digits. */
const SIGN_OR_DECIMAL = /(?<![\p{L}\p{N}\p{P}])-(?=\p{N})|(?<=\p{N})[.,](?=\p{N})(?!\p{N}{3}(?!\p{N}))/gu;
const SPACE_AND_PUNCTUATION = /[\p{P}\p{Z}\s]+/gu;

function bareWords(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(SIGN_OR_DECIMAL, (mark) => (mark === '-' ? '\u{1}' : '\u{2}'))
    .replace(SPACE_AND_PUNCTUATION, '');
}
