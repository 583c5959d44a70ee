import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { LatencyMeter } from './latency-meter.ts';

test('A latency meter that has seen nothing says zero', () => {
  const stats = new LatencyMeter().stats();
  expect(stats).toMatchObject({ count: 0, lastMs: 0, minMs: 0, maxMs: 0, meanMs: 0, p50Ms: 0, p99Ms: 0 });
  expect(stats.histogram.map(({ upperMs }) => upperMs)).toEqual([
    ...[50, 100, 150, 200, 300, 400, 500, 650, 800, 1000, 1300, 1600, 2000, 2500, 3000, 4000, 5000],
    null,
  ]);
});

test('A latency meter tells of all samples, and percentiles of the last 256', (context) => {
  verifies(context, 'telemetry:latency:stats');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 7000 }), { minLength: 1, maxLength: 600 }), (samples) => {
      const meter = new LatencyMeter();
      for (const sample of samples) meter.record(sample);
      const stats = meter.stats();
      expect(stats.count).toBe(samples.length);
      expect(stats.lastMs).toBe(samples.at(-1));
      expect(stats.minMs).toBe(Math.min(...samples));
      expect(stats.maxMs).toBe(Math.max(...samples));
      expect(stats.meanMs).toBeCloseTo(samples.reduce((sum, sample) => sum + sample, 0) / samples.length);
      const recent = samples.slice(-256);
      for (const [percent, value] of [
        [50, stats.p50Ms],
        [90, stats.p90Ms],
        [99, stats.p99Ms],
      ] as const) {
        const below = (limit: number) => recent.filter((sample) => sample <= limit).length;
        expect(recent).toContain(value);
        expect(below(value) * 100).toBeGreaterThanOrEqual(percent * recent.length);
        expect(below(value - 1) * 100).toBeLessThan(percent * recent.length);
      }
      let lowerMs = -1;
      for (const { upperMs, count } of stats.histogram) {
        const from = lowerMs;
        const to = upperMs ?? Number.POSITIVE_INFINITY;
        expect(count).toBe(samples.filter((sample) => sample > from && sample <= to).length);
        lowerMs = to;
      }
    }),
  );
});
