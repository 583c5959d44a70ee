import { DIGITS_MASK, type DigitRules, DigitRun, MAX_RUN_DIGITS } from './digit-run.ts';
import { digitValue, spokenDigit, spokenRepeat, startsSpokenDigit } from './digit-value.ts';
import type { FoundSecret, SecretFinder } from './secret-finder.ts';

/** Characters between two groups of one run. */
const MAX_GAP = 3;
const BLANK = /[\s\u00ad\u200b-\u200d\u2060\ufeff\p{Pd}]/u;
const PAUSE = /[.,\u060c\u3001\u3002]/;
const LETTER = /\p{L}/u;

/** A word that may be a digit. */
interface Word {
  readonly start: number;
  text: string;
}

/**
 * Finds cards and runs of digits. A run is digits, or English words for digits ("four two double four"), with at most
 * three blanks and dashes between them; commas and full stops too, but not after a group of two digits, which is how
 * lists of numbers and years of age look. A run of more than 64 digits is masked whole.
 */
export class DigitFinder implements SecretFinder {
  readonly #rules: DigitRules;
  readonly #found: FoundSecret;
  #run: DigitRun | undefined;
  /** Where a run ends that is too long to be held; undefined when none is. */
  #overlongEnd: number | undefined;
  #paused = false;
  #word: Word | undefined;
  /** Within a word that is no digit. */
  #inProse = false;
  #repeat: { readonly times: number; readonly start: number } | undefined;

  constructor(rules: DigitRules, found: FoundSecret) {
    this.#rules = rules;
    this.#found = found;
  }

  get openFrom(): number {
    return (
      this.#overlongEnd ??
      this.#run?.start ??
      this.#repeat?.start ??
      this.#word?.start ??
      Number.POSITIVE_INFINITY
    );
  }

  step(unit: number, position: number): void {
    const value = digitValue(unit);
    if (value < 0 && isLetter(unit)) return this.#letter(unit, position);
    this.#endWord(position);
    this.#inProse = false;
    if (value >= 0) return this.#digit(value, 1, position, position + 1, position === this.#end);
    if (!this.#bridges(unit, position)) this.#endRun();
  }

  /** Where the last digit of the run ended. */
  get #end(): number {
    return this.#overlongEnd ?? this.#run?.end ?? -1;
  }

  #digit(value: number, times: number, start: number, end: number, glued: boolean): void {
    const from = this.#repeat?.start ?? start;
    this.#repeat = undefined;
    this.#paused = false;
    if (this.#overlongEnd !== undefined) {
      this.#found(this.#overlongEnd, end, DIGITS_MASK);
      this.#overlongEnd = end;
      return;
    }
    this.#run ??= new DigitRun();
    for (let time = 0; time < times; time++) this.#run.add(value, from, end, time === 0 && !glued);
    if (this.#run.length <= MAX_RUN_DIGITS) return;
    this.#found(this.#run.start, end, DIGITS_MASK);
    this.#run = undefined;
    this.#overlongEnd = end;
  }

  #letter(unit: number, position: number): void {
    if (this.#inProse) return;
    const touchesDigit = this.#word === undefined && position === this.#end;
    this.#word ??= { start: position, text: '' };
    this.#word.text += String.fromCharCode(unit).toLowerCase();
    if (!touchesDigit && startsSpokenDigit(this.#word.text)) return;
    this.#word = undefined;
    this.#inProse = true;
    this.#endRun();
  }

  #endWord(position: number): void {
    const word = this.#word;
    if (word === undefined) return;
    this.#word = undefined;
    const value = spokenDigit(word.text);
    const times = spokenRepeat(word.text);
    if (value !== undefined) {
      this.#digit(value, this.#repeat?.times ?? 1, word.start, position, false);
    } else if (times !== undefined && this.#repeat === undefined) {
      this.#repeat = { times, start: word.start };
    } else {
      this.#endRun();
    }
  }

  /** Whether a run may go on behind this unit. */
  #bridges(unit: number, position: number): boolean {
    if (unit < 0) return false;
    const text = String.fromCharCode(unit);
    if (PAUSE.test(text)) {
      if (this.#paused || this.#repeat !== undefined || this.#run?.groupLength === 2) return false;
      this.#paused = true;
    } else if (!BLANK.test(text)) {
      return false;
    }
    const since = this.#repeat?.start ?? this.#end;
    return this.#repeat !== undefined ? position - since < MAX_REPEAT_LENGTH : position - since < MAX_GAP;
  }

  #endRun(): void {
    this.#run?.judge(this.#rules, this.#found);
    this.#run = undefined;
    this.#overlongEnd = undefined;
    this.#repeat = undefined;
    this.#paused = false;
  }
}

/** `double` or `triple` and three characters. */
const MAX_REPEAT_LENGTH = 'double'.length + MAX_GAP;

function isLetter(unit: number): boolean {
  if (unit < 0x80) return (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
  return LETTER.test(String.fromCharCode(unit));
}
