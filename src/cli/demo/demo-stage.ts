/** Where the demo plays: over a real socket at real time, or in memory on a clock that jumps. */
import { type Brain, createSimulator, type Simulator } from '../../simulator/index.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Clock, Transport } from '../../wire/index.ts';
import { CliError } from '../shell/cli-error.ts';

/** A simulator with the time it runs on. */
export interface DemoStage {
  readonly clock: Clock;
  readonly simulator: Simulator;
  /** Undefined: a real WebSocket. */
  readonly transport: Transport | undefined;
  /** Lets time pass until `work` settles, and settles with it. */
  play<T>(work: Promise<T>): Promise<T>;
}

/** Starts the simulator on a free loopback port. */
export async function openStage(
  brain: Brain,
  options: { readonly fast: boolean; readonly clock: Clock },
): Promise<DemoStage> {
  if (!options.fast) {
    const simulator = await createSimulator({ brain });
    return { clock: options.clock, simulator, transport: undefined, play: (work) => work };
  }
  const clock = new ManualClock();
  const simulator = await createSimulator({ brain, clock });
  return { clock, simulator, transport: simulator.transport, play: (work) => playFast(clock, work) };
}

const LONGEST_MS = 300_000;

async function playFast<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  work.then(settle, settle);
  if (await clock.runUntil(() => settled, LONGEST_MS)) return work;
  throw new CliError('fault', 'the demo stopped making progress on its simulated clock');
}
