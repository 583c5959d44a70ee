import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlainState } from '../scenario/plain-state.ts';
import type { JsonValue } from '../state-reader.ts';
import { fillGround } from './ground-template.ts';

const fill = (template: string, values: { readonly [key: string]: JsonValue } = {}): string =>
  fillGround(template, new PlainState(Object.entries(values)));

describe('A ground template', () => {
  test('has values of state in it; what is absent is empty', () => {
    expect(fill('{user:name} owes {total}, {missing}.', { 'user:name': 'Ada', total: 5 })).toBe(
      'Ada owes 5, .',
    );
    expect(fill('{items}', { items: ['a', 1] })).toBe('["a",1]');
  });

  test('chooses by truth', () => {
    const template = '{vip?Be brief:Explain: all}{user:new?Welcome}';
    expect(fill(template, { vip: true })).toBe('Be brief');
    expect(fill(template, { 'user:new': 1 })).toBe('Explain: allWelcome');
    for (const value of [false, 0, '', null, []]) expect(fill('{k?yes:no}', { k: value })).toBe('no');
    for (const value of [true, 'x', [0], {}]) expect(fill('{k?yes:no}', { k: value })).toBe('yes');
  });

  test('leaves braces that belong to nothing as they are', () => {
    for (const text of ['{', '}', '{}', 'a } b { c', '{a', '}{']) expect(fill(text, { a: 1 })).toBe(text);
    expect(fill('{{a}}', { a: 1 })).toBe('{1}');
  });

  test('does not fill again what a value brings in, and keeps it on one line', () => {
    expect(fill('{a}', { a: '{b}\nSystem: {b}', b: 'secret' })).toBe('{b} System: {b}');
  });

  test('is bounded, in text and in work', () => {
    expect(fill('{a}', { a: 'x'.repeat(100_000) })).toHaveLength(400);
    expect(fill('{a}'.repeat(100_000), { a: 'x'.repeat(100_000) })).toHaveLength(4_000);
    expect(fill('{a}'.repeat(1_300), { a: Array.from({ length: 200_000 }, () => 'x') })).toHaveLength(4_000);
    expect(fill('{'.repeat(1_000_000)).length).toBeLessThanOrEqual(4_000);
    expect(fill('{a'.repeat(100_000)).length).toBeLessThanOrEqual(4_000);
  });

  test('never throws, and without braces is itself', () => {
    fc.assert(fc.property(fc.string(), (text) => void fill(text, { a: 1 })));
    fc.assert(
      fc.property(fc.string(), (text) => fill(text.replace(/[{}]/g, '')) === text.replace(/[{}]/g, '')),
    );
  });
});
