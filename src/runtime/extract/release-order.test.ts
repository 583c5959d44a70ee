import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { ReleaseOrder } from './release-order.ts';

const WAIT_MS = 250;

test('Results go out once, in order while patience lasts, and none is held longer than the bound', (context) => {
  verifies(context, 'extract:order', 'extract:offLane');
  const delay = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.constant(undefined));
  fc.assert(
    fc.property(fc.array(delay, { minLength: 1, maxLength: 7 }), (delays) => {
      const clock = new ManualClock();
      const out: { readonly place: number; readonly atMs: number }[] = [];
      const order = new ReleaseOrder<number>(delays.length, clock, WAIT_MS, (places) =>
        out.push(...places.map((place) => ({ place, atMs: clock.nowMs() }))),
      );
      for (const [place, delayMs] of delays.entries()) {
        // Undefined never comes.
        if (delayMs !== undefined) clock.schedule(delayMs, () => order.settle(place, place));
      }
      clock.advance(1000);
      const came = delays.flatMap((delayMs, place) => (delayMs === undefined ? [] : [{ place, delayMs }]));
      expect(out.map(({ place }) => place).sort()).toEqual(came.map(({ place }) => place).sort());
      for (const { place, atMs } of out) {
        const delayMs = delays[place] ?? Number.NaN;
        const before = delays.slice(0, place).map((other) => other ?? Number.POSITIVE_INFINITY);
        expect(atMs).toBeGreaterThanOrEqual(delayMs);
        expect(atMs).toBeLessThanOrEqual(
          Math.max(delayMs, Math.min(delayMs + WAIT_MS, Math.max(delayMs, ...before))),
        );
      }
      // Whoever was there in time is ahead of everybody behind.
      for (const [index, { place, atMs }] of out.entries()) {
        for (const later of out.slice(index + 1)) {
          if (later.atMs === atMs && later.place < place)
            expect(delays[place]).toBeLessThanOrEqual(delays[later.place] ?? 0);
        }
      }
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('All that are there go together when patience ends; later ones go as they come', () => {
  const clock = new ManualClock();
  const out: (readonly string[])[] = [];
  const order = new ReleaseOrder<string>(4, clock, WAIT_MS, (values) => out.push(values));
  order.settle(2, 'c');
  clock.advance(100);
  order.settle(1, 'b');
  clock.advance(WAIT_MS - 101);
  expect(out).toEqual([]);
  clock.advance(1);
  expect(out).toEqual([['b', 'c']]);
  order.settle(3, 'd');
  order.settle(0, 'a');
  expect(out).toEqual([['b', 'c'], ['d'], ['a']]);
});

test('A closed order lets nothing out', () => {
  const clock = new ManualClock();
  const order = new ReleaseOrder<number>(2, clock, WAIT_MS, () => expect.unreachable());
  order.settle(1, 1);
  order.close();
  clock.advance(1000);
  expect(clock.pending).toBe(0);
});
