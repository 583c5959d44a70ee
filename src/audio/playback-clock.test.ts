import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { createPlaybackClock } from './playback-clock.ts';

describe('estimate', () => {
  test('audio plays in real time and without gaps within a burst', (context) => {
    verifies(context, 'audio:playback:heard');
    const clock = createPlaybackClock();
    clock.queued(1, 400, 1000);
    clock.queued(1, 600, 1010);
    expect(clock.heardMs(1, 1000)).toBe(0);
    expect(clock.heardMs(1, 1300)).toBe(300);
    expect(clock.remainingMs(1300)).toBe(700);
    expect(clock.endsAtMs()).toBe(2000);
    expect(clock.isPlaying(1999)).toBe(true);
    expect(clock.isPlaying(2000)).toBe(false);
    expect(clock.heardMs(1, 9000)).toBe(1000);
  });

  test('a new burst begins when audio is queued on an idle player', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 100, 0);
    clock.queued(1, 100, 500);
    expect(clock.heardMs(1, 550)).toBe(150);
    expect(clock.queuedMs(1)).toBe(200);
  });

  test('turns are heard one after the other', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 300, 0);
    clock.queued(2, 300, 10);
    expect([clock.heardMs(1, 400), clock.heardMs(2, 400)]).toEqual([300, 100]);
    expect(clock.heardMs(3, 400)).toBeUndefined();
    expect(clock.queuedMs(3)).toBe(0);
  });

  test('a start delay counts once per burst', () => {
    const clock = createPlaybackClock({ startDelayMs: 200 });
    clock.queued(1, 300, 0);
    clock.queued(1, 100, 50);
    expect(clock.heardMs(1, 150)).toBe(0);
    expect(clock.isPlaying(150)).toBe(true);
    expect(clock.heardMs(1, 450)).toBe(250);
    expect(clock.endsAtMs()).toBe(600);
  });

  test('a flush ends hearing where it was', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 1000, 0);
    expect(clock.flushed(350)).toBe(650);
    expect(clock.heardMs(1, 5000)).toBe(350);
    expect(clock.queuedMs(1)).toBe(350);
    expect(clock.isPlaying(350)).toBe(false);
    clock.queued(2, 100, 400);
    expect([clock.heardMs(1, 450), clock.heardMs(2, 450)]).toEqual([350, 50]);
    clock.queued(1, 100, 450);
    expect([clock.heardMs(1, 5000), clock.heardMs(2, 5000)]).toEqual([450, 100]);
  });

  test('an idle clock knows nothing and plays nothing', () => {
    const clock = createPlaybackClock();
    expect(clock.isPlaying(0)).toBe(false);
    expect(clock.flushed(0)).toBe(0);
    expect(clock.endsAtMs()).toBeLessThanOrEqual(0);
    clock.queued(1, 0, 0);
    expect(clock.heardMs(1, 0)).toBeUndefined();
  });

  test('agrees with a player that plays a millisecond at a time', (context) => {
    verifies(context, 'audio:playback:heard');
    const action = fc.record({
      waitMs: fc.nat(60),
      turn: fc.integer({ min: 1, max: 4 }),
      durationMs: fc.integer({ min: 1, max: 80 }),
      flush: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40, size: 'max' }), (actions) => {
        const clock = createPlaybackClock();
        const player = { queue: [] as number[], heard: new Map<number, number>() };
        let nowMs = 0;
        for (const { waitMs, turn, durationMs, flush } of actions) {
          for (let i = 0; i < waitMs; i++) {
            const playing = player.queue.shift();
            if (playing !== undefined) player.heard.set(playing, (player.heard.get(playing) ?? 0) + 1);
          }
          nowMs += waitMs;
          if (flush) {
            expect(clock.flushed(nowMs)).toBe(player.queue.length);
            player.queue = [];
          }
          clock.queued(turn, durationMs, nowMs);
          player.queue.push(...Array(durationMs).fill(turn));
          for (let other = 1; other <= 4; other++) {
            expect(clock.heardMs(other, nowMs) ?? 0).toBe(player.heard.get(other) ?? 0);
          }
          expect(clock.remainingMs(nowMs)).toBe(player.queue.length);
        }
      }),
    );
  });
});

