import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { runtimeWriter } from './runtime-writer.ts';
import { State } from './state.ts';
import type { StateSnapshot } from './state-snapshot.ts';

function snapshotOf(values: Record<string, unknown>): StateSnapshot {
  return { version: 1, revision: 0, values, redacted: [] } as unknown as StateSnapshot;
}

describe('A snapshot', () => {
  it('holds the base alone, survives JSON, and is laid over what is there', (context) => {
    verifies(context, 'state:snapshot');
    const state = new State();
    const writer = runtimeWriter(state);
    state.set('order', { item: 'tea' });
    writer.set('flow:active', ['order']);
    writer.live('session:silenceMs', () => 5);
    state.delta().set('draft', 1);
    const snapshot = JSON.parse(JSON.stringify(state.snapshot())) as StateSnapshot;
    expect(snapshot).toEqual({
      version: 1,
      revision: 2,
      values: { order: { item: 'tea' }, 'flow:active': ['order'] },
      redacted: [],
    });

    const other = new State();
    other.set('order', 'none');
    other.set('kept', 1);
    runtimeWriter(other).import(snapshot);
    expect(other.snapshot().values).toEqual({ ...snapshot.values, kept: 1 });
    expect(other.journal.since(2).map(({ key, origin }) => [key, origin])).toEqual([
      ['order', 'setCommitted'],
      ['flow:active', 'setCommitted'],
    ]);
  });

  it('that is redacted hides what is marked and restores none of the masks', () => {
    const state = new State();
    state.redact('card');
    state.set('card', '4111');
    state.set('order', { card: '4111', item: 'tea' });
    state.set('city', 'Bonn');
    const snapshot = state.snapshot({ redacted: true });
    expect(JSON.stringify(snapshot)).not.toContain('4111');
    expect(snapshot.redacted).toEqual(['card', 'order']);
    expect(state.snapshot().values.card).toBe('4111');
    const other = new State();
    other.import(snapshot);
    expect(other.keys()).toEqual(['city']);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /it is no object/],
    ['a list', [], /it is no object/],
    ['another version', { version: 2, values: {} }, /\.version is not 1/],
    ['no values', { version: 1 }, /\.values is no object/],
    ['values in a list', { version: 1, values: [1] }, /\.values is no object/],
    ['a redacted list that is none', { version: 1, values: {}, redacted: 'card' }, /\.redacted is no list/],
    [
      'a redacted key that is none',
      { version: 1, values: {}, redacted: ['a', 1] },
      /\.redacted\[1\] is no string/,
    ],
    ['a value that is no JSON', snapshotOf({ a: 1, b: { c: [Number.NaN] } }), /\.values\.b\.c\[0\] is NaN/],
    ['a key that is too long', snapshotOf({ ['k'.repeat(1025)]: 1 }), /a key over 1024 characters/],
    [
      'too many keys',
      snapshotOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`k${n}`, n]))),
      /over 10000 keys/,
    ],
    [
      'endless nesting',
      snapshotOf({ a: JSON.parse(`${'['.repeat(9999)}${']'.repeat(9999)}`) }),
      /nested over 64/,
    ],
    [
      'a trap',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('trap');
          },
        },
      ),
      /throws when it is read/,
    ],
    ['a value that the schema refuses', snapshotOf({ a: 1, qty: 'two' }), /'qty'.*expected number/],
  ])('of %s is refused with the place and changes nothing', (_, snapshot, message) => {
    const state = new State({ schema: { qty: z.number() } });
    expect(() => state.import(snapshot as StateSnapshot)).toThrow(
      expect.objectContaining({ code: 'stateSnapshotInvalid', message: expect.stringMatching(message) }),
    );
    expect(state.revision).toBe(0);
  });

  it('can neither forge keys of the runtime nor reach a prototype', (context) => {
    verifies(context, 'state:hostileSnapshot');
    const state = new State();
    const text = '{"version":1,"values":{"flow:done":true,"__proto__":{"admin":true},"constructor":1}}';
    state.import(JSON.parse(text) as StateSnapshot);
    expect([state.has('flow:done'), state.get('constructor'), state.get('toString')]).toEqual([
      false,
      1,
      undefined,
    ]);
    expect(state.get('__proto__')).toEqual({ admin: true });
    expect(JSON.stringify(state.snapshot().values)).toBe('{"__proto__":{"admin":true},"constructor":1}');
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });
});
