import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { frozenJson, NotJson } from './frozen-json.ts';
import { State } from './state.ts';

class Order {
  readonly item = 'tea';
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const loop: Record<string, unknown> = {};
loop.self = loop;

const hostile = {
  get price(): number {
    throw new Error('secret 4111');
  },
};

describe('Frozen JSON', () => {
  it.each<[string, unknown, string, string]>([
    ['undefined', undefined, '', 'is undefined'],
    ['a function', () => 1, '', 'is a function'],
    ['a symbol', Symbol('s'), '', 'is a symbol'],
    ['a bigint', { a: [1, 2n] }, '.a[1]', 'is a bigint'],
    ['NaN', { a: Number.NaN }, '.a', 'is NaN'],
    ['an infinity', [Number.POSITIVE_INFINITY], '[0]', 'is Infinity'],
    ['undefined inside', { 'odd key': undefined }, '["odd key"]', 'is undefined'],
    ['a hole of an array', new Array(2), '[0]', 'is undefined'],
    ['a date', { when: new Date(0) }, '.when', 'is an instance of Date'],
    ['a map', new Map(), '', 'is an instance of Map'],
    ['a promise', { value: Promise.resolve(1) }, '.value', 'is an instance of Promise'],
    ['bytes', new Uint8Array(2), '', 'is an instance of Uint8Array'],
    ['an instance', { order: new Order() }, '.order', 'is an instance of Order'],
    ['a boxed number', Object(1), '', 'is an instance of Number'],
    ['a symbol for a key', { [Symbol.iterator]: 1 }, '', 'has a symbol for a key'],
    ['a cycle', { a: loop }, '.a.self', 'is a cycle'],
    ['an endless nest', nested(65), '[0]'.repeat(64), 'is nested over 64 levels'],
    ['a getter that throws', hostile, '', 'throws when it is read'],
  ])('refuses %s, with its place', (_, value, path, reason) => {
    expect(frozenJson(value)).toEqual(new NotJson(path, reason));
  });

  it('refuses more than 100,000 values, before it copies them all', () => {
    const shared = new Array(1000).fill(0);
    expect(frozenJson(new Array(1000).fill(shared))).toBeInstanceOf(NotJson);
    expect(frozenJson(new Array(90).fill(shared))).not.toBeInstanceOf(NotJson);
  });

  it('takes 64 levels, the same object twice, and objects without a prototype', () => {
    const shared = { a: 1 };
    expect(frozenJson(nested(64))).not.toBeInstanceOf(NotJson);
    expect(frozenJson([shared, shared])).toEqual([shared, shared]);
    expect(frozenJson(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 });
  });

  it('copies any JSON as JSON.parse would, __proto__ included', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(frozenJson(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
    const copy = frozenJson(JSON.parse('{"__proto__": {"admin": true}, "a": 1}')) as Record<string, unknown>;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true},"a":1}');
    expect(copy.admin).toBeUndefined();
  });

  it('makes zero of minus zero', () => {
    expect(Object.is(frozenJson(-0), 0)).toBe(true);
  });
});

describe('A state', () => {
  it('refuses what is not JSON with the key and the place, and keeps what it had', (context) => {
    verifies(context, 'state:json');
    const state = new State();
    state.set('order', 'tea');
    const write = (): void => state.set('order', { items: [{ when: new Date(0) }] } as never);
    expect(write).toThrow(
      expect.objectContaining({
        code: 'stateValueInvalid',
        message: expect.stringMatching(/'order'.*\.items\[0\]\.when is an instance of Date/),
      }),
    );
    expect(() => state.modify('order', '', () => undefined as never)).toThrow(/is undefined/);
    expect(() => state.delta().set('order', Number.NaN)).toThrow(/is NaN/);
    expect(() => state.set('order', hostile as never)).toThrow(/^(?!.*4111)/);
    expect(state.get('order')).toBe('tea');
    expect(state.revision).toBe(1);
  });

  it('does not change when the caller changes what was written or read', (context) => {
    verifies(context, 'state:frozen');
    const state = new State();
    const order = { items: [{ qty: 1 }] };
    state.set('order', order);
    order.items[0] = { qty: 9 };
    expect(state.get('order')).toEqual({ items: [{ qty: 1 }] });
    const read = state.get('order') as typeof order;
    expect(() => read.items.push({ qty: 2 })).toThrow(TypeError);
    expect(state.get('order')).toBe(read);
    expect(Object.isFrozen(order)).toBe(false);
  });
});
