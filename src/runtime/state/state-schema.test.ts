import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { runtimeWriter } from './runtime-writer.ts';
import { State } from './state.ts';
import { stateKey } from './state-key.ts';

function refusal(message: RegExp): unknown {
  return expect.objectContaining({ code: 'stateValueInvalid', message: expect.stringMatching(message) });
}

describe('A schema for each key', () => {
  it('refuses a write by its issues and changes nothing', (context) => {
    verifies(context, 'state:schema');
    const order = z.object({ item: z.string(), qty: z.number().max(9) });
    const state = new State({ schema: { order, 'user:age': v.number() } });
    state.set('order', { item: 'tea', qty: 2 });
    expect(() => state.set('order', { item: 'tea', qty: 99 })).toThrow(refusal(/'order': qty: .*<=9/));
    expect(() => state.user.set('age', 'old')).toThrow(refusal(/'user:age': .*number/i));
    expect(() => state.modify('order', {}, () => ({}))).toThrow(refusal(/item: .*; qty: /));
    expect(() => state.delta().set('order', 1)).toThrow(refusal(/'order'/));
    expect(() => runtimeWriter(state).set('order', 1)).toThrow(refusal(/'order'/));
    state.set('other', 'free');
    state.delete('order');
    expect([state.keys(), state.revision]).toEqual([['other'], 3]);
  });

  it('stores what was written as it was given', () => {
    const state = new State({ schema: { order: z.object({ qty: z.coerce.number().default(1) }) } });
    state.set('order', { qty: '2', note: 'hot' });
    expect(state.get('order')).toEqual({ qty: '2', note: 'hot' });
  });
});

describe('A schema of the whole', () => {
  const schema = z
    .strictObject({
      item: z.string(),
      'user:name': z.string(),
      from: z.number().optional(),
      to: z.number().optional(),
    })
    .partial()
    .refine(({ from = 0, to = 0 }) => from <= to, { path: ['to'], error: 'ends before it begins' });

  it('judges the written key, not what is missing', () => {
    const state = new State({ schema: z.object({ item: z.string(), qty: z.number() }) });
    state.set('item', 'tea');
    expect(() => state.set('qty', 'two')).toThrow(refusal(/'qty': qty: /));
    state.set('qty', 2);
    state.set('note', 'not in the schema');
  });

  it('refuses unknown keys when it is strict, but not those of a scope or of the runtime', () => {
    const state = new State({ schema });
    state.set('item', 'tea');
    state.user.set('name', 'Ada');
    expect(() => state.set('itme', 'tea')).toThrow(refusal(/itme/));
    expect(() => state.user.set('nmae', 'Ada')).toThrow(refusal(/nmae/));
    state.turn.set('x', 1);
    state.temp.set('x', 1);
    state.bg.set('x', 1);
    runtimeWriter(state).set('session:phase', 'open');
    runtimeWriter(state).set('derived:sum', 1);
  });

  it('sees the present values, a delta what it would make of them', () => {
    const state = new State({ schema });
    state.set('to', 5);
    state.set('from', 3);
    expect(() => state.set('to', 2)).toThrow(refusal(/ends before it begins/));
    const delta = state.delta();
    delta.set('to', 4);
    state.delete('from');
    state.set('to', 9);
    state.set('from', 8);
    expect(() => delta.commit()).toThrow(refusal(/ends before it begins/));
    expect(state.get('to')).toBe(9);
    delta.set('to', 12);
    delta.commit();
    expect(state.get('to')).toBe(12);
    delta.delete('from');
    delta.set('to', 1);
    delta.commit();
    expect([state.has('from'), state.get('to')]).toEqual([false, 1]);
  });
});

describe('A schema that misbehaves', () => {
  function schemaOf(validate: () => unknown): StandardSchemaV1<unknown, string> {
    const standard = { version: 1, vendor: 'test', validate };
    return { '~standard': standard } as unknown as StandardSchemaV1<unknown, string>;
  }
  const asynchronous = schemaOf(() => Promise.reject(new Error('late')));
  const throwing = schemaOf(() => {
    throw new Error('broken');
  });

  it('makes writes fail with a reason, and reads say wrong type', () => {
    const state = new State({ schema: { a: asynchronous, b: throwing } });
    expect(() => state.set('a', 1)).toThrow(refusal(/asynchronous/));
    expect(() => state.set('b', 1)).toThrow(refusal(/broken/));
    state.set('c', 1);
    expect(state.get(stateKey('c', throwing))).toBeUndefined();
    expect(state.read(stateKey('c', asynchronous))).toMatchObject({ status: 'wrongType', value: 1 });
    expect(() => state.set(stateKey('c', throwing), 'x')).toThrow(refusal(/broken/));
  });
});
