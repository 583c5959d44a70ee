import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { State } from './state.ts';

describe('Redaction marks', () => {
  it('cover the key behind any prefix and fields of that name, and leave reads real', (context) => {
    verifies(context, 'state:redaction');
    const state = new State();
    state.redact('card', 'user:name');
    state.user.set('card', '4111');
    const covered = ['card', 'user:card', 'app:customer:card', 'user:name', 'bg:user:name'];
    const open = ['cards', 'card:x', 'name', 'app:name', 'discard'];
    expect(covered.filter((key) => !state.isRedacted(key))).toEqual([]);
    expect(open.filter((key) => state.isRedacted(key))).toEqual([]);
    expect([state.mask('user:card', '4111'), state.mask('card', null)]).toEqual(['[redacted]', '[redacted]']);
    expect(state.mask('order', { card: { no: 1 }, item: 'tea' })).toEqual({
      card: '[redacted]',
      item: 'tea',
    });
    expect(state.mask('order', [{ pay: { card: 1 } }, 2])).toEqual([{ pay: { card: '[redacted]' } }, 2]);
    expect(state.get('user:card')).toBe('4111');
  });

  it('give back the same value when nothing in it is marked', () => {
    const state = new State();
    const order: JsonValue = { items: [{ name: 'tea' }], note: null };
    expect(state.mask('order', order)).toBe(order);
    state.redact('card');
    expect(state.mask('order', order)).toBe(order);
    expect(state.mask('note', 'plain')).toBe('plain');
  });

  it('mask unseen what nests deeper than state can hold', () => {
    const state = new State();
    state.redact('card');
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as JsonValue;
    expect(JSON.stringify(state.mask('args', deep))).toContain('[redacted]');
  });
});
