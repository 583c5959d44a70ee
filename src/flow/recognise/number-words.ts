/** English number words and digits, with their places in a text. */

/** A number that was said. */
export interface SpokenNumber {
  readonly value: number;
  /** Where it begins and ends, in characters. */
  readonly start: number;
  readonly end: number;
  /** Written as digits. */
  readonly isDigits: boolean;
}

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Value of a word below a hundred; undefined for any other. */
export function smallNumber(word: string): number | undefined {
  const unit = UNITS.indexOf(word);
  if (unit !== -1) return unit;
  const tens = TENS.indexOf(word);
  return tens === -1 ? undefined : (tens + 2) * 10;
}

const SCALES: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);

/** A token is a word, or a number in digits that is no time, date, ordinal, decimal or part of a code. */
const TOKENS =
  /(?<![\w:/]|\w[.,-])\d{1,3}(?:,\d{3})+(?![\w]|[.,:/-]\w)|(?<![\w:/]|\w[.,-])\d+(?![\w]|[.,:/-]\w)|[a-z]+/gi;

interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** "that one" and the like are no numbers. */
const PRONOUN_BEFORE = /\b(?:that|this|which|another|other|every|any|some|no|the|first|last|next|each)\s+$/i;

/** Whole numbers in the order in which they were said. "a hundred and five", "minus two", "a dozen" are understood. */
export function spokenNumbers(text: string): readonly SpokenNumber[] {
  const tokens = [...text.matchAll(TOKENS)].map(
    (match): Token => ({
      word: match[0].toLowerCase(),
      start: match.index,
      end: match.index + match[0].length,
    }),
  );
  const numbers: SpokenNumber[] = [];
  for (let at = 0; at < tokens.length; ) {
    const read = readNumber(text, tokens, at);
    if (read === undefined) {
      at += 1;
      continue;
    }
    const first = tokens[at];
    if (first !== undefined && !isPronoun(text, first, read.next - at)) {
      numbers.push(signed(text, first, { ...read, start: first.start }));
    }
    at = read.next;
  }
  return numbers;
}

interface Reading {
  readonly value: number;
  readonly next: number;
  readonly end: number;
  readonly isDigits: boolean;
}

function readNumber(text: string, tokens: readonly Token[], from: number): Reading | undefined {
  const first = tokens[from];
  if (first === undefined) return undefined;
  if (/^\d/.test(first.word)) return scaled(text, tokens, from);
  const { word } = first;
  const follower = tokens[from + 1]?.word;
  if (word === 'dozen') return { value: 12, next: from + 1, end: first.end, isDigits: false };
  if (word === 'a' && follower !== 'hundred' && follower !== 'dozen' && !SCALES.has(follower ?? ''))
    return undefined;
  if (word === 'a' && follower === 'dozen') {
    return { value: 12, next: from + 2, end: tokens[from + 1]?.end ?? first.end, isDigits: false };
  }
  if (word !== 'a' && smallNumber(word) === undefined) return undefined;
  return readWords(text, tokens, from);
}

/** "5 thousand", "2 million", "2 dozen". */
function scaled(text: string, tokens: readonly Token[], from: number): Reading | undefined {
  const digits = tokens[from];
  if (digits === undefined) return undefined;
  const value = Number(digits.word.replaceAll(',', ''));
  const follower = tokens[from + 1];
  const factor =
    follower?.word === 'hundred' ? 100 : follower?.word === 'dozen' ? 12 : SCALES.get(follower?.word ?? '');
  if (factor === undefined || follower === undefined || !areJoined(text, digits, follower)) {
    return { value, next: from + 1, end: digits.end, isDigits: true };
  }
  return { value: value * factor, next: from + 2, end: follower.end, isDigits: true };
}

/** Reads as many words as make one number: after "twenty" comes a unit, not another ten. */
function readWords(text: string, tokens: readonly Token[], from: number): Reading {
  let total = 0;
  let group = 0;
  let room = 1000;
  let lastScale = Number.POSITIVE_INFINITY;
  let next = from;
  let end = tokens[from]?.end ?? 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (token === undefined || (at > from && before !== undefined && !areJoined(text, before, token))) break;
    const { word } = token;
    const small = smallNumber(word);
    const scale = SCALES.get(word);
    if (word === 'a' && at === from) continue;
    if (word === 'and' && at > from && (room === 100 || group === 0) && isSmallAfter(tokens, at)) continue;
    if (small !== undefined && small < room && (small > 0 || (group === 0 && total === 0))) {
      group += small;
      room = small >= 20 ? 10 : 1;
    } else if (word === 'hundred' && group < 10 && room !== 100) {
      group = Math.max(1, group) * 100;
      room = 100;
    } else if (word === 'dozen' && total === 0) {
      group = Math.max(1, group) * 12;
      room = 0;
    } else if (scale !== undefined && scale < lastScale && (group > 0 || total === 0)) {
      total += Math.max(1, group) * scale;
      lastScale = scale;
      group = 0;
      room = 1000;
    } else break;
    next = at + 1;
    end = token.end;
  }
  return { value: total + group, next, end, isDigits: false };
}

function isSmallAfter(tokens: readonly Token[], at: number): boolean {
  return smallNumber(tokens[at + 1]?.word ?? '') !== undefined;
}

/** Only spaces or a hyphen between them. */
function areJoined(text: string, one: Token, other: Token): boolean {
  return /^(?:\s+|\s*-\s*)$/.test(text.slice(one.end, other.start));
}

function isPronoun(text: string, first: Token, tokens: number): boolean {
  return tokens === 1 && first.word === 'one' && PRONOUN_BEFORE.test(text.slice(0, first.start));
}

function signed(text: string, first: Token, number: SpokenNumber & Reading): SpokenNumber {
  const minus = /(?:\b(?:minus|negative)\s+|(?<![\w-])-)$/i.exec(text.slice(0, first.start));
  const { value, end, isDigits } = number;
  if (minus === null) return { value, start: first.start, end, isDigits };
  return { value: value === 0 ? 0 : -value, start: minus.index, end, isDigits };
}
