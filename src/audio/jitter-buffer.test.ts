import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { createJitterBuffer, type JitterBuffer, type JitterBufferOptions } from './jitter-buffer.ts';

const RATE_HZ = 8000;
const PER_MS = RATE_HZ / 1000;

/** Samples that are never zero and tell their place: 1, 2, 3 … */
function counting(durationMs: number, from = 1): Int16Array {
  return Int16Array.from({ length: durationMs * PER_MS }, (_, i) => 1 + ((from - 1 + i) % 32_000));
}

function pullMs(buffer: JitterBuffer, durationMs: number): Int16Array {
  const output = new Int16Array(durationMs * PER_MS).fill(-1);
  const audio = buffer.pull(output);
  expect(output.subarray(audio).every((x) => x === 0)).toBe(true);
  return output.subarray(0, audio);
}

function create(options: JitterBufferOptions = {}): JitterBuffer {
  return createJitterBuffer({ rateHz: RATE_HZ, startDepthMs: 100, ...options });
}

describe('states', () => {
  test('collects its depth before playing', () => {
    const buffer = create();
    expect(pullMs(buffer, 20)).toHaveLength(0);
    buffer.push(counting(80), 0);
    expect(pullMs(buffer, 20)).toHaveLength(0);
    expect(buffer.snapshot()).toMatchObject({ state: 'filling', bufferedMs: 80, targetDepthMs: 100 });
    buffer.push(counting(20, 641), 80);
    expect(pullMs(buffer, 20)).toEqual(counting(20));
    expect(buffer.snapshot()).toMatchObject({ state: 'playing', bufferedMs: 80, playedSamples: 160 });
  });

  test('does not keep a short answer back: it plays at the end of its turn, or after waiting the depth', () => {
    const ended = create();
    ended.push(counting(40), 0);
    ended.end();
    expect(pullMs(ended, 100)).toEqual(counting(40));
    expect(ended.snapshot()).toMatchObject({ state: 'filling', underruns: 0 });

    const waiting = create();
    waiting.push(counting(40), 0);
    const pulls = Array.from({ length: 7 }, () => pullMs(waiting, 20).length);
    expect(pulls).toEqual([0, 0, 0, 0, 0, 160, 160]);
  });

  test('gives silence on an underrun and collects the full depth again', (context) => {
    verifies(context, 'audio:jitter:underrun');
    const buffer = create();
    buffer.push(counting(100), 0);
    expect(pullMs(buffer, 90)).toHaveLength(720);
    expect(pullMs(buffer, 20)).toEqual(counting(10, 721));
    expect(buffer.snapshot()).toMatchObject({ state: 'underrun', underruns: 1 });
    buffer.push(counting(40), 115);
    expect(buffer.snapshot().targetDepthMs).toBeGreaterThan(90);
    expect(pullMs(buffer, 20)).toHaveLength(0);
    expect(buffer.snapshot()).toMatchObject({ state: 'underrun', underruns: 1 });
    buffer.push(counting(80, 321), 155);
    expect(pullMs(buffer, 20)).toEqual(counting(20));
    expect(buffer.snapshot()).toMatchObject({ state: 'playing', underruns: 1 });
  });

  test('counts running dry after the end of a turn as nothing', () => {
    const buffer = create();
    buffer.push(counting(100), 0);
    buffer.end();
    pullMs(buffer, 100);
    pullMs(buffer, 100);
    expect(buffer.snapshot()).toMatchObject({ state: 'filling', underruns: 0 });
    buffer.push(counting(40), 1000);
    expect(pullMs(buffer, 20)).toHaveLength(0);
    expect(buffer.snapshot()).toMatchObject({ state: 'filling', bufferedMs: 40 });
  });

  test('plays floats for a worklet', () => {
    const buffer = create();
    buffer.push(Int16Array.of(16_384, -32_768), 0);
    buffer.end();
    const output = new Float32Array(4).fill(9);
    expect(buffer.pull(output)).toBe(2);
    expect([...output]).toEqual([0.5, -1, 0, 0]);
  });
});

