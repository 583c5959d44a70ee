/** What stands in a recording for a secret: something of its kind, the same each time, that tells nothing of it. */
import type { Random } from '../../wire/index.ts';

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;
/** A digit, written or spoken. */
const DIGIT = /\d|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b/gi;
const LETTERS = /\p{L}+/gu;
/** Secrets that are remembered; of more the oldest are forgotten. */
const MAX_KNOWN = 2_000;
/** Shorter words are everywhere. */
const MIN_WORD = 4;
const MIN_DIGITS = 4;
const TRIES = 20;
/** How the session itself shows a card. */
const CARD_MASK = /(?<=\[card ending )\d{4}(?=\])/g;
const MIN_CARD_DIGITS = 12;

/**
 * Digits become other digits, spoken or written as they were, and letters other letters; what is between them stays. The same
 * secret becomes the same surrogate however it is written, so that what was equal is still equal. They are drawn by chance,
 * and nothing of the drawing is kept.
 */
export class Surrogates {
  readonly #random: Random;
  readonly #drawn = new Map<string, string>();
  /** Last digits of numbers that may be cards. */
  readonly #endings = new Map<string, string>();
  #known: RegExp | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What stands for a secret; it is known from now on. */
  of(secret: string): string {
    const digits = [...secret.matchAll(DIGIT)].map(([found]) => digitOf(found)).join('');
    const drawn = digits.length < 2 ? digits : this.#draw(digits, () => this.#digits(digits));
    if (digits.length >= MIN_CARD_DIGITS) this.#endings.set(digits.slice(-4), drawn.slice(-4));
    let at = 0;
    const renumbered = secret.replace(DIGIT, (found) => {
      const digit = drawn[at++] ?? '0';
      if (/\d/.test(found)) return digit;
      return cased(WORDS[Number(digit)] ?? digit, found);
    });
    // Spoken digits were replaced already.
    const drawnWhole = renumbered.replace(LETTERS, (word) => (isDigitWord(word) ? word : this.#word(word)));
    // A name of short words is known by all of them.
    if (secret.length >= MIN_WORD) this.#remember(secret.toLowerCase(), drawnWhole.toLowerCase());
    return drawnWhole;
  }

  /** The text with every secret that is known by now replaced. */
  inText(text: string): string {
    if (this.#drawn.size === 0) return text;
    this.#known ??= knownPattern([...this.#drawn.keys()]);
    const unmasked = text.replace(CARD_MASK, (ending) => this.#endings.get(ending) ?? ending);
    return unmasked.replace(this.#known, (found) => {
      const drawn = this.#drawn.get(found.toLowerCase());
      return drawn === undefined ? found : casedAlike(drawn, found);
    });
  }

  #word(word: string): string {
    if (word.length < 2) return word;
    const drawn = this.#draw(word.toLowerCase(), () => this.#letters(word.length));
    return cased(drawn, word);
  }

  #draw(secret: string, make: () => string): string {
    const known = this.#drawn.get(secret);
    if (known !== undefined) return known;
    let drawn = make();
    for (let round = 0; round < TRIES && (drawn === secret || this.#drawn.has(drawn)); round++)
      drawn = make();
    this.#remember(secret, drawn);
    return drawn;
  }

  #remember(secret: string, drawn: string): void {
    if (this.#drawn.has(secret)) return;
    const [oldest] = this.#drawn.keys();
    if (oldest !== undefined && this.#drawn.size >= MAX_KNOWN) this.#drawn.delete(oldest);
    this.#drawn.set(secret, drawn);
    this.#known = undefined;
  }

  /** As many digits; a valid check digit stays one, and a number keeps its length. */
  #digits(like: string): string {
    const drawn = [...like].map((digit, index) => {
      const least = index === 0 && digit !== '0' ? 1 : 0;
      return least + Math.floor(this.#random() * (10 - least));
    });
    if (like.length >= 13 && luhn([...like].map(Number)) === 0) {
      drawn[drawn.length - 1] = 0;
      drawn[drawn.length - 1] = (10 - luhn(drawn)) % 10;
    }
    return drawn.join('');
  }

  #letters(length: number): string {
    const letter = (): string => String.fromCharCode(97 + Math.floor(this.#random() * 26));
    return Array.from({ length }, letter).join('');
  }
}

/** The sum of a payment card's digits, 0 for a valid number. */
function luhn(digits: readonly number[]): number {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10;
}

function digitOf(found: string): string {
  if (/\d/.test(found)) return found;
  const word = found.toLowerCase();
  return word === 'oh' ? '0' : String(WORDS.indexOf(word as (typeof WORDS)[number]));
}

function isDigitWord(word: string): boolean {
  return word.toLowerCase() === 'oh' || (WORDS as readonly string[]).includes(word.toLowerCase());
}

/** In the case of what it stands for: all of it, its beginning, or none. */
function cased(text: string, like: string): string {
  if (like.length > 1 && like === like.toUpperCase() && like !== like.toLowerCase())
    return text.toUpperCase();
  const first = like.charAt(0);
  return first === first.toLowerCase() ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Words and numbers as they stand by themselves. */
function knownPattern(secrets: readonly string[]): RegExp {
  const parts = secrets
    .filter((secret) => secret.length >= (/^\d/.test(secret) ? MIN_DIGITS : MIN_WORD))
    .sort((a, b) => b.length - a.length);
  if (parts.length === 0) return /(?!)/g;
  const plain = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\d])(?:${plain.join('|')})(?![\\p{L}\\d])`, 'giu');
}

/** Each word in the case of the word that it stands for. */
function casedAlike(text: string, like: string): string {
  const words = like.match(LETTERS) ?? [];
  let at = 0;
  return text.replace(LETTERS, (word) => cased(word, words[at++] ?? word));
}
