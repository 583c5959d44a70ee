/** Real sockets on simulated time: a whole recording is spoken in a second, and every figure is exact to a step. */
import type { TestContext } from 'vitest';
import type { LiveOptions } from '../../../src/live/index.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { RealCall, startSimulator } from './real-call.ts';

/** Time moves by so much, and then the sockets are given the time that they need. */
export const STEP_MS = 20;
/** Turns of the event loop that carry a frame over loopback and its answer back, with some to spare. */
const SOCKET_TURNS = 6;

export class TimedCall {
  readonly clock: ManualClock;
  readonly call: RealCall;

  constructor(clock: ManualClock, call: RealCall) {
    this.clock = clock;
    this.call = call;
  }

  static async open(
    context: Pick<TestContext, 'onTestFinished'>,
    simulated: SimulatorOptions,
    options: LiveOptions,
  ): Promise<TimedCall> {
    const clock = new ManualClock();
    const simulator = await startSimulator(context, { ...simulated, clock });
    const call = await RealCall.open(context, simulator, options, { clock });
    const timed = new TimedCall(clock, call);
    context.onTestFinished(() => timed.hangUp());
    return timed;
  }

  /** Lets time pass. */
  async run(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.clock.advanceAsync(Math.min(STEP_MS, left));
      for (let turn = 0; turn < SOCKET_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Speaks 16 kHz audio, a chunk a step. */
  async speak(samples: Int16Array): Promise<void> {
    const chunk = STEP_MS * 16;
    for (let at = 0; at < samples.length; at += chunk) {
      await this.call.handle.sendAudio(samples.subarray(at, at + chunk));
      await this.run(STEP_MS);
    }
  }

  /** Ends the call; what it waits for takes simulated time. */
  async hangUp(): Promise<void> {
    let over = false;
    const end = this.call.handle.disconnect().then(() => (over = true));
    await this.runUntil(() => over, 60_000);
    await end;
  }

  /** Lets time pass until something holds; whether it came to that. */
  async runUntil(holds: () => boolean, limitMs: number): Promise<boolean> {
    for (let passed = 0; passed < limitMs && !holds(); passed += STEP_MS) await this.run(STEP_MS);
    return holds();
  }
}