describe('queue', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 200 }) }) },
    { weight: 6, arbitrary: fc.record({ pull: fc.integer({ min: 1, max: 150 }) }) },
    { weight: 1, arbitrary: fc.constant({ end: true } as const) },
    { weight: 1, arbitrary: fc.constant({ flush: true } as const) },
  );

  test('gives out what was pushed, in order, and counts every sample it lost', (context) => {
    verifies(context, 'audio:jitter:order');
    let underruns = 0;
    let dropped = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const buffer = create({ startDepthMs: 20, minDepthMs: 10, maxDepthMs: 200, maxBufferedMs: 300 });
        let model: number[] = [];
        let [next, nowMs, pushed] = [1, 0, 0];
        for (const action of steps) {
          nowMs += 20;
          if ('push' in action) {
            const audio = counting(action.push, next);
            next += audio.length;
            pushed += audio.length;
            const fits = model.length + audio.length <= 300 * PER_MS;
            expect(buffer.push(audio, nowMs)).toBe(fits ? 'queued' : 'overflowed');
            model = [...model, ...audio].slice(-300 * PER_MS);
          } else if ('pull' in action) {
            const audio = [...pullMs(buffer, action.pull)];
            expect(audio).toEqual(model.slice(0, audio.length));
            model = model.slice(audio.length);
          } else if ('end' in action) {
            buffer.end();
          } else {
            expect(buffer.flush()).toBe(model.length);
            model = [];
          }
          const { bufferedMs, playedSamples, droppedSamples, flushedSamples } = buffer.snapshot();
          expect(bufferedMs * PER_MS).toBe(model.length);
          expect(playedSamples + droppedSamples + flushedSamples + model.length).toBe(pushed);
        }
        underruns += buffer.snapshot().underruns;
        dropped += buffer.snapshot().droppedSamples;
      }),
      { numRuns: 200 },
    );
    expect(underruns).toBeGreaterThan(0);
    expect(dropped).toBeGreaterThan(0);
  });

  test('keeps a copy: the caller may reuse its array', () => {
    const buffer = create();
    const slab = counting(20);
    buffer.push(slab, 0);
    slab.fill(-7);
    buffer.end();
    expect(pullMs(buffer, 20)).toEqual(counting(20));
  });

  test('keeps the newest part of one push that is larger than everything', () => {
    const buffer = create({ maxDepthMs: 100, maxBufferedMs: 100 });
    expect(buffer.push(counting(250), 0)).toBe('overflowed');
    expect(pullMs(buffer, 100)).toEqual(counting(100, 150 * PER_MS + 1));
    expect(buffer.snapshot().droppedSamples).toBe(150 * PER_MS);
  });

  test('keeps a whole answer that arrives at once, and plays it without an underrun', (context) => {
    verifies(context, 'audio:jitter:burst');
    const buffer = createJitterBuffer();
    for (let i = 0; i < 600; i++) buffer.push(new Int16Array(2400).fill(i + 1), i * 3);
    buffer.end();
    expect(buffer.snapshot()).toMatchObject({ bufferedMs: 60_000, droppedSamples: 0 });
    const output = new Int16Array(480);
    let played = 0;
    for (let at = 0; at < 60_000; at += 20) played += buffer.pull(output);
    expect(played).toBe(60 * 24_000);
    expect(output.at(-1)).toBe(600);
    expect(buffer.snapshot()).toMatchObject({ underruns: 0, droppedSamples: 0 });
    expect(buffer.snapshot().targetDepthMs).toBeLessThanOrEqual(200);
  });
});

