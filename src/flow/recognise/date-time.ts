import { addDays, type CalendarTime, fromMinutes, isoDay, toMinutes } from './calendar.ts';
import { plainSigns, preferCorrection, type Recogniser, type Recognition } from './recogniser.ts';
import { countOf, spokenDay } from './spoken-day.ts';
import { spokenTime } from './spoken-time.ts';

export interface DateTimeOptions {
  /** What the wall clock of the user shows now; see `calendarTime`. */
  readonly now: () => CalendarTime;
}

const AHEAD = /\bin\s+((?:[a-z]+[\s-]+){0,2}?[a-z]+|\d+)\s+(minutes?|hours?)\b(?:\s+and\s+a\s+(half))?/;

/**
 * A day, a time, or both, on the user's own wall clock: `2025-03-07`, or `2025-03-07T19:00`. English only. Days as
 * {@link spokenDay} has them, times as {@link spokenTime} has them, and "in twenty minutes", "in half an hour". A time
 * without a day is the next such time. Numeric dates with slashes are left alone: nobody knows which is the month.
 * Confidence 0.9; 0.7 where morning or evening was guessed or the day followed from the time.
 */
export function dateTime({ now }: DateTimeOptions): Recogniser<string> {
  const find = (text: string): Recognition<string> | undefined => recognise(text, now());
  return {
    kind: 'dateTime',
    recognise: (text) => preferCorrection(plainSigns(text).toLowerCase(), find),
  };
}

function recognise(text: string, now: CalendarTime): Recognition<string> | undefined {
  const today = isoDay(now.year, now.month, now.day);
  if (today === undefined) return undefined;
  const ahead = minutesAhead(text);
  if (ahead !== undefined) return { value: isoMinute(fromMinutes(toMinutes(now) + ahead)), confidence: 0.9 };
  const iso = /\b(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})/.exec(text);
  const day = spokenDay(text, today);
  if (iso?.[2] !== undefined && day !== undefined) return { value: `${day}T${iso[2]}`, confidence: 0.95 };
  const time = spokenTime(text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, ' '));
  if (time === undefined) return day === undefined ? undefined : { value: day, confidence: 0.9 };
  if (day !== undefined)
    return { value: `${day}T${clock(time.minutes)}`, confidence: time.isSure ? 0.9 : 0.7 };
  const isPast = time.minutes <= now.hour * 60 + now.minute;
  return { value: `${isPast ? addDays(today, 1) : today}T${clock(time.minutes)}`, confidence: 0.7 };
}

function minutesAhead(text: string): number | undefined {
  if (/\bin half an hour\b/.test(text)) return 30;
  const match = AHEAD.exec(text);
  if (match === null) return undefined;
  const count = countOf(match[1] ?? '');
  if (count === undefined || count > 10_000) return undefined;
  const unit = match[2]?.startsWith('hour') === true ? 60 : 1;
  return (count + (match[3] === undefined ? 0 : 0.5)) * unit;
}

function clock(minutes: number): string {
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function isoMinute({ year, month, day, hour, minute }: CalendarTime): string {
  return `${isoDay(year, month, day)}T${pad(hour)}:${pad(minute)}`;
}

function pad(number: number): string {
  return `${number}`.padStart(2, '0');
}
