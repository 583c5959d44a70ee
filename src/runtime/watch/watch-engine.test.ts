import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { WatchEngine } from './watch-engine.ts';
import type { WatchOptions } from './watch-options.ts';
import type { Watcher } from './watcher.ts';

interface Bed {
  readonly state: State;
  readonly clock: ManualClock;
  readonly engine: WatchEngine;
  readonly errors: RuntimeError[];
  /** How often the engine asked for a settling; it got it. */
  wakes: number;
}

function bed(options: WatchOptions, state: State = new State()): Bed {
  const clock = new ManualClock();
  const errors: RuntimeError[] = [];
  const host = { state, clock, report: (error: RuntimeError) => errors.push(error), wake: () => wake() };
  const engine = new WatchEngine(options, host);
  const made: Bed = { state, clock, engine, errors, wakes: 0 };
  const wake = (): void => {
    made.wakes += 1;
    engine.settle();
  };
  engine.start();
  return made;
}

/** A watcher that notes the changes of a key. */
function noting(key: string, more: Partial<Watcher> = {}): { watcher: Watcher; seen: JsonValue[][] } {
  const seen: JsonValue[][] = [];
  const action = (old: JsonValue, value: JsonValue): unknown => seen.push([old, value]);
  return { watcher: { key, predicate: { type: 'changed' }, action, ...more }, seen };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('A watcher', () => {
  it('sees the sum of what changed, once, whoever changed it and however often', (context) => {
    verifies(context, 'watch:everyWriter');
    const { watcher, seen } = noting('count');
    const { state, engine } = bed({ watchers: [watcher] });
    engine.settle();
    state.set('count', 1);
    state.set('count', 2);
    runtimeWriter(state).set('count', 3);
    expect(engine.settle()).toEqual({ rounds: 1, capped: false, fired: 1 });
    expect(engine.settle()).toEqual({ rounds: 0, capped: false, fired: 0 });
    const delta = state.delta();
    delta.set('count', 4);
    delta.commit();
    engine.settle();
    for (let index = 0; index < 3000; index++) state.set('noise', index);
    state.delete('count');
    engine.settle();
    state.set('count', 9);
    state.delete('count');
    engine.settle();
    expect(seen).toEqual([
      [null, 3],
      [3, 4],
      [4, null],
    ]);
  });

  it('sees nothing of a delta that was rolled back, and nothing from before the start', (context) => {
    verifies(context, 'watch:rolledBack');
    const state = new State();
    state.set('count', 1);
    const { watcher, seen } = noting('count');
    const { engine } = bed({ watchers: [watcher] }, state);
    const delta = state.delta();
    delta.set('count', 2);
    engine.settle();
    delta.rollback();
    engine.settle();
    state.set('count', 1);
    engine.settle();
    expect(seen).toEqual([]);
  });

  it('takes equal objects for no change', () => {
    const { watcher, seen } = noting('order');
    const { state, engine } = bed({ watchers: [watcher] });
    state.set('order', { items: ['tea'] });
    engine.settle();
    state.set('order', { items: ['tea'] });
    engine.settle();
    expect(seen).toHaveLength(1);
  });

  it('can write what others watch, to a fixpoint within one settling', (context) => {
    verifies(context, 'watch:fixpoint');
    const { watcher: last, seen } = noting('c');
    const { state, engine, errors } = bed({
      watchers: [
        last,
        { key: 'b', predicate: { type: 'changed' }, action: (_, value) => state.set('c', value) },
        { key: 'a', predicate: { type: 'changed' }, action: (_, value) => state.set('b', value) },
      ],
    });
    state.set('a', 7);
    expect(engine.settle()).toEqual({ rounds: 3, capped: false, fired: 3 });
    expect(seen).toEqual([[null, 7]]);

    const flip: Watcher = {
      key: 'flip',
      predicate: { type: 'changed' },
      action: (_, value, target) => target.set('flip', value !== true),
    };
    const endless = bed({ watchers: [flip], maxRounds: 5 });
    endless.state.set('flip', true);
    expect(endless.engine.settle()).toEqual({ rounds: 5, capped: true, fired: 5 });
    expect(endless.engine.settle().capped).toBe(true);
    expect(endless.errors.map(({ code }) => code)).toEqual(['watchersUnsettled']);
    expect(endless.errors[0]?.message).toMatch(/5 rounds.*'flip'/);
    expect(errors).toEqual([]);
  });

  it('that needs exactly the allowed rounds is not capped; the default is 16', () => {
    const upTo = (limit: number): Watcher => ({
      key: 'n',
      predicate: { type: 'changed' },
      action: (_, value, state) => state.set('n', Math.min(Number(value) + 1, limit)),
    });
    const enough = bed({ watchers: [upTo(16)] });
    enough.state.set('n', 1);
    expect(enough.engine.settle()).toEqual({ rounds: 16, capped: false, fired: 16 });
    const short = bed({ watchers: [upTo(17)] });
    short.state.set('n', 1);
    expect(short.engine.settle()).toEqual({ rounds: 16, capped: true, fired: 16 });
    expect(short.engine.settle()).toEqual({ rounds: 1, capped: false, fired: 1 });
    expect([enough.errors.length, short.errors.length]).toEqual([0, 1]);
  });

  it('that throws or rejects, in action or predicate, is reported and hurts nobody', async (context) => {
    verifies(context, 'watch:actions');
    const { watcher, seen } = noting('a');
    const fail = (): never => {
      throw new Error('no');
    };
    const { state, engine, errors } = bed({
      watchers: [
        { key: 'a', predicate: { type: 'changed' }, action: fail },
        { key: 'a', predicate: { type: 'changed' }, action: () => Promise.reject(new Error('late')) },
        { key: 'a', predicate: { type: 'custom', test: fail }, action: () => undefined },
        { key: 'a', predicate: { type: 'changed' }, action: () => new Promise(() => {}) },
        watcher,
      ],
    });
    state.set('a', 1);
    expect(engine.settle()).toEqual({ rounds: 1, capped: false, fired: 4 });
    expect([seen, engine.pending]).toEqual([[[null, 1]], 2]);
    await settled();
    expect(engine.pending).toBe(1);
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['watcherFailed', "the action of the watcher of 'a' failed: no"],
      ['watcherFailed', "the predicate of the watcher of 'a' failed: no"],
      ['watcherFailed', "the action of the watcher of 'a' failed: late"],
    ]);
    expect(errors[2]?.cause).toEqual(new Error('late'));
  });

  it('does not act again while it cools down', (context) => {
    verifies(context, 'watch:cooldown');
    const { watcher, seen } = noting('n', { cooldownMs: 100 });
    const { state, clock, engine } = bed({ watchers: [watcher] });
    for (const [ms, value] of [
      [0, 1],
      [99, 2],
      [1, 3],
      [99, 4],
      [1, 5],
    ] as const) {
      clock.advance(ms);
      state.set('n', value);
      engine.settle();
    }
    expect(seen).toEqual([
      [null, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('that blocks gathers changes until its promise has settled, then looks at the sum', async () => {
    const seen: JsonValue[][] = [];
    const gates: Array<() => void> = [];
    const action = (old: JsonValue, value: JsonValue): Promise<void> => {
      seen.push([old, value]);
      return new Promise((resolve) => gates.push(resolve));
    };
    const made = bed({ watchers: [{ key: 'n', predicate: { type: 'changed' }, action, blocking: true }] });
    for (const value of [1, 2, 3]) {
      made.state.set('n', value);
      made.engine.settle();
    }
    expect(seen).toEqual([[null, 1]]);
    gates[0]?.();
    await settled();
    expect(seen).toEqual([
      [null, 1],
      [1, 3],
    ]);
    made.engine.close();
    made.state.set('n', 4);
    gates[1]?.();
    await settled();
    expect([seen.length, made.wakes, made.engine.pending]).toEqual([2, 1, 0]);
  });

  it('may settle or close the engine from its action', () => {
    const inner: unknown[] = [];
    const { watcher, seen } = noting('n');
    const made = bed({
      watchers: [
        {
          key: 'n',
          predicate: { type: 'changedTo', value: 1 },
          action: () => inner.push(made.engine.settle()),
        },
        { key: 'n', predicate: { type: 'changedTo', value: 2 }, action: () => made.engine.close() },
        watcher,
      ],
    });
    made.state.set('n', 1);
    made.engine.settle();
    expect([inner, seen]).toEqual([[{ rounds: 0, capped: false, fired: 0 }], [[null, 1]]]);
    made.state.set('n', 2);
    made.engine.settle();
    expect([seen.length, made.engine.settle(), made.clock.pending]).toEqual([1, inner[0], 0]);
  });

  it('of a key that changes by itself looks once in each settling and every 500 ms', (context) => {
    verifies(context, 'watch:timer');
    const state = new State();
    const clock = new ManualClock();
    let reads = 0;
    const end = runtimeWriter(state).live('session:silenceMs', () => clock.nowMs() + ++reads / 1000);
    const { watcher, seen } = noting('session:silenceMs', {
      predicate: { type: 'crossedAbove', threshold: 1200 },
    });
    const { watcher: any, seen: all } = noting('session:silenceMs');
    const engine = new WatchEngine(
      { watchers: [watcher, any] },
      { state, clock, report: () => {}, wake: () => engine.settle() },
    );
    engine.start();
    clock.advance(1499);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toHaveLength(1);
    expect(all).toHaveLength(3);
    end();
    clock.advance(500);
    expect(clock.pending).toBe(0);
    const idle = bed({ watchers: [noting('a').watcher] });
    idle.engine.settle();
    expect(idle.clock.pending).toBe(0);
  });
});
