/** How much of the machine is busy with something else: figures taken beside it say little. */
import { cpus } from 'node:os';

export class OtherLoad {
  #before = readTimes();
  #shares = [];

  start() {
    this.#before = readTimes();
  }

  /** @param oursUs CPU that the processes of the bench used since `start`. */
  stop(oursUs) {
    const { busyMs, totalMs } = readTimes();
    const total = totalMs - this.#before.totalMs;
    const others = busyMs - this.#before.busyMs - oursUs / 1000;
    if (total > 0) this.#shares.push(Math.max(0, others / total) * 100);
  }

  /** Percent of all cores, one figure a window. */
  get percents() {
    return this.#shares;
  }
}

function readTimes() {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times;
    busyMs += user + nice + sys + irq;
    totalMs += user + nice + sys + irq + idle;
  }
  return { busyMs, totalMs };
}
