/** Setups and what a simulator says to them. */
import type { Simulator } from '../../src/simulator/index.ts';
import type { ManualClock } from '../../src/testing/manual-clock.ts';
import { type DialOptions, dial, type RawCaller } from './raw-caller.ts';

/** Dials with a setup and tells how it ended: `setupComplete`, `silence`, or code and reason. */
export async function setUp(
  simulator: Simulator,
  clock: ManualClock,
  setup: Readonly<Record<string, unknown>>,
  options: DialOptions = {},
): Promise<{ readonly outcome: string; readonly call: RawCaller }> {
  const call = await dial(simulator, clock, setup, options);
  const outcome =
    call.closed === undefined ? (call.kinds[0] ?? 'silence') : `${call.closed.code} ${call.closed.reason}`;
  return { outcome, call };
}
