import type { FoundSecret } from './secret-finder.ts';

export interface DigitRules {
  /** Masks payment cards: 13 to 19 digits with a valid check digit. */
  readonly cards: boolean;
  /** Masks runs of at least so many digits; Infinity masks none. */
  readonly minDigits: number;
}

/** What stands for a run of digits. */
export const DIGITS_MASK = '[digits]';
/** Digits that a run holds; longer ones are masked whole. */
export const MAX_RUN_DIGITS = 64;

const SHORTEST_CARD = 13;
const LONGEST_CARD = 19;

/** A run of digits in groups, as it is written or spoken, and the verdict on it. */
export class DigitRun {
  readonly #values: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Indexes of the first digit of each group, ascending. */
  readonly #groups: number[] = [];

  get length(): number {
    return this.#values.length;
  }

  get start(): number {
    return this.#starts[0] ?? Number.POSITIVE_INFINITY;
  }

  get end(): number {
    return this.#ends[this.length - 1] ?? 0;
  }

  /** Digits of the group in progress. */
  get groupLength(): number {
    return this.length - (this.#groups[this.#groups.length - 1] ?? 0);
  }

  add(value: number, start: number, end: number, newGroup: boolean): void {
    if (newGroup || this.length === 0) this.#groups.push(this.length);
    this.#values.push(value);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Tells of the secrets in a run that has ended: the whole, or every card between ends of groups. */
  judge(rules: DigitRules, found: FoundSecret): void {
    const total = this.length;
    if (rules.cards && this.#isCard(0, total)) return this.#tell(0, total, found);
    if (total >= rules.minDigits) return found(this.start, this.end, DIGITS_MASK);
    if (!rules.cards) return;
    for (const from of this.#groups) {
      for (const to of [...this.#groups, total]) if (this.#isCard(from, to)) this.#tell(from, to, found);
    }
  }

  #tell(from: number, to: number, found: FoundSecret): void {
    const lastFour = this.#values.slice(to - 4, to).join('');
    found(this.#starts[from] ?? 0, this.#ends[to - 1] ?? 0, `[card ending ${lastFour}]`);
  }

  /** ISO/IEC 7812-1, annex B: the check digit. */
  #isCard(from: number, to: number): boolean {
    const length = to - from;
    if (length < SHORTEST_CARD || length > LONGEST_CARD) return false;
    let sum = 0;
    for (let index = to - 1, double = false; index >= from; index--, double = !double) {
      const value = this.#values[index] ?? 0;
      const weighed = double ? value * 2 : value;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 === 0;
  }
}
