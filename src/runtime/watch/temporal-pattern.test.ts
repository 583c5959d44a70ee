import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import type { Temporal, TemporalPattern } from './temporal-pattern.ts';
import { WatchEngine } from './watch-engine.ts';

interface Bed {
  readonly state: State;
  readonly clock: ManualClock;
  readonly engine: WatchEngine;
  readonly errors: RuntimeError[];
  /** When the pattern acted. */
  readonly acted: number[];
}

function bed(when: Temporal, more: Partial<TemporalPattern> = {}, state: State = new State()): Bed {
  const clock = new ManualClock();
  const errors: RuntimeError[] = [];
  const acted: number[] = [];
  const pattern: TemporalPattern = { name: 'p', when, action: () => acted.push(clock.nowMs()), ...more };
  const engine: WatchEngine = new WatchEngine(
    { patterns: [pattern] },
    { state, clock, report: (error) => errors.push(error), wake: () => engine.settle() },
  );
  engine.start();
  return { state, clock, engine, errors, acted };
}

const isStuck: Extract<Temporal, { type: 'sustained' }> = {
  type: 'sustained',
  condition: (state) => state.get('stuck') === true,
  durationMs: 1000,
};

function setStuck({ state, engine }: Bed, stuck: boolean): void {
  state.set('stuck', stuck);
  engine.settle();
}

describe('A sustained pattern', () => {
  it('acts at the moment when its condition has held for long enough, once, and again after it fell', (context) => {
    verifies(context, 'watch:patterns', 'watch:edges');
    const made = bed(isStuck);
    expect(made.clock.pending).toBe(0);
    setStuck(made, true);
    expect(made.clock.nextDueMs).toBe(1000);
    made.clock.advance(999);
    setStuck(made, false);
    expect(made.clock.pending).toBe(0);
    setStuck(made, true);
    made.clock.advance(999);
    expect(made.acted).toEqual([]);
    made.clock.advance(1);
    expect(made.acted).toEqual([1999]);
    made.clock.advance(10_000);
    made.engine.settle();
    expect([made.acted.length, made.clock.pending]).toEqual([1, 0]);
    setStuck(made, false);
    setStuck(made, true);
    made.clock.advance(1000);
    expect(made.acted).toEqual([1999, 12_999]);
    made.engine.close();
  });

  it('of no duration acts at once, and its action is part of the same settling', () => {
    const made = bed({ ...isStuck, durationMs: 0 }, { action: (state) => state.set('stuck', false) });
    made.state.set('stuck', true);
    expect(made.engine.settle()).toEqual({ rounds: 1, capped: false, fired: 1 });
    expect(made.state.get('stuck')).toBe(false);
    made.state.set('stuck', true);
    expect(made.engine.settle().fired).toBe(1);
  });

  it('looks every 500 ms while its condition hangs on a key that changes by itself, and only then', () => {
    const state = new State();
    let silenceMs = 0;
    runtimeWriter(state).live('session:silenceMs', () => silenceMs);
    const made = bed(
      {
        ...isStuck,
        condition: (read) => read.get('listening') === true && Number(read.get('session:silenceMs')) > 100,
      },
      {},
      state,
    );
    made.engine.settle();
    expect(made.clock.pending).toBe(0);
    state.set('listening', true);
    made.engine.settle();
    made.clock.advance(700);
    silenceMs = 200;
    made.clock.advance(10_000);
    expect(made.acted).toEqual([2000]);
    state.set('listening', false);
    made.engine.settle();
    expect(made.clock.pending).toBe(0);
  });
});

describe('A rate pattern', () => {
  it('acts when so many events lie within the window, its edge included, and again after the rate fell', () => {
    const made = bed({ type: 'rate', event: 'interrupted', count: 3, windowMs: 100 });
    const at = (ms: number, name: string = 'interrupted'): void => {
      made.clock.advance(ms - made.clock.nowMs());
      made.engine.onEvent(name);
      made.engine.settle();
    };
    for (const ms of [0, 50, 101]) at(ms);
    expect(made.acted).toEqual([]);
    at(149, 'audio');
    at(150);
    expect(made.acted).toEqual([150]);
    for (const ms of [150, 200, 250]) at(ms);
    expect(made.acted).toEqual([150]);
    for (const ms of [301, 302]) at(ms);
    expect(made.acted).toEqual([150, 302]);
    expect(made.clock.pending).toBe(0);
  });

  it('agrees with counting, for any times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (gaps, count) => {
        const made = bed({ type: 'rate', event: (name) => name.startsWith('tool'), count, windowMs: 100 });
        const times: number[] = [];
        const expected: number[] = [];
        for (const gap of gaps) {
          made.clock.advance(gap);
          const nowMs = made.clock.nowMs();
          const held = times.filter((time) => nowMs - time <= 100).length >= count;
          times.push(nowMs);
          if (!held && times.filter((time) => nowMs - time <= 100).length >= count) expected.push(nowMs);
          made.engine.onEvent('toolExecution');
          made.engine.settle();
        }
        expect(made.acted).toEqual(expected);
      }),
    );
  });
});

