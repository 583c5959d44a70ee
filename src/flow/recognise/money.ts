import { spokenNumbers } from './number-words.ts';
import { plainSigns, preferCorrection, type Recogniser, type Recognition } from './recogniser.ts';

/** An amount in the currency's main unit: 12.5 USD is twelve dollars fifty. */
export type Money = {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
};

export interface MoneyOptions {
  /** What "dollars" and `$` mean. @default 'USD' */
  readonly dollar?: string;
}

/** Names and signs of currencies; the dollar is looked up in the options. */
const CURRENCIES: ReadonlyArray<readonly [words: string, code: string]> = [
  ['\\$|dollars?|bucks?', 'dollar'],
  ['€|euros?|eur', 'EUR'],
  ['£|pounds?(?: sterling)?|quid|gbp', 'GBP'],
  ['¥|yen|jpy', 'JPY'],
  ['₹|rupees?|inr', 'INR'],
  ['francs?|chf', 'CHF'],
  ['usd', 'USD'],
  ['cad', 'CAD'],
  ['aud', 'AUD'],
];
const ANY_UNIT: string = CURRENCIES.map(([words]) => words).join('|');
const SIGNS = '[$€£¥₹]|\\b(?:usd|eur|gbp|jpy|inr|chf|cad|aud)\\b';
/** Digits with thousands and decimals, in either manner. */
const AMOUNT = '\\d{1,3}(?:[,.\\u00a0 ]\\d{3})+(?:[.,]\\d{1,2})?(?!\\d)|\\d+(?:[.,]\\d{1,2})?(?![\\d])';
const FACTOR = '(?:\\s*(k|thousand|m|million|bn|billion)(?![a-z]))?';
const FACTORS: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
};

/**
 * An amount with its currency: "$1,250.50", "1.250,50 €", "5k dollars", "twenty euros", "five dollars and fifty cents",
 * "80 cents". A number without a currency is none. Confidence 0.95 in digits, 0.9 in words.
 */
export function money({ dollar = 'USD' }: MoneyOptions = {}): Recogniser<Money> {
  const find = (text: string): Recognition<Money> | undefined =>
    signFirst(text, dollar) ?? digitsFirst(text, dollar) ?? words(text, dollar);
  return { kind: 'money', recognise: (text) => preferCorrection(plainSigns(text), find) };
}

function signFirst(text: string, dollar: string): Recognition<Money> | undefined {
  const match = new RegExp(`(${SIGNS})\\s*(${AMOUNT})${FACTOR}`, 'i').exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = '', factor] = match;
  return found(decimal(digits) * factorOf(factor), codeOf(sign, dollar), 0.95);
}

function digitsFirst(text: string, dollar: string): Recognition<Money> | undefined {
  const match = new RegExp(`(?<![\\w.,])(${AMOUNT})${FACTOR}\\s*(${ANY_UNIT})(?![a-z])`, 'i').exec(text);
  if (match === null) return undefined;
  const [whole, digits = '', factor, unit = ''] = match;
  const cents = centsAfter(text.slice(match.index + whole.length));
  return found(decimal(digits) * factorOf(factor) + cents / 100, codeOf(unit, dollar), 0.95);
}

function words(text: string, dollar: string): Recognition<Money> | undefined {
  for (const { value, end, isDigits } of spokenNumbers(text)) {
    const rest = text.slice(end);
    const unit = new RegExp(`^\\s*(?:of )?(${ANY_UNIT})(?![a-z])`, 'i').exec(rest);
    const confidence = isDigits ? 0.95 : 0.9;
    if (unit?.[1] !== undefined) {
      const cents = centsAfter(rest.slice(unit[0].length));
      return found(value + cents / 100, codeOf(unit[1], dollar), confidence);
    }
    if (/^\s*cents?\b/i.test(rest)) return found(value / 100, dollar, confidence);
    if (/^\s*(?:pence|p)\b/i.test(rest)) return found(value / 100, 'GBP', confidence);
  }
  return undefined;
}

/** "and fifty cents" behind an amount. */
function centsAfter(rest: string): number {
  const match = /^\s*(?:,\s*|and\s+)?((?:[a-z]+[\s-]+){0,3}?[a-z]+|\d{1,2})\s*(?:cents?|pence)\b/i.exec(rest);
  if (match === null) return 0;
  const [first] = spokenNumbers(match[1] ?? '');
  return first !== undefined && first.value < 100 ? first.value : 0;
}

/** The last separator before one or two digits is the decimal one; all others are of thousands. */
function decimal(digits: string): number {
  const [, whole = '', fraction = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits) ?? [];
  return Number(`${whole.replace(/\D/g, '')}.${fraction === '' ? '0' : fraction}`);
}

function factorOf(word: string | undefined): number {
  return FACTORS[word?.toLowerCase() ?? ''] ?? 1;
}

function codeOf(unit: string, dollar: string): string {
  const code = CURRENCIES.find(([words]) => new RegExp(`^(?:${words})$`, 'i').test(unit))?.[1] ?? 'dollar';
  return code === 'dollar' ? dollar : code;
}

function found(amount: number, currency: string, confidence: number): Recognition<Money> {
  return { value: { amount: Math.round(amount * 100) / 100, currency }, confidence };
}
