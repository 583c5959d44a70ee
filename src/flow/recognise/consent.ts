/** A yes that stands alone: what may be acted upon where it costs something. */
import { spokenNumbers } from './number-words.ts';
import { AGREEABLE_NO, asTyped, NO, RIGHT, YES, yesNo } from './yes-no.ts';

/** What was read back: a yes may say it again. */
export interface ReadBack {
  /** In small letters. */
  readonly words: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
  /** The words name the same day or time as is known. */
  readonly isSameDay: boolean;
}

export const NOTHING_READ_BACK: ReadBack = { words: new Set(), numbers: new Set(), isSameDay: false };

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** More than this many words beside the yes, and it may be about something else. */
const MOST_OTHERS = 4;
const PHRASES =
  /\b(?:i(?:'d| would) (?:like|love)(?: to| that)?|i want (?:to|that|it)|(?:it|that|this) is|(?:it|that|this)'s|i (?:do|am)|i'm|you (?:can|may)|i (?:already |just )?said yes|sure thing|go (?:for it|on|ahead)|thank you(?: (?:very|so) much)?|of course|all right|sounds (?:fine|good|great))\b/g;
const POLITE = set("please thanks sir madam ma'am kindly dear well um uh oh ah hm hmm er");
const OTHERS = set(
  "i i'll we we'll let's it that this the a my do to for with by of so then and just really very much fine good great happy take pay book proceed ahead amount day date payment card",
);
/** Of a restatement; harmless only beside the number or the day that they belong to. */
const MEASURES = set('dollar dollars euro euros pound pounds cent cents usd eur gbp on at the in');
const DAYS =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|today|tonight|tomorrow|next|week|noon|midnight|morning|afternoon|evening|[ap]m|o'clock|\d+(?:st|nd|rd|th)|(?:twenty|thirty)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)$/;
const DAY_NAMES = /\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow)\b/g;
/** Somebody who ends so was not finished. */
const UNFINISHED = /\b(?:and|so|for|with|the|a|my|of|by|at|on|in)[^\p{L}\p{N}]*$/u;

/**
 * Whether the words agree and do nothing else. Courtesy may stand beside the yes, what was read back, and about four small
 * words that change nothing; any other word, a question, another number or day, and it is not known what was agreed to.
 * English only; stricter than {@link yesNo}, and never a yes where that has none.
 */
export function consents(text: string, { words, numbers, isSameDay }: ReadBack = NOTHING_READ_BACK): boolean {
  const said = asTyped(text);
  if (said.includes('?') || UNFINISHED.test(said) || yesNo().recognise(text)?.value !== true) return false;
  let rest = said;
  for (const agreement of [AGREEABLE_NO, RIGHT, PHRASES, YES]) {
    rest = rest.replace(new RegExp(agreement, 'g'), ' ; ');
  }
  // Cents of amounts in digits; then numbers in words and digits.
  rest = rest.replace(/(?<![\w.,])\d{1,3}(?:,\d{3})*(?:\d*)\.\d\d(?![\w.])/g, (amount) =>
    numbers.has(Number(amount.replaceAll(',', ''))) ? ' ; ' : amount,
  );
  for (const { value, start, end } of [...spokenNumbers(rest)].reverse()) {
    if (numbers.has(value)) rest = `${rest.slice(0, start)} ; ${rest.slice(end)}`;
  }
  if ((rest.match(DAY_NAMES) ?? []).length > 1) return false;
  let others = 0;
  for (const word of rest.split(/[^\p{L}\p{N}']+/u)) {
    if (word === '' || POLITE.has(word) || words.has(word) || MEASURES.has(word)) continue;
    if (isSameDay && DAYS.test(word)) continue;
    if (!OTHERS.has(word)) return false;
    others += 1;
  }
  return others <= MOST_OTHERS;
}

/**
 * Whether the words speak of a yes or a no and are no consent: then whoever finds one in them is wrong. Words that have
 * neither, those of another language perhaps, are for others to judge.
 */
export function precludesConsent(text: string, readBack: ReadBack = NOTHING_READ_BACK): boolean {
  const said = asTyped(text);
  const speaks = [YES, RIGHT, NO, AGREEABLE_NO].some((pattern) => said.search(pattern) >= 0);
  return speaks && !consents(text, readBack);
}

/** Whether the words are a plain no, which nobody may take for a yes. */
export function denies(text: string): boolean {
  return yesNo().recognise(text)?.value === false;
}
