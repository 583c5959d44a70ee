/** Counts of latencies in steps of 10 µs up to 100 ms, then of 1 ms up to 10 s. */
const FINE_STEPS = 10_000;
const FINE_US = 10;
const COARSE_US = 1000;
const COARSE_STEPS = 10_000;

export class LatencyHistogram {
  #counts = new Uint32Array(FINE_STEPS + COARSE_STEPS);
  #total = 0;

  record(latencyUs) {
    const fine = Math.max(0, Math.floor(latencyUs / FINE_US));
    const step = fine < FINE_STEPS ? fine : FINE_STEPS + Math.floor(latencyUs / COARSE_US);
    this.#counts[Math.min(step, FINE_STEPS + COARSE_STEPS - 1)] += 1;
    this.#total += 1;
  }

  reset() {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** The latency in ms that a share of all records stays under; NaN without records. */
  quantileMs(share) {
    let left = Math.ceil(this.#total * share);
    for (let step = 0; step < this.#counts.length; step += 1) {
      left -= this.#counts[step];
      if (left <= 0 && this.#total > 0) {
        return step < FINE_STEPS ? ((step + 1) * FINE_US) / 1000 : step - FINE_STEPS + 1;
      }
    }
    return Number.NaN;
  }

  summary() {
    return { count: this.#total, p50Ms: this.quantileMs(0.5), p99Ms: this.quantileMs(0.99) };
  }
}
