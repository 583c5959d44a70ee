import type { JsonValue } from './state-reader.ts';

/** Whether two JSON values are the same: numbers by value, lists in order, objects whatever the order of their keys. */
export function jsonEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return deepEqual(a, b, () => false);
}

/**
 * Whether one value restates the other: texts that differ only in case, spacing or punctuation, and lists and objects of
 * such. Punctuation counts where it stands between or before letters and digits (`.5`, `a.b@c.com`, `12/1`, `5%`), but not
 * hyphens, apostrophes and quotes of words, thousands (`1,000`), and gaps in seven digits or more that are no date
 * (`555-1234`). Spaces between digits count. It is an equivalence relation.
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
  return bareWords(a) === bareWords(b);
}

const SUPERSCRIPTS = /[\u00b2\u00b3\u00b9\u2070-\u209c]/g;
/** Of a name, an address, a path or a share: never mere punctuation. */
const MEANING = /[#%&*/@\\_\u2030]/;
const OPENING = /^["'\p{Pi}\p{Ps}\u00a1\u00bf]+$/u;
const GROUPS =
  /(?<![\p{N}\p{L}.,'-])[1-9]\d{0,2}(?:(?:,\d{3}){1,6}|(?:'\d{3}){1,6}|(?: \d{3}){1,6}|(?:\.\d{3}){2,6})(?![\p{N}\p{L}]|,\d| \d)/gu;
/** Digits in groups, as of a telephone or a card. */
const DIGIT_RUN = /(?<![\p{N}.,:/-])\(?\d+\)?(?:[ -]\(?\d+\)?)+(?![\p{N}]|[.,:/-]\p{N})/gu;
const DATE = /^(?:\d{4}([ -])\d{1,2}\1\d{1,2}|\d{1,2}([ -])\d{1,2}\2(?:\d{2}|\d{4}))$/;
const FEWEST_DIGITS = 7;

/** The text without what does not matter: texts that restate each other have the same. */
function bareWords(text: string): string {
  const plain = text
    .replace(SUPERSCRIPTS, '^$&')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\p{Z}\s]+/gu, ' ')
    .trim()
    .replace(/^- (?=\p{N})/u, '-');
  const bare = plain
    .replace(DIGIT_RUN, (run) => {
      const digits = run.replace(/\D/g, '');
      const isSpelled = /^\d(?: \d){2,}$/.test(run);
      return isSpelled || (digits.length >= FEWEST_DIGITS && !DATE.test(run)) ? digits : run;
    })
    .replace(GROUPS, (number) => number.replace(/\D/g, ''))
    .replace(/\p{P}+/gu, (marks, at: number, whole: string) => {
      if (MEANING.test(marks)) return marks;
      // Two units: a letter may be a pair.
      const before = whole.slice(Math.max(0, at - 2), at);
      const after = whole.slice(at + marks.length, at + marks.length + 2);
      if (!/^[\p{L}\p{M}\p{N}]/u.test(after)) return '';
      if (/^\p{N}/u.test(after)) return marks;
      const isWithin = /[\p{L}\p{M}\p{N}]$/u.test(before);
      const isNothing = isWithin ? /^[-']$/.test(marks) && !/\p{N}$/u.test(before) : OPENING.test(marks);
      return isNothing ? '' : marks;
    })
    .replace(/(?<=\p{N}) +(?=[\p{N}\p{P}])/gu, '\u{1}')
    .replace(/ +/g, '');
  // Texts of punctuation alone have no words to compare.
  return bare === '' ? `\0${plain}` : bare;
}
