import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { type Computed, orderComputed } from './computed.ts';
import { WatchEngine } from './watch-engine.ts';
import { watchProblems } from './watch-options.ts';

function engineOf(computed: readonly Computed[], state: State, errors: RuntimeError[] = []): WatchEngine {
  const host = { state, clock: new ManualClock(), report: (error: RuntimeError) => errors.push(error) };
  return new WatchEngine({ computed }, { ...host, wake: () => {} });
}

function sum(key: string, ...deps: string[]): Computed {
  return {
    key,
    deps,
    compute: (state) => deps.reduce((total, dep) => total + Number(state.get(dep) ?? 0), 0),
  };
}

describe('A computed value', () => {
  it('follows what it depends on, through others, whatever their order', (context) => {
    verifies(context, 'watch:computed');
    const state = new State();
    state.set('a', 1);
    const engine = engineOf(
      [sum('all', 'left', 'derived:right'), sum('right', 'b'), sum('left', 'a')],
      state,
    );
    engine.start();
    expect([state.get('all'), state.get('derived:all')]).toEqual([1, 1]);
    state.set('b', 5);
    expect(engine.settle()).toEqual({ rounds: 1, capped: false, fired: 0 });
    expect(state.get('all')).toBe(6);
    const { revision } = state;
    state.set('b', 5);
    state.set('other', 1);
    engine.settle();
    expect(state.journal.since(revision).map(({ key }) => key)).toEqual(['b', 'other']);
  });

  it('is computed only when a dependency has changed, however many mutations lie between', () => {
    const state = new State();
    let runs = 0;
    const engine = engineOf([{ key: 'x', deps: ['a'], compute: () => ++runs }], state);
    engine.start();
    for (let index = 0; index < 3000; index++) state.set('noise', index);
    engine.settle();
    expect(runs).toBe(1);
    state.set('a', 1);
    for (let index = 0; index < 3000; index++) state.set('noise', index);
    engine.settle();
    expect([runs, state.get('x')]).toEqual([2, 2]);
  });

  it('is written only when it changes, and stays when there is nothing to say or it fails', () => {
    const state = new State();
    const errors: RuntimeError[] = [];
    const answers: Record<string, () => JsonValue | undefined> = {
      same: () => [1],
      none: () => undefined,
      fail: () => {
        throw new Error('no');
      },
      bad: () => Number.NaN,
    };
    const compute: Computed['compute'] = (read) => answers[String(read.get('mode'))]?.() ?? undefined;
    const engine = engineOf([{ key: 'x', deps: ['mode'], compute }], state, errors);
    for (const mode of ['same', 'none', 'fail', 'bad', 'same']) {
      state.set('mode', mode);
      engine.settle();
    }
    expect(state.journal.recent().filter(({ key }) => key === 'derived:x')).toHaveLength(1);
    expect(state.get('x')).toEqual([1]);
    expect(errors.map(({ code }) => code)).toEqual(['watcherFailed', 'watcherFailed']);
    expect(errors[1]?.cause).toMatchObject({ code: 'stateValueInvalid' });
  });

  it('of a key that changes by itself is looked at every 500 ms, and seen by watchers', () => {
    const state = new State();
    const clock = new ManualClock();
    runtimeWriter(state).live('session:elapsedMs', () => clock.nowMs());
    const late: Computed = {
      key: 'late',
      deps: ['session:elapsedMs'],
      compute: (read) => Number(read.get('session:elapsedMs')) >= 900,
    };
    const seen: JsonValue[] = [];
    const engine: WatchEngine = new WatchEngine(
      {
        computed: [late],
        watchers: [
          { key: 'late', predicate: { type: 'becameTrue' }, action: () => seen.push(clock.nowMs()) },
        ],
      },
      { state, clock, report: () => {}, wake: () => engine.settle() },
    );
    engine.start();
    clock.advance(3000);
    expect(seen).toEqual([1000]);
    engine.close();
    expect(clock.pending).toBe(0);
  });

  it('of a key that differs at every look is computed once in each settling', () => {
    const state = new State();
    let reads = 0;
    let runs = 0;
    runtimeWriter(state).live('session:elapsedMs', () => ++reads);
    const engine = engineOf([{ key: 'x', deps: ['session:elapsedMs', 'a'], compute: () => ++runs }], state);
    engine.start();
    expect([engine.settle().rounds, runs]).toEqual([1, 2]);
    state.set('a', 1);
    expect([engine.settle().rounds, runs]).toEqual([1, 3]);
  });
});

describe('The order of computed values', () => {
  it('puts each after those it depends on, unless there is a cycle, which is found', () => {
    const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const computed = edges.map((deps, index) => sum(`k${index}`, ...deps.map((dep) => `k${dep}`)));
        const { ordered, cycles } = orderComputed(computed);
        expect(cycles.length > 0).toBe(isCyclic(edges));
        for (const cycle of cycles) expect(cycle.at(0)).toBe(cycle.at(-1));
        if (cycles.length > 0) return;
        const place = new Map(ordered.map(({ key }, index) => [key, index]));
        expect(place.size).toBe(edges.length);
        for (const { key, deps } of ordered) {
          for (const dep of deps) expect(place.get(dep) ?? -1).toBeLessThan(place.get(key) ?? -1);
        }
      }),
    );
  });
});

describe('Watch options', () => {
  it('have all their problems found at once', (context) => {
    verifies(context, 'watch:problems');
    const action = (): void => {};
    const problems = watchProblems({
      computed: [
        sum('a', 'b'),
        sum('b', 'derived:c'),
        sum('c', 'a'),
        sum('d', 'd'),
        sum('e'),
        sum('e'),
        sum('app:x'),
      ],
      watchers: [
        { key: '', predicate: { type: 'changed' }, action },
        { key: 'x', predicate: { type: 'crossedAbove', threshold: Number.NaN }, action, cooldownMs: -1 },
      ],
      patterns: [
        { name: '', when: { type: 'sustained', condition: () => true, durationMs: Number.NaN }, action },
        { name: 'x', when: { type: 'rate', event: 'e', count: 0, windowMs: -1 }, action, cooldownMs: -1 },
        { name: 'x', when: { type: 'toolFailures', tool: 't', count: 1.5 }, action },
      ],
      maxRounds: 0,
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'watchers[0].key',
      'watchers[1].predicate.threshold',
      'watchers[1].cooldownMs',
      'computed[3].deps',
      'computed[6].key',
      'computed[5].key',
      'computed[0].deps',
      'patterns[0].name',
      'patterns[0].when.durationMs',
      'patterns[1].when.windowMs',
      'patterns[1].when.count',
      'patterns[1].cooldownMs',
      'patterns[2].when.count',
      'patterns[2].name',
      'maxRounds',
    ]);
    expect(problems.find(({ path }) => path === 'computed[0].deps')?.message).toContain(
      'a needs b needs c needs a',
    );
    expect(watchProblems({})).toEqual([]);
    expect(watchProblems({ computed: [sum('a', 'b'), sum('b', 'c')], maxRounds: 1 })).toEqual([]);
  });
});

/** Kahn's algorithm: something is left over exactly when there is a cycle. */
function isCyclic(edges: ReadonlyArray<readonly number[]>): boolean {
  let left = edges.map((deps, index) => ({ index, deps: deps.filter((dep) => dep < edges.length) }));
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    left = left.filter(({ deps }) => deps.some((dep) => left.some(({ index }) => index === dep)));
  }
  return left.length > 0;
}
