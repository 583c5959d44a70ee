/** Which time of day was meant. */
import { smallNumber } from './number-words.ts';

/** Minutes since midnight; `isSure` is false where morning or evening had to be guessed. */
export interface SpokenTime {
  readonly minutes: number;
  readonly isSure: boolean;
}

const HOUR_WORDS = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve';
const HOUR = `(\\d{1,2}|${HOUR_WORDS})`;
const HALF = '\\s*(a\\.?m\\b\\.?|p\\.?m\\b\\.?)';
const MINUTE_WORDS =
  '(?:oh[\\s-])?(?:(?:twenty|thirty|forty|fifty)(?:[\\s-](?:one|two|three|four|five|six|seven|eight|nine))?|five|ten|fifteen)';

const CLOCK = new RegExp(`\\b([01]?\\d|2[0-3])[:.]([0-5]\\d)(?!\\d|[.:]\\d)(?:${HALF})?`);
const FRACTION = new RegExp(
  `\\b(half|quarter|five|ten|twenty|twenty[\\s-]five|\\d{1,2}) (?:minutes )?(past|after|to|before) ${HOUR}\\b(?:${HALF})?`,
);
const WITH_HALF = new RegExp(`\\b${HOUR}(?:[\\s-](${MINUTE_WORDS}))?${HALF}`);
const IN_THE = new RegExp(
  `\\b${HOUR}(?:[\\s-](${MINUTE_WORDS}))?\\s+(?:in the (?:morning|afternoon|evening)|at night|tonight|tomorrow (?:morning|evening|afternoon))\\b`,
);
const O_CLOCK = new RegExp(`\\b${HOUR}\\s+o'? ?clock\\b(?:${HALF})?`);
/** Only after "at", "by", "around" and the like: else any number would be a time. */
const AT = new RegExp(
  `\\b(?:at|by|around|about|until|till|before|after|from)\\s+${HOUR}(?:[\\s-](${MINUTE_WORDS}))?\\b(?!\\s*(?:[:.]\\d|%|people|persons|guests|minutes?|hours?|days?|weeks?|months?|dollars?|euros?|pounds?|(?:st|nd|rd|th)\\b))(?!-)`,
);

/**
 * The time named in lower-case text: `15:30`, "3 pm", "three thirty pm", "half past three", "quarter to five", "seven
 * o'clock", "at seven", "seven in the evening", noon, midnight. Without am or pm the words morning, afternoon, evening and tonight decide; else
 * one to six and twelve are after noon, seven to eleven before it.
 */
export function spokenTime(text: string): SpokenTime | undefined {
  if (/\b(?:noon|midday)\b/.test(text)) return { minutes: 12 * 60, isSure: true };
  if (/\bmidnight\b/.test(text)) return { minutes: 0, isSure: true };
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, hour = '', minute = '', half] = clock;
    const isPlain = half === undefined && (Number(hour) > 12 || hour.length === 2 || Number(hour) === 0);
    if (isPlain && dayPart(text) === undefined)
      return { minutes: Number(hour) * 60 + Number(minute), isSure: true };
    return timeOf(Number(hour), Number(minute), half, text);
  }
  const fraction = FRACTION.exec(text);
  if (fraction !== null) return fractionOf(fraction, text);
  const [, hour, minute, half] = WITH_HALF.exec(text) ?? [];
  if (hour !== undefined) return timeOf(hourOf(hour), minuteOf(minute), half, text);
  const oClock = O_CLOCK.exec(text);
  if (oClock !== null) return timeOf(hourOf(oClock[1] ?? ''), 0, oClock[2], text);
  const at = IN_THE.exec(text) ?? AT.exec(text);
  return at === null ? undefined : timeOf(hourOf(at[1] ?? ''), minuteOf(at[2]), undefined, text);
}

function fractionOf(
  [, part = '', direction, hour = '', half]: RegExpExecArray,
  text: string,
): SpokenTime | undefined {
  const minutes = part === 'half' ? 30 : part === 'quarter' ? 15 : minuteOf(part);
  const time = timeOf(hourOf(hour), 0, half, text);
  if (time === undefined || minutes >= 60) return undefined;
  const sign = direction === 'past' || direction === 'after' ? 1 : -1;
  return { ...time, minutes: (time.minutes + sign * minutes + 1440) % 1440 };
}

function timeOf(
  hour: number,
  minute: number,
  half: string | undefined,
  text: string,
): SpokenTime | undefined {
  if (hour > 24 || (half !== undefined && (hour > 12 || hour === 0))) return undefined;
  if (half === undefined && hour > 12) return { minutes: ((hour % 24) * 60 + minute) % 1440, isSure: true };
  const isKnown = half?.startsWith('p') ?? (half === undefined ? dayPart(text) : undefined);
  const afternoon = half !== undefined ? half.startsWith('p') : (isKnown ?? (hour === 12 || hour < 7));
  return {
    minutes: ((hour % 12) + (afternoon ? 12 : 0)) * 60 + minute,
    isSure: half !== undefined || isKnown !== undefined,
  };
}

/** Whether a word says afternoon (true) or morning (false). "Good morning" is a greeting. */
function dayPart(text: string): boolean | undefined {
  if (
    /\b(?:afternoon|evening|tonight|night)\b/.test(text.replace(/\bgood (?:afternoon|evening|night)\b/g, ''))
  )
    return true;
  return /\bmorning\b/.test(text.replace(/\bgood morning\b/g, '')) ? false : undefined;
}

function hourOf(word: string): number {
  return smallNumber(word) ?? Number(word);
}

function minuteOf(words: string | undefined): number {
  if (words === undefined) return 0;
  if (/^\d+$/.test(words)) return Number(words);
  const spoken = words.replace(/^oh[\s-]/, '').split(/[\s-]/);
  return spoken.reduce((sum, word) => sum + (smallNumber(word) ?? 0), 0);
}
