import type { LatencyStats } from './telemetry-snapshot.ts';

/** Upper bounds of the buckets, inclusive, in milliseconds; the last bucket is open (spec: voice §13). */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  50, 100, 150, 200, 300, 400, 500, 650, 800, 1000, 1300, 1600, 2000, 2500, 3000, 4000, 5000,
];
/** Samples that percentiles are taken of. */
const WINDOW = 256;

/** Statistics of a latency: of all samples, but for the percentiles, which are of the last 256. */
export class LatencyMeter {
  #count = 0;
  #sumMs = 0;
  #lastMs = 0;
  #minMs = 0;
  #maxMs = 0;
  #recent: number[] | undefined;
  #buckets: number[] | undefined;

  get count(): number {
    return this.#count;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  record(latencyMs: number): void {
    this.#recent ??= [];
    this.#buckets ??= new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
    this.#recent[this.#count % WINDOW] = latencyMs;
    const bound = LATENCY_BOUNDS_MS.findIndex((upperMs) => latencyMs <= upperMs);
    const bucket = bound === -1 ? LATENCY_BOUNDS_MS.length : bound;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#minMs = this.#count === 0 ? latencyMs : Math.min(this.#minMs, latencyMs);
    this.#maxMs = Math.max(this.#maxMs, latencyMs);
    this.#count += 1;
    this.#sumMs += latencyMs;
    this.#lastMs = latencyMs;
  }

  /** All zeros while there is no sample. */
  stats(): LatencyStats {
    const sorted = [...(this.#recent ?? [])].sort((a, b) => a - b);
    return {
      count: this.#count,
      lastMs: this.#lastMs,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      meanMs: this.#count === 0 ? 0 : this.#sumMs / this.#count,
      p50Ms: nearestRank(sorted, 50),
      p90Ms: nearestRank(sorted, 90),
      p99Ms: nearestRank(sorted, 99),
      histogram: [...LATENCY_BOUNDS_MS, null].map((upperMs, bucket) => ({
        upperMs,
        count: this.#buckets?.[bucket] ?? 0,
      })),
    };
  }
}

/** The smallest sample that at least `percent` of the samples do not exceed. */
function nearestRank(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
}
