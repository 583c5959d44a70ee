/**
 * One clock for every process of a run: microseconds of the machine's monotonic clock. `performance.now()` is cheap
 * and counts from the process's start, so it is shifted once onto `process.hrtime()`, which all processes share.
 */
const offsetUs = measureOffset();

function measureOffset() {
  // The pair read quickest is the most exact; the very first reads also load code.
  let best = { tookNs: Number.POSITIVE_INFINITY, offsetUs: 0 };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const before = process.hrtime.bigint();
    const nowMs = performance.now();
    const tookNs = Number(process.hrtime.bigint() - before);
    if (tookNs < best.tookNs)
      best = { tookNs, offsetUs: (Number(before) + tookNs / 2) / 1000 - nowMs * 1000 };
  }
  return best.offsetUs;
}

export function nowUs() {
  return performance.now() * 1000 + offsetUs;
}

export function sleep(delayMs) {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