describe('A pattern of turns', () => {
  it('counts turns in a row and nothing else, once per turn', () => {
    const made = bed({ type: 'turns', condition: isStuck.condition, count: 2 });
    made.state.set('stuck', true);
    const turn = (number: number): void => {
      made.engine.onTurn(number);
      made.engine.settle();
    };
    made.engine.settle();
    made.clock.advance(10_000);
    made.engine.settle();
    turn(1);
    turn(1);
    expect(made.acted).toEqual([]);
    made.state.set('stuck', false);
    turn(2);
    made.state.set('stuck', true);
    turn(3);
    turn(4);
    expect(made.acted).toHaveLength(1);
    turn(5);
    expect(made.acted).toHaveLength(1);
    made.state.set('stuck', false);
    turn(6);
    made.state.set('stuck', true);
    turn(7);
    turn(8);
    expect(made.acted).toHaveLength(2);
    expect(made.clock.pending).toBe(0);
  });
});

describe('A pattern of tool failures', () => {
  it('counts failures of its tool in a row', () => {
    const made = bed({ type: 'toolFailures', tool: 'book', count: 2 });
    const runs = (...results: ReadonlyArray<readonly [string, boolean]>): number => {
      for (const [name, ok] of results) made.engine.onTool(name, ok);
      made.engine.settle();
      return made.acted.length;
    };
    expect(runs(['book', false], ['search', false], ['book', true], ['book', false])).toBe(0);
    expect(runs(['search', true], ['book', false])).toBe(1);
    expect(runs(['book', false], ['book', false])).toBe(1);
    expect(runs(['book', true], ['book', false], ['book', false])).toBe(2);
  });
});

describe('A pattern', () => {
  it('that begins again while it cools down does not act, and that beginning is gone', () => {
    const made = bed({ ...isStuck, durationMs: 0 }, { cooldownMs: 100 });
    setStuck(made, true);
    setStuck(made, false);
    made.clock.advance(99);
    setStuck(made, true);
    made.clock.advance(50);
    made.engine.settle();
    expect(made.acted).toEqual([0]);
    setStuck(made, false);
    setStuck(made, true);
    expect(made.acted).toEqual([0, 149]);
  });

  it('whose condition throws, or writes, is reported once until it works again, and counts as false', () => {
    let mode: 'throw' | 'write' | 'work' = 'throw';
    const condition: typeof isStuck.condition = (state) => {
      if (mode === 'throw') throw new Error('no');
      if (mode === 'write') (state as State).set('x', 1);
      return true;
    };
    const made = bed({ ...isStuck, condition });
    made.engine.settle();
    made.engine.settle();
    expect(made.errors.map(({ message }) => message)).toEqual([
      "the condition of the pattern 'p' failed: no",
    ]);
    mode = 'work';
    made.engine.settle();
    made.clock.advance(500);
    mode = 'write';
    made.engine.settle();
    mode = 'work';
    made.engine.settle();
    made.clock.advance(999);
    expect([made.acted, made.errors.length, made.state.revision]).toEqual([[], 2, 0]);
    made.clock.advance(1);
    expect(made.acted).toEqual([1500]);
  });

  it('whose condition throws at every look is reported once, whatever else happens in between', () => {
    const made = bed({
      ...isStuck,
      condition: () => {
        throw new Error('no');
      },
    });
    made.engine.settle();
    // The report is an event itself, after which the state settles again.
    made.engine.onEvent('error');
    made.engine.settle();
    expect(made.errors).toHaveLength(1);
  });

  it('whose action throws is reported; nothing acts after the end', () => {
    const made = bed(
      { type: 'toolFailures', tool: 't', count: 1 },
      {
        action: () => {
          throw new Error('no');
        },
      },
    );
    made.engine.onTool('t', false);
    expect(made.engine.settle().fired).toBe(1);
    expect(made.errors.map(({ code, message }) => [code, message])).toEqual([
      ['watcherFailed', "the action of the pattern 'p' failed: no"],
    ]);
    made.engine.close();
    made.engine.onTool('t', true);
    made.engine.onTool('t', false);
    expect(made.engine.settle()).toEqual({ rounds: 0, capped: false, fired: 0 });
  });
});
