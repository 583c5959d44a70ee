/** A simulator on a manual clock that closes when the test ends. */
import { onTestFinished } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

/** Starts it; tones speak, since a process does not keep simulated time. */
export async function manualSimulator(
  options: SimulatorOptions = {},
): Promise<{ readonly simulator: Simulator; readonly clock: ManualClock }> {
  const clock = new ManualClock();
  const simulator = await createSimulator({ onNote: () => {}, clock, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, clock };
}