describe('jitter', () => {
  /** Feeds arrivals at real time plus a deviation, playing all the while. */
  function feed(
    buffer: JitterBuffer,
    packetMs: number,
    deviationMs: (i: number) => number,
    packets = 400,
  ): number {
    for (let i = 0; i < packets; i++) {
      buffer.push(counting(packetMs), 1000 + i * packetMs + deviationMs(i));
      pullMs(buffer, packetMs);
    }
    return buffer.snapshot().jitterMs;
  }

  test.each([10, 20, 40, 100, 250])('an even sender of %d ms packets has none', (packetMs) => {
    const buffer = create();
    expect(feed(buffer, packetMs, () => 0)).toBeLessThan(0.001);
    expect(buffer.snapshot().targetDepthMs).toBe(60);
  });

  test('agrees with RFC 3550 on a sender at real time', (context) => {
    verifies(context, 'audio:jitter:estimate');
    let state = 42;
    const deviations = Array.from({ length: 4000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return ((state >>> 8) / 2 ** 24) * 60;
    });
    let rfc = 0;
    for (let i = 1; i < deviations.length; i++) {
      rfc += Math.abs((deviations[i] as number) - (deviations[i - 1] as number)) / (deviations.length - 1);
    }
    const buffer = create({ minDepthMs: 0 });
    let sum = 0;
    for (const [i, deviation] of deviations.entries()) {
      buffer.push(counting(20), i * 20 + deviation);
      pullMs(buffer, 20);
      if (i >= 1000) sum += buffer.snapshot().jitterMs / 3000;
    }
    expect(rfc).toBeGreaterThan(19);
    expect(Math.abs(sum / rfc - 1)).toBeLessThan(0.05);
  });

  test('grows the depth with uneven arrivals, within its limits', () => {
    const uneven = create({ maxDepthMs: 300 });
    feed(uneven, 20, (i) => (i % 2) * 150);
    expect(uneven.snapshot().targetDepthMs).toBeGreaterThan(150);
    const wild = create({ maxDepthMs: 300 });
    feed(wild, 20, (i) => (i % 2) * 290);
    expect(wild.snapshot().targetDepthMs).toBe(300);
  });

  test('is not raised by a sender that runs ahead, nor by pauses between turns', () => {
    const ahead = create();
    for (let i = 0; i < 40; i++) ahead.push(counting(100), i * 25);
    const { targetDepthMs, bufferedMs } = ahead.snapshot();
    expect({ targetDepthMs, bufferedMs }).toEqual({ targetDepthMs: 60, bufferedMs: 4000 });
    ahead.push(counting(100), 39 * 25 + 1500);
    expect(ahead.snapshot().targetDepthMs).toBe(60);

    const turns = create();
    for (let turn = 0; turn < 20; turn++) {
      for (let i = 0; i < 10; i++) {
        turns.push(counting(20), turn * 1500 + i * 20);
        pullMs(turns, 20);
      }
      turns.end();
      pullMs(turns, 400);
    }
    expect(turns.snapshot()).toMatchObject({ targetDepthMs: 60, underruns: 0 });
  });

  test('a pause nobody announced is not jitter if no buffer could cover it', () => {
    const buffer = create();
    feed(buffer, 20, () => 0);
    buffer.push(counting(20), 60_000);
    expect(buffer.snapshot().jitterMs).toBeLessThan(0.001);
  });
});

describe('interruptions', () => {
  test('drop everything at once and refuse what belongs to before', (context) => {
    verifies(context, 'audio:jitter:generation');
    const buffer = create();
    buffer.push(counting(200), 0, 0);
    pullMs(buffer, 20);
    expect(buffer.flush(1)).toBe(180 * PER_MS);
    expect(pullMs(buffer, 20)).toHaveLength(0);
    expect(buffer.push(counting(50), 30, 0)).toBe('stale');
    expect(buffer.push(counting(100, 5000), 40, 1)).toBe('queued');
    expect(pullMs(buffer, 20)).toEqual(counting(20, 5000));
    expect(buffer.snapshot()).toMatchObject({ generation: 1, staleSamples: 400, underruns: 0 });
  });

  test('take effect even if the new audio overtakes the flush, which then spares it', (context) => {
    verifies(context, 'audio:jitter:generation');
    const buffer = create();
    buffer.push(counting(200), 0, 0);
    pullMs(buffer, 20);
    expect(buffer.push(counting(100, 5000), 20, 1)).toBe('queued');
    expect(buffer.flush(1)).toBe(0);
    expect(pullMs(buffer, 20)).toEqual(counting(20, 5000));
    expect(buffer.snapshot()).toMatchObject({ generation: 1, flushedSamples: 180 * PER_MS });
  });

  test('without a number go to the next generation', () => {
    const buffer = create();
    buffer.push(counting(20), 0);
    buffer.flush();
    expect(buffer.snapshot()).toMatchObject({ generation: 1, bufferedMs: 0, state: 'filling' });
    expect(buffer.push(counting(20), 0)).toBe('queued');
  });
});

test.each([
  { rateHz: 0 },
  { minDepthMs: -1 },
  { maxDepthMs: 20 },
  { startDepthMs: 3000 },
  { maxBufferedMs: 1000 },
  { maxBufferedMs: Number.POSITIVE_INFINITY },
])('refuses the options %o', (options) => {
  expect(() => createJitterBuffer(options)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
});