describe('reports', () => {
  test('override the estimate, which goes on from there', (context) => {
    verifies(context, 'audio:playback:reported');
    const clock = createPlaybackClock();
    clock.queued(1, 1000, 0);
    clock.reported(1, 200, 300);
    expect(clock.heardMs(1, 300)).toBe(200);
    expect(clock.heardMs(1, 350)).toBe(250);
    expect(clock.endsAtMs()).toBe(1100);
    clock.reported(1, 900, 400);
    expect(clock.heardMs(1, 400)).toBe(900);
    expect(clock.heardMs(1, 9000)).toBe(1000);
  });

  test('a player that stands still is believed as often as it says so', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 1000, 0);
    for (let nowMs = 50; nowMs <= 500; nowMs += 50) clock.reported(1, 0, nowMs);
    expect(clock.heardMs(1, 500)).toBe(0);
    expect(clock.isPlaying(1200)).toBe(true);
  });

  test('cannot exceed what was queued, and unknown turns are ignored', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 300, 0);
    clock.queued(2, 300, 0);
    clock.reported(1, 5000, 100);
    expect([clock.heardMs(1, 100), clock.heardMs(2, 100)]).toEqual([300, 0]);
    clock.reported(7, 100, 150);
    expect(clock.heardMs(2, 150)).toBe(50);
  });

  test('marks that come back because of a flush move nothing', (context) => {
    verifies(context, 'audio:playback:reported');
    const clock = createPlaybackClock();
    clock.queued(1, 1000, 0);
    clock.reported(1, 380, 400);
    clock.flushed(400);
    clock.queued(2, 500, 450);
    clock.reported(1, 1000, 500);
    expect([clock.heardMs(1, 500), clock.heardMs(2, 500)]).toEqual([380, 50]);
  });

  test('reports count again when the same turn goes on after a flush that had nothing left to drop', (context) => {
    verifies(context, 'audio:playback:reported');
    const clock = createPlaybackClock();
    clock.queued(1, 1000, 0);
    expect(clock.flushed(1200)).toBe(0);
    clock.queued(1, 500, 1300);
    clock.reported(1, 1100, 1600);
    expect([clock.heardMs(1, 1600), clock.remainingMs(1600)]).toEqual([1100, 400]);
    clock.reported(1, 900, 1650);
    expect(clock.heardMs(1, 1650)).toBe(1150);
  });

  test('a turn that goes on after another is reported as one turn', () => {
    const clock = createPlaybackClock();
    clock.queued(1, 100, 0);
    clock.queued(2, 100, 0);
    clock.queued(1, 100, 0);
    clock.reported(1, 150, 10);
    expect([clock.heardMs(1, 10), clock.heardMs(2, 10)]).toEqual([150, 100]);
  });

  test('drained means that everything was heard', () => {
    const clock = createPlaybackClock({ startDelayMs: 500 });
    clock.queued(1, 300, 0);
    clock.drained(100);
    expect(clock.heardMs(1, 100)).toBe(300);
    expect(clock.isPlaying(100)).toBe(false);
  });
});

test('remembers 64 turns', () => {
  const clock = createPlaybackClock();
  for (let turn = 0; turn < 100; turn++) clock.queued(turn, 10, 0);
  expect(clock.heardMs(35, 5000)).toBeUndefined();
  expect(clock.heardMs(36, 5000)).toBe(10);
  expect(clock.heardMs(99, 5000)).toBe(10);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the duration %d', (durationMs) => {
  const refusal = expect.objectContaining({ code: 'invalidArgument' });
  expect(() => createPlaybackClock().queued(1, durationMs, 0)).toThrow(refusal);
  expect(() => createPlaybackClock().reported(1, durationMs, 0)).toThrow(refusal);
  expect(() => createPlaybackClock({ startDelayMs: durationMs })).toThrow(refusal);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'a report at the time %d is refused instead of making everything heard NaN for ever',
  (nowMs) => {
    const refusal = expect.objectContaining({ code: 'invalidArgument' });
    const clock = createPlaybackClock();
    expect(() => clock.queued(1, 100, nowMs)).toThrow(refusal);
    expect(() => clock.reported(1, 100, nowMs)).toThrow(refusal);
    expect(() => clock.drained(nowMs)).toThrow(refusal);
    expect(() => clock.flushed(nowMs)).toThrow(refusal);
    clock.queued(1, 100, 0);
    expect(clock.heardMs(1, 40)).toBe(40);
  },
);

test('what was heard of a turn never exceeds what was queued and never goes back, whatever the player does', (context) => {
  verifies(context, 'audio:playback:heard');
  const action = fc.record({
    waitMs: fc.nat(100),
    kind: fc.constantFrom('queue', 'queue', 'queue', 'flush', 'nextTurn', 'drain', 'report'),
    amountMs: fc.nat(200),
  });
  fc.assert(
    fc.property(fc.nat(300), fc.array(action, { maxLength: 60, size: 'max' }), (startDelayMs, actions) => {
      const clock = createPlaybackClock({ startDelayMs });
      const heardBefore = new Map<number, number>();
      let [turn, nowMs] = [1, 0];
      for (const { waitMs, kind, amountMs } of actions) {
        nowMs += waitMs;
        if (kind === 'queue') clock.queued(turn, amountMs, nowMs);
        else if (kind === 'flush') clock.flushed(nowMs);
        else if (kind === 'drain') clock.drained(nowMs);
        else if (kind === 'nextTurn') turn++;
        else clock.reported(turn, (clock.heardMs(turn, nowMs) ?? 0) + amountMs / 4, nowMs);
        for (let of = 1; of <= turn; of++) {
          const heard = clock.heardMs(of, nowMs) ?? 0;
          expect(heard).toBeLessThanOrEqual(clock.queuedMs(of) + 1e-6);
          expect(heard).toBeGreaterThanOrEqual((heardBefore.get(of) ?? 0) - 1e-6);
          heardBefore.set(of, heard);
        }
        expect(clock.remainingMs(nowMs)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
