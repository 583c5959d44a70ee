/** What a guest's words say about a table: how many, which day, what time, which name. */

/** What a booking needs. */
export interface BookingSlots {
  readonly party?: number;
  /** `friday`, `today`, `tomorrow`. */
  readonly day?: string;
  /** 24-hour `19:30`. */
  readonly time?: string;
  readonly name?: string;
}

/** What was asked last: it decides what a bare answer such as `seven` means. */
export type SlotName = keyof BookingSlots;

const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const NUMBER = `(?:\\d{1,2}|${NUMBERS.slice(1).join('|')})`;
const DAYS = /\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|tonight)\b/i;
const PARTY = [
  new RegExp(`\\b(?:table|booking|reservation|party|dinner|lunch|group) (?:for|of) (${NUMBER})\\b`, 'i'),
  new RegExp(
    `\\b(?:for|make it|we(?:'re| are|'ll be| will be)|there (?:are|will be)) (${NUMBER})(?! ?(?:o'clock|am|pm|a\\.m|p\\.m|:|thirty|fifteen))(?= (?:of us|people|persons?|guests?|adults?)|\\b)`,
    'i',
  ),
  new RegExp(`\\b(${NUMBER}) (?:of us|people|persons?|guests?|adults?)\\b`, 'i'),
  /\b(?:just|only) (me)\b/i,
];
const NAME =
  /\b(?:my name is|the name is|name's|i am|i'm|this is|under(?: the name(?: of)?)?|name of)\s+([\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)*)/iu;
const NOT_NAMES = /^(?:a|an|the|not|looking|calling|here|sorry|afraid|sure|happy|it|going|interested)$/i;

/** Reads every slot the words mention; `asked` gives a bare answer its meaning. */
export function readBookingWords(text: string, asked: SlotName | undefined): BookingSlots {
  const time = readTime(text, asked === 'time');
  const day = DAYS.exec(text)?.[1]?.toLowerCase().replace('tonight', 'today');
  const party = readParty(time === undefined ? text : text.replace(TIME_WORDS, ' '), asked === 'party');
  const name = readName(text, asked === 'name');
  return {
    ...(party === undefined ? {} : { party }),
    ...(day === undefined ? {} : { day }),
    ...(time === undefined ? {} : { time }),
    ...(name === undefined ? {} : { name }),
  };
}

/** `19:30` as people say it: `7:30 pm`. */
export function spokenTime(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const half = hour >= 12 ? 'pm' : 'am';
  const shown = hour % 12 === 0 ? 12 : hour % 12;
  return minute === 0 ? `${shown} ${half}` : `${shown}:${String(minute).padStart(2, '0')} ${half}`;
}

function readParty(text: string, bare: boolean): number | undefined {
  for (const pattern of PARTY) {
    const said = pattern.exec(text)?.[1];
    if (said !== undefined) return said.toLowerCase() === 'me' ? 1 : numberOf(said);
  }
  const said = bare ? new RegExp(`\\b${NUMBER}\\b`, 'i').exec(text)?.[0] : undefined;
  return said === undefined ? undefined : numberOf(said);
}

const TIME_WORDS = new RegExp(
  [
    `\\b(half past|quarter past|quarter to) (${NUMBER})\\b(?:\\s*([ap])\\.?m\\b\\.?)?`,
    `\\b(\\d{1,2})[:.](\\d{2})\\b(?:\\s*([ap])\\.?m\\b\\.?)?`,
    `\\b(${NUMBER})(?: (thirty|fifteen|forty-five))?\\s*(?:o'clock|([ap])\\.?m\\b\\.?)`,
    `\\b(?:at|around|about) (${NUMBER})(?![:.]?\\d|\\s*(?:[ap]\\.?m|o'clock))(?: (thirty|fifteen|forty-five))?\\b`,
  ].join('|'),
  'i',
);

const MINUTES: Readonly<Record<string, number>> = { thirty: 30, fifteen: 15, 'forty-five': 45 };

function readTime(text: string, bare: boolean): string | undefined {
  const match = TIME_WORDS.exec(text);
  if (match === null) {
    const said = bare ? new RegExp(`\\b(${NUMBER})\\b`, 'i').exec(text)?.[1] : undefined;
    return said === undefined ? noonOrMidnight(text) : clockTime(numberOf(said), 0, undefined);
  }
  const [, past, pastHour, pastHalf, hour, minute, half, wordHour, wordMinute, wordHalf, atHour, atMinute] =
    match;
  if (pastHour !== undefined) {
    const quarter = past?.toLowerCase().startsWith('quarter') === true;
    const before = past?.toLowerCase().endsWith('to') === true;
    const base = numberOf(pastHour) - (before ? 1 : 0);
    return clockTime(base, before ? 45 : quarter ? 15 : 30, pastHalf);
  }
  if (hour !== undefined) return clockTime(Number(hour), Number(minute), half);
  const minutes = MINUTES[(wordMinute ?? atMinute ?? '').toLowerCase()] ?? 0;
  return clockTime(numberOf(wordHour ?? atHour ?? ''), minutes, wordHalf);
}

function noonOrMidnight(text: string): string | undefined {
  return /\bnoon\b/i.test(text) ? '12:00' : undefined;
}

/** Restaurants mean the evening: 1 to 11 without `am` are after noon. */
function clockTime(hour: number, minute: number, half: string | undefined): string | undefined {
  if (hour > 23 || minute > 59) return undefined;
  const morning = half?.toLowerCase() === 'a';
  const hours = hour >= 1 && hour <= 11 && !morning ? hour + 12 : hour;
  return `${String(hours).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function readName(text: string, bare: boolean): string | undefined {
  const said = NAME.exec(text)?.[1];
  if (said !== undefined && !NOT_NAMES.test(said.split(/\s/)[0] ?? '') && !DAYS.test(said)) return said;
  if (!bare) return undefined;
  const answer = text
    .replace(/[.,!?]/g, ' ')
    .replace(/^(?:it's|it is|that's|yes|well|uh|um)\s+/i, '')
    .trim();
  return /^\p{L}[\p{L}' -]{0,40}$/u.test(answer) && !/^(?:yes|no|ok(?:ay)?|sure)$/i.test(answer)
    ? answer
    : undefined;
}

function numberOf(said: string): number {
  const word = NUMBERS.indexOf(said.toLowerCase());
  return word >= 0 ? word : Number(said);
}
