import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { runtimeWriter } from './runtime-writer.ts';
import { State } from './state.ts';
import type { StateAccess } from './state-access.ts';
import type { StateDelta } from './state-delta.ts';

type Model = Map<string, JsonValue>;

const key = fc.constantFrom('a', 'b', 'turn:a', 'turn:b', 'user:c');
const value = fc.constantFrom<JsonValue>(null, 0, 1, 'x', [1], { a: 1 });
const change = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key, value }),
  fc.record({ type: fc.constant('delete' as const), key }),
  fc.record({ type: fc.constant('clear' as const), prefix: fc.constantFrom('turn:', 'a', '') }),
  fc.record({ type: fc.constant('modify' as const), key, value }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ on: fc.constantFrom('base', 'first', 'second'), change }) },
  {
    weight: 2,
    arbitrary: fc.record({
      on: fc.constantFrom('first', 'second'),
      end: fc.constantFrom('commit', 'rollback'),
    }),
  },
);

/** A delta as the oracle has it: what it would do to a map, and which keys it has touched. */
class ModelDelta {
  touched: Map<string, JsonValue | undefined> = new Map();

  over(base: Model): Model {
    const merged = new Map(base);
    for (const [name, written] of this.touched) {
      if (written === undefined) merged.delete(name);
      else merged.set(name, written);
    }
    return merged;
  }
}

function applyTo(target: StateAccess, step: Change): void {
  if (step.type === 'set') target.set(step.key, step.value);
  else if (step.type === 'delete') target.delete(step.key);
  else if (step.type === 'clear') target.clearPrefix(step.prefix);
  else target.modify<JsonValue>(step.key, null, () => step.value);
}

/** What the change writes, given what it sees. */
function effects(step: Change, seen: Model): Array<[string, JsonValue | undefined]> {
  if (step.type === 'set' || step.type === 'modify') return [[step.key, step.value]];
  if (step.type === 'delete') return [[step.key, undefined]];
  return [...seen.keys()].filter((name) => name.startsWith(step.prefix)).map((name) => [name, undefined]);
}

describe('A delta', () => {
  it('is a transaction: any mix of writes, commits and rollbacks gives what two maps give', (context) => {
    verifies(context, 'state:delta');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const state = new State();
        const deltas: Record<string, StateDelta> = { first: state.delta(), second: state.delta() };
        const models: Record<string, ModelDelta> = { first: new ModelDelta(), second: new ModelDelta() };
        const base: Model = new Map();
        let mutations = 0;
        const write = (name: string, written: JsonValue | undefined): void => {
          if (written !== undefined || base.has(name)) mutations += 1;
          if (written === undefined) base.delete(name);
          else base.set(name, written);
        };
        for (const action of steps) {
          const delta = deltas[action.on];
          const model = models[action.on];
          if ('end' in action) {
            if (action.end === 'commit')
              for (const [name, written] of model?.touched ?? []) write(name, written);
            delta?.[action.end === 'commit' ? 'commit' : 'rollback']();
            model?.touched.clear();
          } else if (delta === undefined || model === undefined) {
            for (const [name, written] of effects(action.change, base)) write(name, written);
            applyTo(state, action.change);
          } else {
            for (const [name, written] of effects(action.change, model.over(base)))
              model.touched.set(name, written);
            applyTo(delta, action.change);
          }
          expect(contents(state)).toEqual(base);
          for (const name of ['first', 'second']) {
            const view = deltas[name];
            if (view) expect(contents(view)).toEqual(models[name]?.over(base));
          }
          expect(state.revision).toBe(mutations);
        }
        const sequences = state.journal.recent().map(({ sequence }) => sequence);
        expect(sequences).toEqual(sequences.map((_, index) => index + 1));
        expect(replayed(state)).toEqual(base);
      }),
      { numRuns: 300 },
    );
  });

  it('journals its commit with that origin, and nothing before', () => {
    const state = new State();
    state.set('a', 1);
    const delta = state.delta();
    delta.set('a', 2);
    delta.set('b', 3);
    delta.delete('a');
    delta.delete('none');
    expect(state.revision).toBe(1);
    expect([delta.get('a'), delta.has('a'), delta.get('b')]).toEqual([undefined, false, 3]);
    delta.commit();
    expect(state.journal.since(1).map(({ key, new: value, origin }) => [key, value, origin])).toEqual([
      ['b', 3, 'commit'],
      ['a', undefined, 'commit'],
    ]);
    delta.commit();
    expect(state.revision).toBe(3);
  });

  it('falls back to derived values as the state does', () => {
    const state = new State();
    runtimeWriter(state).set('derived:total', 7);
    const delta = state.delta();
    expect([delta.get('total'), delta.has('total')]).toEqual([7, true]);
    delta.set('total', 2);
    expect([delta.get('total'), state.get('total')]).toEqual([2, 7]);
    delta.delete('total');
    expect(delta.get('total')).toBe(7);
  });

  it('that is committed from a journal sink keeps its changes', () => {
    const state = new State();
    const delta = state.delta();
    delta.set('a', 1);
    let failure: unknown;
    const detach = state.journal.attachSink(
      () => {
        try {
          delta.commit();
        } catch (cause) {
          failure = cause;
        }
      },
      () => {},
    );
    state.set('b', 1);
    detach();
    expect(failure).toMatchObject({ code: 'stateReadOnly' });
    delta.commit();
    expect(state.get('a')).toBe(1);
  });
});

function contents(access: StateAccess): Model {
  return new Map(access.keys().map((name) => [name, access.get(name) ?? null]));
}

/** The journal alone, from the start, as a map. */
function replayed(state: State): Model {
  const model: Model = new Map();
  for (const { key: name, old, new: written } of state.journal.recent()) {
    expect(model.get(name)).toEqual(old);
    if (written === undefined) model.delete(name);
    else model.set(name, written);
  }
  return model;
}
