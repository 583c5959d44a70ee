import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { RuntimeError } from '../runtime-error.ts';
import type { Mutation } from './journal.ts';
import { runtimeWriter, useStateClock } from './runtime-writer.ts';
import { State } from './state.ts';

function written(count: number): State {
  const state = new State();
  for (let index = 1; index <= count; index++) state.set('n', index);
  return state;
}

describe('The journal', () => {
  it('tells key, old, new, origin and time of every mutation', () => {
    const clock = new ManualClock();
    const state = new State();
    useStateClock(state, clock);
    useStateClock(state, new ManualClock());
    state.set('a', 1);
    clock.advance(5);
    state.set('a', 2);
    state.delete('a');
    state.delete('a');
    state.turn.set('x', 1);
    runtimeWriter(state).clearPrefix('turn:');
    runtimeWriter(state).set('flow:done', true, 'setCommitted');
    const rows = state.journal.recent().map(({ sequence, key, old, new: value, origin, atMs }) => {
      return [sequence, key, old, value, origin, atMs];
    });
    expect(rows).toEqual([
      [1, 'a', undefined, 1, 'set', 0],
      [2, 'a', 1, 2, 'set', 5],
      [3, 'a', 2, undefined, 'remove', 5],
      [4, 'turn:x', undefined, 1, 'set', 5],
      [5, 'turn:x', 1, undefined, 'clearPrefix', 5],
      [6, 'flow:done', undefined, true, 'setCommitted', 5],
    ]);
    expect(state.revision).toBe(6);
  });

  it('remembers the last 1,024, and tells a cursor that has lost some', (context) => {
    verifies(context, 'state:journal');
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: -5, max: 3005 }), fc.nat(1500), (count, cursor, tail) => {
        const { journal } = written(count);
        const all = Array.from({ length: count }, (_, index) => index + 1);
        const kept = all.slice(-1024);
        const sequences = (entries: readonly Mutation[]): unknown[] =>
          entries.map(({ sequence }) => sequence);
        expect(journal.cursor).toBe(count);
        expect(sequences(journal.recent())).toEqual(kept);
        expect(sequences(journal.recent(tail))).toEqual(kept.slice(Math.max(0, kept.length - tail)));
        expect(sequences(journal.since(cursor))).toEqual(kept.filter((sequence) => sequence > cursor));
        const complete = cursor >= count - kept.length && cursor <= count;
        const found = journal.trySince(cursor);
        expect(found && sequences(found)).toEqual(complete ? all.slice(cursor) : null);
      }),
      { numRuns: 60 },
    );
    const edges = [
      written(1024).journal.trySince(0),
      written(1025).journal.trySince(0),
      written(1025).journal.trySince(1),
    ];
    expect(edges.map((found) => found?.length)).toEqual([1024, undefined, 1024]);
  });

  it('drains what is new, without taking it from others', () => {
    const state = written(3);
    expect(state.journal.drain()).toHaveLength(3);
    expect(state.journal.drain()).toEqual([]);
    state.set('n', 4);
    expect(state.journal.drain().map(({ sequence }) => sequence)).toEqual([4]);
    expect(state.journal.recent()).toHaveLength(4);
  });

  it('has nothing for a cursor that is no number', () => {
    expect(written(2).journal.since(Number.NaN)).toEqual([]);
    expect(written(2).journal.trySince(Number.NaN)).toBeNull();
  });
});

describe('A journal sink', () => {
  it('gets every mutation in order and redacted, before the write returns, until it is detached', (context) => {
    verifies(context, 'state:sink');
    const state = new State();
    state.redact('card');
    const lines: Mutation[] = [];
    const detach = state.journal.attachSink(
      (mutation) => lines.push(mutation),
      () => {},
    );
    state.user.set('card', '4111');
    expect(lines).toHaveLength(1);
    state.set('order', { card: '4111', item: 'tea' });
    const delta = state.delta();
    delta.set('a', 1);
    delta.delete('order');
    delta.commit();
    detach();
    state.set('a', 2);
    expect(lines.map(({ sequence, old, new: value }) => [sequence, old, value])).toEqual([
      [1, undefined, '[redacted]'],
      [2, undefined, { card: '[redacted]', item: 'tea' }],
      [3, undefined, 1],
      [4, { card: '[redacted]', item: 'tea' }, undefined],
    ]);
    expect(state.journal.recent(2)[0]?.old).toEqual({ card: '4111', item: 'tea' });
  });

  it('that throws is reported once, when the write is over, and given up; the others go on', () => {
    const state = new State();
    const errors: RuntimeError[] = [];
    const seen: unknown[] = [];
    const failing = (): void => {
      throw new Error('disk full');
    };
    state.journal.attachSink(failing, (error) => {
      errors.push(error);
      seen.push(state.get('a'), state.get('b'));
      state.set('told', true);
    });
    const keys: string[] = [];
    state.journal.attachSink(
      ({ key }) => keys.push(key),
      (error) => errors.push(error),
    );
    const delta = state.delta();
    delta.set('a', 1);
    delta.set('b', 2);
    delta.commit();
    state.set('c', 3);
    expect(errors.map(({ code }) => code)).toEqual(['journalSinkFailed']);
    expect(errors[0]?.cause).toEqual(new Error('disk full'));
    expect(seen).toEqual([1, 2]);
    expect(keys).toEqual(['a', 'b', 'told', 'c']);
  });

  it('that writes to the state is given up too, and its write does not happen', () => {
    const state = new State();
    const errors: RuntimeError[] = [];
    state.journal.attachSink(
      () => state.set('echo', 1),
      (error) => errors.push(error),
    );
    state.set('a', 1);
    state.set('a', 2);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.cause).toMatchObject({ code: 'stateReadOnly' });
    expect(state.has('echo')).toBe(false);
    expect(state.get('a')).toBe(2);
  });
});
