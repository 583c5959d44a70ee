import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { PromotionRule } from '../../flow/promotion.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { LiveEventBody } from '../live-event.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { State } from '../state/state.ts';
import type { ExtractionResult } from './extraction-result.ts';
import { type ExtractionOptions, ExtractionRunner } from './extraction-runner.ts';
import {
  type Extraction,
  type ExtractionRequest,
  type ExtractionTrigger,
  type Extractor,
  interval,
} from './extractor.ts';

const turn = (number: number, user = 'a few words'): TranscriptTurn => ({
  number,
  user,
  model: '',
  tools: [],
  interrupted: false,
  startedMs: 0,
});
const at = (number: number, ...turns: TranscriptTurn[]) => ({
  turn: number,
  turns: turns.length > 0 ? turns : [turn(number)],
});

/** An extractor whose runs the test answers. */
class Hand implements Extractor {
  readonly name: string;
  readonly runs: {
    readonly request: ExtractionRequest;
    readonly answer: (value: object) => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  declare readonly trigger?: ExtractionTrigger;
  declare readonly promote?: readonly PromotionRule[];
  declare readonly timeoutMs?: number;

  constructor(name: string, more: Partial<Extractor> = {}) {
    this.name = name;
    Object.assign(this, more);
  }

  extract(request: ExtractionRequest): Promise<Extraction> {
    return new Promise((resolve, reject) => {
      this.runs.push({ request, answer: (value) => resolve({ value }), fail: reject });
    });
  }
}

function stage(
  extractors: readonly Extractor[],
  options: ExtractionOptions = {},
  lane: 'now' | 'byHand' = 'now',
) {
  const clock = new ManualClock();
  const state = new State();
  const events: LiveEventBody[] = [];
  const errors: RuntimeError[] = [];
  const results: ExtractionResult[] = [];
  const applied: string[] = [];
  const runner: ExtractionRunner = new ExtractionRunner(
    extractors,
    {
      clock,
      state,
      emit: (event) => events.push(event),
      report: (error) => errors.push(error),
      onResults: (found) => {
        results.push(...found);
        if (lane === 'byHand') return;
        for (const result of found) {
          if (runner.apply(result) !== undefined) applied.push(result.extractor);
        }
      },
    },
    options,
  );
  return { clock, state, events, errors, results, applied, runner };
}

/** Whether a wait has ended. */
const done = (promise: Promise<void> | undefined): (() => boolean) => {
  let isDone = promise === undefined;
  const end = (): void => {
    isDone = true;
  };
  promise?.then(end, end);
  return () => isDone;
};

describe('Extractors started together', () => {
  test('are applied in the order of registration', async (context) => {
    verifies(context, 'extract:order');
    const [a, b, c] = [new Hand('a'), new Hand('b'), new Hand('c')];
    const { clock, runner, applied } = stage([a, b, c]);
    runner.due('turnComplete', at(1));
    c.runs[0]?.answer({});
    b.runs[0]?.answer({});
    await clock.advanceAsync(100);
    expect(applied).toEqual([]);
    a.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect(applied).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  test('wait for a slow one no longer than the bound', async (context) => {
    verifies(context, 'extract:offLane');
    const [slow, quick, late] = [new Hand('slow'), new Hand('quick'), new Hand('late')];
    const { clock, runner, applied } = stage([slow, quick, late]);
    runner.due('turnComplete', at(1));
    quick.runs[0]?.answer({ x: 1 });
    await clock.advanceAsync(249);
    expect(applied).toEqual([]);
    await clock.advanceAsync(1);
    expect(applied).toEqual(['quick']);
    late.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect(applied).toEqual(['quick', 'late']);
    slow.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect(applied).toEqual(['quick', 'late', 'slow']);
  });

  test('that answer at once are applied before due returns', () => {
    const quick: Extractor = { name: 'quick', extract: () => ({ value: { n: 1 } }) };
    const { runner, state } = stage([quick]);
    runner.due('turnComplete', at(1));
    expect(state.get('quick')).toEqual({ n: 1 });
  });
});

describe('Triggers', () => {
  test('start who is due, over the last turns of the window', async () => {
    const hands = {
      every: new Hand('every'),
      third: new Hand('third', { trigger: interval(3) }),
      tool: new Hand('tool', { trigger: 'afterToolCall' }),
      phase: new Hand('phase', { trigger: 'phaseChange' }),
      whole: new Hand('whole', { trigger: 'generationComplete', window: 1 }),
    };
    const { clock, runner } = stage(Object.values(hands));
    const counts = (): readonly number[] => Object.values(hands).map(({ runs }) => runs.length);
    runner.due('turnComplete', at(1, turn(1), turn(2), turn(3), turn(4)));
    expect(counts()).toEqual([1, 0, 0, 0, 0]);
    expect(hands.every.runs[0]?.request.window.turns.map(({ number }) => number)).toEqual([2, 3, 4]);
    runner.due('afterToolCall', at(2));
    runner.due('phaseChange', at(2));
    runner.due('generationComplete', at(2, turn(1), turn(2)));
    expect(counts()).toEqual([1, 0, 1, 1, 1]);
    expect(hands.whole.runs[0]?.request.window.turns.map(({ number }) => number)).toEqual([2]);
    for (const number of [3, 4, 5, 6]) {
      runner.due('turnComplete', at(number));
      hands.third.runs.at(-1)?.answer({});
      await clock.advanceAsync(0);
    }
    expect(hands.third.runs.map(({ request }) => request.window.turn)).toEqual([3, 6]);
  });

  test('that find a run on its way ask for one more, with the newest words', async () => {
    const hand = new Hand('a');
    const { clock, runner, applied } = stage([hand]);
    runner.due('turnComplete', at(1));
    runner.due('turnComplete', at(2));
    runner.due('turnComplete', at(3));
    expect(hand.runs).toHaveLength(1);
    hand.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect(hand.runs.map(({ request }) => request.window.turn)).toEqual([1, 3]);
    hand.runs[1]?.answer({});
    await clock.advanceAsync(0);
    expect(applied).toEqual(['a', 'a']);
    expect(hand.runs).toHaveLength(2);
  });

  test('pass over who finds the window not worth it, and report who throws', () => {
    const shy = new Hand('shy', { shouldExtract: ({ turns }) => turns[0]?.user !== '' });
    const broken = new Hand('broken', {
      shouldExtract: () => {
        throw new Error('boom');
      },
    });
    const { runner, errors, events } = stage([shy, broken]);
    runner.due('turnComplete', at(1, turn(1, '')));
    expect([shy.runs.length, broken.runs.length]).toEqual([0, 0]);
    expect(runner.settled(1)).toBeUndefined();
    expect(errors.map(({ code }) => code)).toEqual(['extractorFailed']);
    expect(events.map(({ type }) => type)).toEqual(['extractionError']);
  });
});

describe('A failure', () => {
  test('is one event and one report, and harms nobody else', async (context) => {
    verifies(context, 'extract:failure');
    const [bad, good] = [new Hand('bad'), new Hand('good')];
    const thrower: Extractor = {
      name: 'thrower',
      extract: () => {
        throw new Error('secret words');
      },
    };
    const junk = { name: 'junk', extract: () => 7 } as unknown as Extractor;
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    const loop: Extractor = { name: 'loop', extract: () => ({ value: cycle }) };
    const { clock, runner, events, errors, state } = stage([bad, thrower, junk, loop, good]);
    runner.due('turnComplete', at(1));
    bad.runs[0]?.fail(new Error('boom'));
    good.runs[0]?.answer({ n: 1 });
    await clock.advanceAsync(0);
    expect(events.map((event) => ('name' in event ? [event.type, event.name] : [event.type]))).toEqual([
      ['extractionError', 'bad'],
      ['extractionError', 'thrower'],
      ['extractionError', 'junk'],
      ['extractionError', 'loop'],
      ['extraction', 'good'],
    ]);
    expect(JSON.stringify(events)).not.toContain('secret words');
    expect(errors.map(({ code }) => code)).toEqual(Array(4).fill('extractorFailed'));
    expect(state.keys().sort()).toEqual(['good']);
    bad.runs.length = 0;
    runner.due('turnComplete', at(2));
    expect(bad.runs).toHaveLength(1);
  });

  test('of time aborts the run, frees its place, and what it says later does not count', async (context) => {
    verifies(context, 'extract:stale', 'extract:offLane');
    const hand = new Hand('a', { promote: [{ field: 'n', stateKey: 'app:n' }] });
    const { clock, runner, events, state } = stage([hand]);
    runner.due('turnComplete', at(1));
    await clock.advanceAsync(9_999);
    expect(events).toEqual([]);
    await clock.advanceAsync(1);
    expect(hand.runs[0]?.request.signal.aborted).toBe(true);
    expect(events).toMatchObject([{ type: 'extractionError', name: 'a' }]);
    runner.due('turnComplete', at(2));
    hand.runs[0]?.answer({ n: 1 });
    hand.runs[1]?.answer({ n: 2 });
    await clock.advanceAsync(0);
    expect([state.get('a'), state.get('app:n')]).toEqual([{ n: 2 }, 2]);
  });

  test('of onComplete is reported, and it is called for findings only', async () => {
    const told: unknown[] = [];
    const onComplete = (value: object): Promise<void> => {
      told.push(value);
      return Promise.reject(new Error('boom'));
    };
    const hand = new Hand('a', { onComplete });
    const { clock, runner, errors } = stage([hand]);
    runner.due('turnComplete', at(1));
    hand.runs[0]?.answer({ n: null });
    await clock.advanceAsync(0);
    runner.due('turnComplete', at(2));
    hand.runs[1]?.answer({ n: 1 });
    await clock.advanceAsync(0);
    expect(told).toEqual([{ n: 1 }]);
    expect(errors.map(({ code }) => code)).toEqual(['hookFailed']);
  });
});

describe('Those who wait', () => {
  const writer = (name: string, ...keys: string[]): Hand =>
    new Hand(name, { promote: keys.map((stateKey) => ({ field: 'n', stateKey })) });

  test('for a key wait for its pending writers, until their results are applied', async () => {
    const [a, b] = [writer('a', 'app:x'), writer('b', 'app:y')];
    const { clock, runner, results } = stage([a, b], { orderWaitMs: 0 }, 'byHand');
    expect(runner.pendingWriters(['app:x'])).toBeUndefined();
    runner.due('turnComplete', at(1));
    expect(runner.pendingWriters(['app:z'])).toBeUndefined();
    const isDone = done(runner.pendingWriters(['app:x']));
    a.runs[0]?.answer({ n: 1 });
    await clock.advanceAsync(10);
    expect([isDone(), results.length]).toEqual([false, 1]);
    for (const result of results) runner.apply(result);
    await clock.advanceAsync(0);
    expect(isDone()).toBe(true);
    expect(runner.pendingWriters(['app:x'])).toBeUndefined();
    expect(runner.pendingWriters(['b'])).toBeDefined();
  });

  test('wait no longer than the bound for one that hangs', async (context) => {
    verifies(context, 'extract:offLane');
    const { clock, runner } = stage([writer('a', 'app:x')]);
    runner.due('turnComplete', at(1));
    const isDone = done(runner.pendingWriters(['app:x']));
    await clock.advanceAsync(1_999);
    expect(isDone()).toBe(false);
    await clock.advanceAsync(1);
    expect(isDone()).toBe(true);
  });

  test('for a boundary do not wait for what was asked for after it', async () => {
    const hand = new Hand('a');
    const { clock, runner } = stage([hand]);
    runner.due('turnComplete', at(1));
    runner.due('turnComplete', at(2));
    const first = done(runner.settled(1));
    const second = done(runner.settled(2));
    hand.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect([first(), second()]).toEqual([true, false]);
    hand.runs[1]?.answer({});
    await clock.advanceAsync(0);
    expect(second()).toBe(true);
    expect(runner.settled(2)).toBeUndefined();
  });

  test('after a refresh see what was just said, once for the same words', async (context) => {
    verifies(context, 'extract:refresh');
    const every = writer('every', 'app:confirmed');
    const other = writer('other', 'app:other');
    const rare = new Hand('rare', {
      trigger: interval(1),
      promote: [{ field: 'n', stateKey: 'app:confirmed' }],
    });
    const { clock, runner, state } = stage([every, other, rare]);
    runner.refresh(['app:confirmed'], at(4, turn(3), turn(4, 'yes, book it')));
    expect([every.runs.length, other.runs.length, rare.runs.length]).toEqual([1, 0, 0]);
    runner.refresh(['app:confirmed'], at(4, turn(3), turn(4, 'yes, book it')));
    const isDone = done(runner.pendingWriters(['app:confirmed']));
    every.runs[0]?.answer({ n: true });
    await clock.advanceAsync(0);
    expect([isDone(), state.get('app:confirmed'), every.runs.length]).toEqual([true, true, 1]);
    runner.refresh(['app:confirmed'], at(4, turn(3), turn(4, 'yes, book it, please')));
    expect(every.runs).toHaveLength(2);
    every.runs[1]?.fail(new Error('boom'));
    await clock.advanceAsync(0);
    runner.refresh(['app:confirmed'], at(4, turn(3), turn(4, 'yes, book it, please')));
    expect(every.runs).toHaveLength(3);
  });
});

describe('Applying', () => {
  test('counts a result once, and drops one of an older turn', async (context) => {
    verifies(context, 'extract:stale');
    const hand = new Hand('a');
    const { clock, runner, results, events, state } = stage([hand], {}, 'byHand');
    runner.due('turnComplete', at(5));
    hand.runs[0]?.answer({ n: 5 });
    await clock.advanceAsync(0);
    const [result] = results.splice(0);
    if (result === undefined) throw new Error('no result');
    expect(runner.apply(result)).toEqual({ extractor: 'a', turn: 5, value: { n: 5 }, written: [] });
    expect(runner.apply(result)).toBeUndefined();
    runner.due('afterToolCall', at(4));
    runner.due('turnComplete', at(4));
    hand.runs[1]?.answer({ n: 4 });
    await clock.advanceAsync(0);
    const [older] = results;
    if (older === undefined) throw new Error('no result');
    expect(runner.apply(result)).toBeUndefined();
    expect(runner.apply(older)).toMatchObject({ value: undefined, written: [] });
    expect(state.get('a')).toEqual({ n: 5 });
    expect(events.at(-1)).toMatchObject({ type: 'extractionError', error: expect.stringContaining('stale') });
  });

  test('stamps results with the turn and the revision that they read', async () => {
    const hand = new Hand('a');
    const { clock, runner, results, state } = stage([hand], {}, 'byHand');
    state.set('x', 1);
    const { revision } = state;
    runner.due('turnComplete', at(7));
    state.set('x', 2);
    hand.runs[0]?.answer({});
    await clock.advanceAsync(0);
    expect(results).toMatchObject([{ extractor: 'a', turn: 7, revision }]);
  });
});

test('Closing aborts every run, ends every wait, and nothing is told any more', async () => {
  const [a, b] = [new Hand('a'), new Hand('b')];
  const { clock, runner, results, events } = stage([a, b]);
  runner.due('turnComplete', at(1));
  runner.due('turnComplete', at(2));
  b.runs[0]?.answer({});
  await clock.advanceAsync(0);
  const isDone = done(runner.settled(2));
  runner.close();
  runner.close();
  a.runs[0]?.answer({});
  runner.due('turnComplete', at(3));
  runner.refresh(['a'], at(3));
  await clock.advanceAsync(20_000);
  expect(isDone()).toBe(true);
  expect(a.runs.map(({ request }) => request.signal.aborted)).toEqual([true]);
  expect([results, events, clock.pending, b.runs.length]).toEqual([[], [], 0, 1]);
});
