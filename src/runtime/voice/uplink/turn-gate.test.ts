import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { TURN_COMMIT_PRESETS, type TurnCommitPolicy } from '../turn-commit.ts';
import { TurnGate } from './turn-gate.ts';

const RATE_HZ = 8000;
const SAMPLES_PER_MS = RATE_HZ / 1000;

/** What comes out of a gate: marks, and each run of audio as `from..to` in milliseconds of the stream. */
class Outcome {
  readonly items: string[] = [];
  #from = 0;
  #to = -1;

  openTurn(mark: string): void {
    this.#mark(mark);
  }

  closeTurn(): void {
    this.#mark('activityEnd');
  }

  /** Sample n of the streams below has the value n: what comes out says where it was. */
  sendAudio(samples: Int16Array): void {
    for (const sample of samples) {
      if (sample !== this.#to) {
        this.#end();
        this.#from = sample;
      }
      this.#to = sample + 1;
    }
  }

  #mark(mark: string): void {
    this.#end();
    this.items.push(mark);
  }

  #end(): void {
    if (this.#to >= 0) this.items.push(`${this.#from / SAMPLES_PER_MS}..${this.#to / SAMPLES_PER_MS}`);
    this.#to = -1;
  }

  finish(): string[] {
    this.#end();
    return this.items;
  }
}

interface Edge {
  readonly atMs: number;
  readonly isStart: boolean;
  readonly modelAudible: boolean;
}

/** Passes `lengthMs` of audio through a gate, cut at `cuts`, with edges in between. */
function run(
  policy: TurnCommitPolicy,
  edges: readonly Edge[],
  lengthMs: number,
  cuts: readonly number[] = [],
): string[] {
  const outcome = new Outcome();
  const gate = new TurnGate(RATE_HZ, policy, 100, outcome);
  const stream = Int16Array.from({ length: lengthMs * SAMPLES_PER_MS }, (_, n) => n);
  const stops = [...cuts.filter((cut) => cut < lengthMs), lengthMs].sort((a, b) => a - b);
  let fromMs = 0;
  let waiting = [...edges];
  for (const stopMs of stops) {
    const chunk = stream.subarray(fromMs * SAMPLES_PER_MS, stopMs * SAMPLES_PER_MS);
    let done = 0;
    for (const edge of waiting.filter(({ atMs }) => atMs <= stopMs)) {
      const to = (edge.atMs - fromMs) * SAMPLES_PER_MS;
      gate.pass(chunk, done, to);
      done = to;
      if (edge.isStart) gate.speechStarted(gate.position - 60 * SAMPLES_PER_MS, edge.modelAudible);
      else gate.speechEnded();
    }
    waiting = waiting.filter(({ atMs }) => atMs > stopMs);
    gate.pass(chunk, done, chunk.length);
    fromMs = stopMs;
  }
  return outcome.finish();
}

const { responsive, immediate } = TURN_COMMIT_PRESETS;
const begin = (atMs: number, modelAudible = false): Edge => ({ atMs, isStart: true, modelAudible });
const stop = (atMs: number): Edge => ({ atMs, isStart: false, modelAudible: false });

describe('The gate of turns', () => {
  test('lets a turn through from before its edge until its silence has held, and nothing else', (context) => {
    verifies(context, 'voice:mic:window');
    expect(run(responsive, [begin(300), stop(1000)], 2000)).toEqual([
      'activityStart',
      '240..1400',
      'activityEnd',
    ]);
  });

  test('lets an interruption through from its first word once it has lasted', (context) => {
    verifies(context, 'voice:mic:window');
    expect(run(responsive, [begin(300, true), stop(1000)], 2000)).toEqual([
      'interruptionStart',
      '240..1400',
      'activityEnd',
    ]);
  });

  test('keeps a backchannel to itself', (context) => {
    verifies(context, 'voice:mic:window', 'voice:turnCommit:backchannel');
    expect(run(responsive, [begin(300, true), stop(500)], 2000)).toEqual([]);
  });

  test('never sends a sample twice, also when turns follow one another closely', () => {
    expect(run(immediate, [begin(100), stop(200), begin(220), stop(400)], 500)).toEqual([
      'activityStart',
      '40..200',
      'activityEnd',
      'activityStart',
      '200..400',
      'activityEnd',
    ]);
  });

  test('commits as if the audio went on when it does not', () => {
    const outcome = new Outcome();
    const gate = new TurnGate(RATE_HZ, responsive, 100, outcome);
    gate.speechStarted(0, false);
    gate.speechEnded();
    expect(gate.isWaiting).toBe(true);
    gate.quiet(399);
    expect(gate.isOpen).toBe(true);
    gate.quiet(400);
    expect([gate.isOpen, gate.isWaiting]).toEqual([false, false]);
    expect(outcome.finish()).toEqual(['activityStart', 'activityEnd']);
  });

  test('takes another holding time while a silence runs', () => {
    const outcome = new Outcome();
    const gate = new TurnGate(RATE_HZ, responsive, 100, outcome);
    const audio = new Int16Array(500 * SAMPLES_PER_MS);
    gate.speechStarted(0, false);
    gate.speechEnded();
    gate.holdMs = 1000;
    gate.pass(audio, 0, audio.length);
    expect(gate.isOpen).toBe(true);
    gate.holdMs = 100;
    gate.pass(audio, 0, SAMPLES_PER_MS);
    expect(gate.isOpen).toBe(false);
  });

  test('does the same however the audio is cut, and audio is only ever within a pair of marks', (context) => {
    verifies(context, 'voice:turnCommit:pairs', 'voice:mic:window');
    const utterances = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 1, max: 700 }),
        lastsMs: fc.integer({ min: 1, max: 900 }),
        modelAudible: fc.boolean(),
      }),
      { maxLength: 4 },
    );
    const policies = fc.record({ holdMs: fc.nat(500), sustainMs: fc.nat(700) });
    fc.assert(
      fc.property(utterances, policies, fc.array(fc.nat(4000), { maxLength: 30 }), (spoken, policy, cuts) => {
        let nowMs = 0;
        const edges = spoken.flatMap(({ gapMs, lastsMs, modelAudible }) => {
          const fromMs = nowMs + gapMs;
          nowMs = fromMs + lastsMs;
          return [begin(fromMs, modelAudible), stop(nowMs)];
        });
        const lengthMs = Math.min(4000, nowMs + 600);
        const heard = edges.filter(({ atMs }) => atMs < lengthMs);
        const whole = run(policy, heard, lengthMs);
        expect(run(policy, heard, lengthMs, cuts)).toEqual(whole);
        let isOpen = false;
        let sentTo = 0;
        for (const item of whole) {
          const [from, to] = item.split('..').map(Number);
          if (to === undefined) {
            expect(item === 'activityEnd').toBe(isOpen);
            isOpen = !isOpen;
            continue;
          }
          expect(isOpen).toBe(true);
          expect(from).toBeGreaterThanOrEqual(sentTo);
          sentTo = to;
        }
      }),
      { numRuns: 150 },
    );
  });
});
