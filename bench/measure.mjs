/** Arithmetic of a run: meters of one process, medians of many rounds. */
import { nowUs } from './clock.mjs';

/** CPU, wall clock and memory of this process; `stop` tells what was used since `start`. All threads count. */
export class ProcessMeter {
  #cpu = process.cpuUsage();
  #startUs = nowUs();

  start() {
    this.#cpu = process.cpuUsage();
    this.#startUs = nowUs();
  }

  stop() {
    const { user, system } = process.cpuUsage(this.#cpu);
    const wallUs = nowUs() - this.#startUs;
    return { cpuUs: user + system, wallUs, cpuPercent: ((user + system) / wallUs) * 100 };
  }
}

export function median(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios within each round: what the machine did to a round it did to both. */
export function medianRatio(values, others) {
  return median(values.map((value, round) => value / others[round]));
}
