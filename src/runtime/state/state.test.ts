import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { runtimeWriter } from './runtime-writer.ts';
import { State } from './state.ts';
import { stateKey } from './state-key.ts';
import { watchWrites } from './watch-writes.ts';

const qty = stateKey('qty', z.number());
const readOnly: unknown = expect.objectContaining({ code: 'stateReadOnly' });

describe('A state', () => {
  it('gives back what was written, null too, and nothing for what was not', () => {
    const state = new State();
    state.set('order', { item: 'tea', qty: 2 });
    state.set('note', null);
    state.set('done', false);
    expect(state.get('order')).toEqual({ item: 'tea', qty: 2 });
    expect([state.get('note'), state.has('note'), state.read('note').status]).toEqual([null, true, 'value']);
    expect([state.get('done'), state.has('done')]).toEqual([false, true]);
    expect([state.get('other'), state.has('other'), state.read('other').status]).toEqual([
      undefined,
      false,
      'absent',
    ]);
    expect(state.keys()).toEqual(['order', 'note', 'done']);
  });

  it('tells absent, value and wrong type apart when asked strictly, and forgives otherwise', (context) => {
    verifies(context, 'state:reads');
    const state = new State();
    expect([state.get(qty), state.read(qty)]).toEqual([undefined, { status: 'absent' }]);
    state.set(qty, 2);
    expect([state.get(qty), state.read(qty)]).toEqual([2, { status: 'value', value: 2 }]);
    state.set('qty', 'two');
    expect([state.get(qty), state.has(qty)]).toEqual([undefined, true]);
    expect(state.read(qty)).toEqual({
      status: 'wrongType',
      value: 'two',
      issues: [expect.stringMatching(/expected number/)],
    });
  });

  it('reads a typed key through its schema, defaults and conversions included', () => {
    const state = new State();
    const order = stateKey('order', z.object({ item: z.string(), qty: z.coerce.number().default(1) }));
    state.set('order', { item: 'tea' });
    expect(state.get(order)).toEqual({ item: 'tea', qty: 1 });
    state.set('order', { item: 'tea', qty: '3' });
    const read: { item: string; qty: number } | undefined = state.get(order);
    expect(read?.qty).toBe(3);
  });

  it('has prefixed views', () => {
    const state = new State();
    state.user.set('name', 'Ada');
    state.app.set(qty, 3);
    expect(state.get('user:name')).toBe('Ada');
    expect([state.app.get(qty), state.get('app:qty'), state.get('qty')]).toEqual([3, 3, undefined]);
    state.bg.set('job:1', true);
    state.temp.set('x', 1);
    state.turn.set('x', 1);
    expect([state.bg.keys(), state.bg.keys('job'), state.keys('t')]).toEqual([
      ['job:1'],
      ['job:1'],
      ['temp:x', 'turn:x'],
    ]);
    state.bg.clearPrefix('');
    state.temp.delete('x');
    expect(state.keys()).toEqual(['user:name', 'app:qty', 'turn:x']);
  });

  it('finds a derived value under its bare key only', (context) => {
    verifies(context, 'state:derived');
    const state = new State();
    const writer = runtimeWriter(state);
    writer.set('derived:total', 7);
    writer.set('derived:user:total', 8);
    expect([state.get('total'), state.has('total'), state.derived.get('total')]).toEqual([7, true, 7]);
    expect([state.get('user:total'), state.has('user:total'), state.app.has('total')]).toEqual([
      undefined,
      false,
      false,
    ]);
    state.set('total', 1);
    expect(state.get('total')).toBe(1);
    state.delete('total');
    expect(state.get('total')).toBe(7);
  });

  it('modifies in one step, from the fallback when there is nothing to decode', (context) => {
    verifies(context, 'state:modify');
    const state = new State();
    runtimeWriter(state).set('derived:count', 100);
    expect(state.modify('count', 1, (count) => count + 1)).toBe(2);
    expect(state.modify('count', 1, (count) => count + 1)).toBe(3);
    state.set('count', 'many');
    expect(state.modify('count', 1, (count) => count + 1)).toBe(2);
    state.set('qty', '9');
    expect(state.modify(qty, 5, (count) => count + 1)).toBe(6);
    expect(state.modify<string[]>('list', [], (list) => [...list, 'tea'])).toEqual(['tea']);
    expect(state.modify<unknown>('any', null, (old) => old ?? 'first')).toBe('first');
    expect(state.modify<unknown>('any', null, (old) => old)).toBe('first');
  });

  it('changes nothing when the function of modify throws', () => {
    const state = new State();
    state.set('count', 1);
    const fail = (): number => {
      throw new Error('no');
    };
    expect(() => state.modify('count', 0, fail)).toThrow('no');
    expect([state.get('count'), state.revision]).toEqual([1, 1]);
  });

  it('takes no key of over 1,024 characters', () => {
    const state = new State();
    state.set('k'.repeat(1024), 1);
    expect(() => state.set('k'.repeat(1025), 1)).toThrow(
      expect.objectContaining({ code: 'invalidArgument' }),
    );
  });

  it('keeps the keys of the runtime from the application, whichever way it writes', (context) => {
    verifies(context, 'state:reserved');
    const prefixes =
      'session flow repair verbatim decision idempotency stateMeta presented derived correction';
    for (const prefix of [...prefixes.split(' '), 'compensated']) {
      const state = new State();
      const key = `${prefix}:x`;
      runtimeWriter(state).set(key, 1);
      expect(() => state.set(key, 2)).toThrow(readOnly);
      expect(() => state.set(stateKey<number>(key), 2)).toThrow(readOnly);
      expect(() => state.modify(key, 2, (value) => value)).toThrow(readOnly);
      expect(() => state.delete(key)).toThrow(readOnly);
      expect(() => state.clearPrefix(`${prefix}:`)).toThrow(readOnly);
      expect(() => state.delta().set(key, 2)).toThrow(readOnly);
      expect(() => state.delta().delete(key)).toThrow(readOnly);
      state.clearPrefix(prefix);
      state.clearPrefix('');
      state.import({ version: 1, revision: 0, values: { [key]: 2 }, redacted: [] });
      expect([key, state.get(key), state.revision]).toEqual([key, 1, 1]);
    }
    new State().set('sessions:x', 1);
    new State().set('session', 1);
  });

  it('computes live keys when they are read, outside journal and snapshot', (context) => {
    verifies(context, 'state:live');
    const state = new State();
    const writer = runtimeWriter(state);
    let silenceMs: number | undefined;
    const end = writer.live('session:silenceMs', () => silenceMs);
    expect([state.has('session:silenceMs'), state.keys()]).toEqual([false, []]);
    silenceMs = 20;
    expect([state.get('session:silenceMs'), state.session.keys()]).toEqual([20, ['silenceMs']]);
    expect([state.revision, state.snapshot().values]).toEqual([0, {}]);
    end();
    expect(state.get('session:silenceMs')).toBeUndefined();
    const stale = writer.live('session:phase', () => 'old');
    writer.live('session:phase', () => 'new');
    stale();
    expect(state.get('session:phase')).toBe('new');
    writer.set('session:phase', 'new');
    expect([state.get('session:phase'), state.revision]).toEqual(['new', 1]);
    writer.delete('session:phase');
    expect(state.has('session:phase')).toBe(false);
  });

  it('tells evidence: value, source, confidence and the last mutation', (context) => {
    verifies(context, 'state:evidence');
    const state = new State();
    const writer = runtimeWriter(state);
    expect(state.evidence('city')).toEqual({
      key: 'city',
      present: false,
      value: undefined,
      source: undefined,
      confidence: undefined,
      lastSequence: undefined,
      lastOrigin: undefined,
    });
    state.set('city', 'Bonn');
    writer.set('stateMeta:city', { source: 'extraction', confidence: 0.9 });
    const delta = state.delta();
    delta.set('city', 'Berlin');
    delta.commit();
    expect(state.evidence('city')).toMatchObject({
      present: true,
      value: 'Berlin',
      source: 'extraction',
      confidence: 0.9,
      lastSequence: 3,
      lastOrigin: 'commit',
    });
    writer.set('derived:total', 7);
    writer.set('stateMeta:total', 'hearsay');
    expect(state.evidence('total')).toMatchObject({ value: 7, lastSequence: 4, source: undefined });
  });

  it('tells a listener of each write of the application when it is done, and of none of the runtime', (context) => {
    verifies(context, 'state:watchWrites');
    const state = new State();
    const told: unknown[] = [];
    const end = watchWrites(state, () => told.push([state.revision, state.keys().length]));
    state.set('a', 1);
    state.modify('b', 0, (value) => value);
    state.delete('a');
    const delta = state.delta();
    delta.set('a', 1);
    delta.set('c', 1);
    delta.commit();
    state.import({ version: 1, revision: 0, values: { d: 1 }, redacted: [] });
    state.clearPrefix('');
    runtimeWriter(state).set('session:phase', 'open');
    runtimeWriter(state).set('promoted', 1);
    expect(told).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
      [5, 3],
      [6, 4],
      [10, 0],
    ]);
    end();
    state.set('a', 2);
    expect(told).toHaveLength(6);
  });
});

describe('The writer of the runtime', () => {
  it('writes and journals its own keys only when they change, others always', () => {
    const state = new State();
    const writer = runtimeWriter(state);
    writer.set('flow:active', ['a']);
    writer.set('flow:active', ['a']);
    writer.set('city', 'Bonn', 'setCommitted');
    writer.set('city', 'Bonn');
    expect(state.revision).toBe(3);
    writer.delete('flow:active');
    expect(state.has('flow:active')).toBe(false);
  });
});
