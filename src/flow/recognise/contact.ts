/** Digits, telephone numbers and e-mail addresses, as they are spoken and as they are written. */
import { smallNumber } from './number-words.ts';
import { plainSigns, preferCorrection, type Recogniser, type Recognition } from './recogniser.ts';

export interface DigitsOptions {
  /** @default 1 */
  readonly min?: number;
  /** @default 32 */
  readonly max?: number;
}

/**
 * A run of digits, spoken one by one ("four one five, oh two") or written in groups ("41-502"); "double" and "triple" are
 * understood. The longest run counts, if its length fits. Confidence 0.9.
 */
export function digits({ min = 1, max = 32 }: DigitsOptions = {}): Recogniser<string> {
  const find = (text: string): Recognition<string> | undefined => {
    const run = longest(digitRuns(text).filter(({ length }) => length >= min && length <= max));
    return run === undefined ? undefined : { value: run, confidence: 0.9 };
  };
  return { kind: 'digits', recognise: (text) => preferCorrection(plainSigns(text), find) };
}

const INTERNATIONAL = /(?:\+|\bplus)\s*\(?\s*(?:\d|(?:one|two|three|four|five|six|seven|eight|nine)\b)/i;

/** A telephone number of 7 to 15 digits, as digits, with a leading `+` if it was said. Confidence 0.9. */
export function phone(): Recogniser<string> {
  const find = (text: string): Recognition<string> | undefined => {
    const run = longest(digitRuns(text).filter(({ length }) => length >= 7 && length <= 15));
    if (run === undefined) return undefined;
    return { value: INTERNATIONAL.test(text) ? `+${run}` : run, confidence: 0.9 };
  };
  return { kind: 'phone', recognise: (text) => preferCorrection(plainSigns(text), find) };
}

const WRITTEN = /[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}/i;
/** The local part is one word, joined by spoken signs only: what comes before it is not known to belong to it. */
const SPOKEN =
  /(?<![\w.])[\w.+-]+(?:\s+(?:dot|underscore|dash|hyphen|plus)\s+[\w.+-]+)*\s+at\s+[a-z\d-]+(?:\s+(?:dash|hyphen)\s+[a-z\d-]+)*(?:(?:\s+dot\s+|\.)[a-z\d-]+)*(?:\s+dot\s+|\.)[a-z]{2,}/i;
const SPOKEN_SIGNS: Readonly<Record<string, string>> = {
  at: '@',
  dot: '.',
  underscore: '_',
  dash: '-',
  hyphen: '-',
  plus: '+',
};

/** An e-mail address, written or spoken ("ada dot l at example dot com"), in lower case. Confidence 0.95, spoken 0.8. */
export function email(): Recogniser<string> {
  const find = (text: string): Recognition<string> | undefined => {
    const written = WRITTEN.exec(text)?.[0];
    if (written !== undefined) return { value: written.toLowerCase(), confidence: 0.95 };
    const spoken = SPOKEN.exec(text)?.[0].toLowerCase();
    if (spoken === undefined) return undefined;
    const signs = spoken.replace(
      /\s+(at|dot|underscore|dash|hyphen|plus)\s+/g,
      (_, word: string) => SPOKEN_SIGNS[word] ?? '',
    );
    return { value: signs, confidence: 0.8 };
  };
  return { kind: 'email', recognise: (text) => preferCorrection(text, find) };
}

const TOKEN = /\d+|[a-z]+/gi;
const REPEATS: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
]);

function digitRuns(text: string): readonly string[] {
  const runs: string[] = [];
  let run = '';
  let repeat = 1;
  let end = 0;
  const close = (): void => {
    if (run !== '') runs.push(run);
    run = '';
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const word = token.toLowerCase();
    // Spaces, commas, brackets, hyphens and points group digits; a sentence ends them.
    if (!/^[\s,()/.-]*$/.test(text.slice(end, index)) || /[.]\s/.test(text.slice(end, index))) close();
    end = index + token.length;
    const digit = digitOf(word);
    if (digit !== undefined) run += digit.repeat(repeat);
    else if (!REPEATS.has(word)) close();
    repeat = REPEATS.get(word) ?? 1;
  }
  close();
  return runs;
}

function digitOf(word: string): string | undefined {
  if (/^\d+$/.test(word)) return word;
  if (word === 'oh' || word === 'o') return '0';
  const value = smallNumber(word);
  return value !== undefined && value < 10 ? `${value}` : undefined;
}

function longest(runs: readonly string[]): string | undefined {
  return runs.reduce<string | undefined>(
    (best, run) => (run.length > (best?.length ?? 0) ? run : best),
    undefined,
  );
}
