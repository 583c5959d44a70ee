import type { Random } from '../platform/system-random.ts';

/**
 * The delay before attempt `n` + 1, after `n` failures in a row: full jitter, so that a thousand sessions that
 * fall together do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function backoffMs(
  failures: number,
  limits: { readonly baseDelayMs: number; readonly maxDelayMs: number },
  random: Random,
): number {
  const ceilingMs = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** (failures - 1));
  return Math.round(random() * ceilingMs);
}
