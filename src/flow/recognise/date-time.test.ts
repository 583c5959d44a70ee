import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { addDays, addMonths, calendarTime, weekdayOf } from './calendar.ts';
import { dateTime } from './date-time.ts';

/** A Wednesday. */
const NOW = { year: 2025, month: 3, day: 5, hour: 14, minute: 20 };
const at = (text: string, now = NOW): string | undefined =>
  dateTime({ now: () => now }).recognise(text)?.value;

test.each([
  ['today', '2025-03-05'],
  ['tonight at eight', '2025-03-05T20:00'],
  ['tomorrow at 7 pm', '2025-03-06T19:00'],
  ['tomorrow morning at nine', '2025-03-06T09:00'],
  ['the day after tomorrow', '2025-03-07'],
  ['Friday', '2025-03-07'],
  ['on Wednesday', '2025-03-12'],
  ['this Wednesday', '2025-03-05'],
  ['next Friday', '2025-03-14'],
  ['Sunday next week', '2025-03-16'],
  ['on Monday at noon', '2025-03-10T12:00'],
  ['in two weeks', '2025-03-19'],
  ['in a month', '2025-04-05'],
  ['in 20 minutes', '2025-03-05T14:40'],
  ['in half an hour', '2025-03-05T14:50'],
  ['in two hours and a half', '2025-03-05T16:50'],
  ['March 4th', '2026-03-04'],
  ['the fourth of March 2026', '2026-03-04'],
  ['twenty-first of May', '2025-05-21'],
  ['February 29', '2028-02-29'],
  ['March 10 at 15:30', '2025-03-10T15:30'],
  ['2025-04-01T09:15', '2025-04-01T09:15'],
  ['half past three', '2025-03-05T15:30'],
  ['quarter to five', '2025-03-05T16:45'],
  ['ten to six pm', '2025-03-05T17:50'],
  ['three thirty pm', '2025-03-05T15:30'],
  ['seven in the evening', '2025-03-05T19:00'],
  ["nine o'clock", '2025-03-06T09:00'],
  ['12 am', '2025-03-06T00:00'],
  ['12 pm', '2025-03-06T12:00'],
  ['at seven on Friday, no, Saturday at eight', '2025-03-08T08:00'],
])('On Wednesday 5 March 2025, 14:20, "%s" is %s', (text, value) => {
  expect(at(text)).toBe(value);
});

test.each([
  'may I ask',
  'in March',
  'February 30',
  '3/4',
  'good evening',
  'at 7 people',
  'a table for four',
  '',
  '25:00',
])('"%s" is no date and no time', (text) => {
  expect(at(text)).toBeUndefined();
});

const now = fc
  .date({ min: new Date('2000-01-01T00:00Z'), max: new Date('2090-12-31T00:00Z'), noInvalidDate: true })
  .map((date) => calendarTime(date.getTime(), 'UTC'));
const isoOf = ({ year, month, day }: typeof NOW): string =>
  `${year}-${`${month}`.padStart(2, '0')}-${`${day}`.padStart(2, '0')}`;

test('Dates written and spoken are the dates that they were made from', (context) => {
  verifies(context, 'extract:recognisers');
  fc.assert(
    fc.property(now, fc.integer({ min: 0, max: 364 }), fc.constantFrom(0, 1, 2), (today, ahead, form) => {
      const iso = addDays(isoOf(today), ahead);
      const date = new Date(`${iso}T00:00Z`);
      const month = date.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' });
      const day = date.getUTCDate();
      const text = [`on ${iso}`, `on ${month} ${day}`, `the ${day} of ${month}`][form] ?? '';
      expect(at(text, today), text).toBe(iso);
    }),
  );
});

test('A weekday lies in the next seven days, that of next week in the week after this one', () => {
  const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  fc.assert(
    fc.property(now, fc.integer({ min: 0, max: 6 }), (today, weekday) => {
      const iso = isoOf(today);
      const soon = at(`on ${names[weekday]}`, today) ?? '';
      const later = at(`next ${names[weekday]}`, today) ?? '';
      const daysTo = (day: string): number => (Date.parse(day) - Date.parse(iso)) / 86_400_000;
      expect([weekdayOf(soon), weekdayOf(later)]).toEqual([weekday, weekday]);
      expect(daysTo(soon)).toBeGreaterThanOrEqual(1);
      expect(daysTo(soon)).toBeLessThanOrEqual(7);
      const untilSunday = (7 - weekdayOf(iso)) % 7;
      expect(daysTo(later)).toBeGreaterThan(untilSunday);
      expect(daysTo(later)).toBeLessThanOrEqual(untilSunday + 7);
    }),
  );
});

test('Times of day are read in every common form, and the next such time is meant', () => {
  fc.assert(
    fc.property(
      now,
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      (today, hour, minute) => {
        const clock = `${`${hour}`.padStart(2, '0')}:${`${minute}`.padStart(2, '0')}`;
        const twelve = `${hour % 12 === 0 ? 12 : hour % 12}:${`${minute}`.padStart(2, '0')} ${hour < 12 ? 'a.m.' : 'PM'}`;
        const isPast = hour * 60 + minute <= today.hour * 60 + today.minute;
        const expected = `${isPast ? addDays(isoOf(today), 1) : isoOf(today)}T${clock}`;
        expect(at(`at ${clock}`, today)).toBe(expected);
        expect(at(`at ${twelve}`, today), twelve).toBe(expected);
      },
    ),
  );
});

test('Guessed mornings and days are less sure than said ones', () => {
  const sure = (text: string) => dateTime({ now: () => NOW }).recognise(text)?.confidence;
  expect([sure('tomorrow at 7 pm'), sure('tomorrow at 7'), sure('7 pm')]).toEqual([0.9, 0.7, 0.7]);
});

test('A wall clock in a zone is what that zone shows, through summer time', () => {
  const summer = Date.parse('2025-07-01T22:30:00Z');
  expect(calendarTime(summer, 'Europe/Berlin')).toEqual({
    year: 2025,
    month: 7,
    day: 2,
    hour: 0,
    minute: 30,
  });
  expect(calendarTime(summer, 'America/New_York')).toEqual({
    year: 2025,
    month: 7,
    day: 1,
    hour: 18,
    minute: 30,
  });
  expect(() => calendarTime(summer, 'Mars/Olympus')).toThrow(RangeError);
  expect(addMonths('2025-01-31', 1)).toBe('2025-02-28');
});
