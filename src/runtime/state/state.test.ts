import { describe, expect, it } from 'vitest';
import { runtimeWriter } from './runtime-writer.ts';
import { State } from './state.ts';
import { stateKey } from './state-key.ts';

describe('A state', () => {
  it('gives back what was written, and nothing for what was not', () => {
    const state = new State();
    state.set('order', { item: 'tea', qty: 2 });
    state.set('note', null);
    expect(state.get('order')).toEqual({ item: 'tea', qty: 2 });
    expect(state.get('note')).toBeNull();
    expect(state.has('note')).toBe(true);
    expect(state.get('other')).toBeUndefined();
    expect(state.has('other')).toBe(false);
  });

  it('counts up by modify, and with a typed key', () => {
    const state = new State();
    const qty = stateKey<number>('qty');
    expect(state.modify('qty', 1, (value) => value + 1)).toBe(2);
    expect(state.modify(qty, 1, (value) => value + 1)).toBe(3);
    expect(state.get(qty)).toBe(3);
  });

  it('keeps keys of the runtime from the application', () => {
    const state = new State();
    expect(() => state.set('session:phase', 'x')).toThrow(expect.objectContaining({ code: 'stateReadOnly' }));
    runtimeWriter(state).set('session:phase', 'open');
    expect(state.session.get('phase')).toBe('open');
  });
});
