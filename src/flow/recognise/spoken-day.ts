/** Which day was meant, counted from today. */
import { addDays, addMonths, type IsoDay, isoDay, weekdayOf } from './calendar.ts';
import { smallNumber, spokenNumbers } from './number-words.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?';
const ORDINALS =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );
const ORDINAL_WORD = `(?:twenty|thirty)[\\s-](?:${ORDINALS.slice(0, 9).join('|')})|${ORDINALS.join('|')}|thirtieth`;
const DAY = `(\\d{1,2})(?:st|nd|rd|th)?|(${ORDINAL_WORD})`;
const YEAR = '(?:,?\\s+(\\d{4}))?';

const ISO = /\b(\d{4})-(\d{2})-(\d{2})(?!\d)/;
const MONTH_FIRST = new RegExp(`\\b${MONTH}\\s+(?:the\\s+)?(?:${DAY})\\b(?!:|\\s*[ap]\\.?m)${YEAR}`);
const DAY_FIRST = new RegExp(`\\b(?:${DAY})\\s+(?:of\\s+)?${MONTH}${YEAR}`);
const WEEKDAY = new RegExp(
  `\\b(?:(next|this|on|coming|by)\\s+)?(${WEEKDAYS.join('|')})s?\\b(?:\\s+(next)\\s+week)?`,
);
const AHEAD = /\bin\s+((?:[a-z]+[\s-]+){0,2}?[a-z]+|\d+)\s+(days?|weeks?|months?)\b/;

/**
 * The day named in lower-case text: ISO dates, today, tonight, tomorrow, the day after tomorrow, yesterday, weekdays,
 * "in two weeks", "next week", "March 4th", "the fourth of March 2026". A date without a year is the next such date. A
 * weekday is the next such day, never today unless "this" is said; "next Friday" said in the week before it is the Friday of next week.
 */
export function spokenDay(text: string, today: IsoDay): IsoDay | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) return isoDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  return namedDate(text, today) ?? relativeDay(text, today) ?? weekday(text, today);
}

function namedDate(text: string, today: IsoDay): IsoDay | undefined {
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) {
    const [, month = '', digits, word, year] = monthFirst;
    return dateOf(month, digits, word, year, today);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst === null) return undefined;
  const [, digits, word, month = '', year] = dayFirst;
  return dateOf(month, digits, word, year, today);
}

function dateOf(
  monthWord: string,
  digits: string | undefined,
  word: string | undefined,
  yearDigits: string | undefined,
  today: IsoDay,
): IsoDay | undefined {
  const month = MONTHS.indexOf(monthWord.slice(0, 3)) + 1;
  const day = digits === undefined ? ordinal(word ?? '') : Number(digits);
  if (yearDigits !== undefined) return isoDay(Number(yearDigits), month, day);
  const thisYear = Number(today.slice(0, 4));
  // 29 February may be some years away.
  for (let year = thisYear; year <= thisYear + 8; year++) {
    const date = isoDay(year, month, day);
    if (date !== undefined && date >= today) return date;
  }
  return undefined;
}

function ordinal(word: string): number {
  const [one = '', other] = word.split(/[\s-]/);
  if (other !== undefined) return (smallNumber(one) ?? 0) + ORDINALS.indexOf(other) + 1;
  return one === 'thirtieth' ? 30 : ORDINALS.indexOf(one) + 1;
}

function relativeDay(text: string, today: IsoDay): IsoDay | undefined {
  if (/\bday after tomorrow\b/.test(text)) return addDays(today, 2);
  if (/\btomorrow\b/.test(text)) return addDays(today, 1);
  if (/\b(?:today|tonight|this (?:morning|afternoon|evening))\b/.test(text)) return today;
  if (/\byesterday\b/.test(text)) return addDays(today, -1);
  const ahead = AHEAD.exec(text);
  if (ahead !== null) {
    const count = countOf(ahead[1] ?? '');
    const unit = ahead[2] ?? '';
    if (count === undefined || count > 1000) return undefined;
    if (unit.startsWith('month')) return addMonths(today, count);
    return addDays(today, unit.startsWith('week') ? count * 7 : count);
  }
  if (/\bnext month\b/.test(text)) return addMonths(today, 1);
  return undefined;
}

/** "a", "two", "14". */
export function countOf(words: string): number | undefined {
  if (/^an?$/.test(words.trim())) return 1;
  if (/^a couple(?: of)?$/.test(words.trim())) return 2;
  const [only, more] = spokenNumbers(words);
  return more === undefined && only !== undefined && only.value >= 0 ? only.value : undefined;
}

function weekday(text: string, today: IsoDay): IsoDay | undefined {
  const match = WEEKDAY.exec(text);
  if (match === null) return /\bnext week\b/.test(text) ? addDays(today, 7) : undefined;
  const [, before, name = '', after] = match;
  const now = weekdayOf(today);
  const wanted = WEEKDAYS.indexOf(name);
  const ahead = (wanted - now + 7) % 7 || (before === 'this' ? 0 : 7);
  if (before !== 'next' && after !== 'next') return addDays(today, ahead);
  // Weeks begin on Monday.
  const toNextMonday = (8 - now) % 7 || 7;
  return addDays(today, toNextMonday + ((wanted + 6) % 7));
}
