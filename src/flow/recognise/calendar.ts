/** Dates as people count them, without zones and without a clock of their own. */

/** A moment on a calendar and clock on the wall. Months are 1 to 12. */
export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** A day, as `2025-03-07`. */
export type IsoDay = string;

const DAY_MS = 86_400_000;

/** What a wall clock in a zone (IANA, for example `Europe/Berlin`) shows at this time. Throws a `RangeError` on an unknown zone. */
export function calendarTime(epochMs: number, timeZone: string): CalendarTime {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(epochMs);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
  };
}

/** Minutes since 1970 on the wall; differences are of wall time. */
export function toMinutes({ year, month, day, hour, minute }: CalendarTime): number {
  return Date.UTC(year, month - 1, day, hour, minute) / 60_000;
}

export function fromMinutes(minutes: number): CalendarTime {
  const date = new Date(minutes * 60_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** The day of a date; undefined for one that does not exist, such as 30 February. */
export function isoDay(year: number, month: number, day: number): IsoDay | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900 && year <= 9999;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}

export function addDays(day: IsoDay, days: number): IsoDay {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of a later month, or its last one where that has fewer. */
export function addMonths(day: IsoDay, months: number): IsoDay {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastDay))).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: IsoDay): number {
  return new Date(Date.parse(day)).getUTCDay();
}
