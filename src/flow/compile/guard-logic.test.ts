import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SMALL_KEYS, smallGuard } from '../../../tests/support/small-flow.ts';
import type { Guard, GuardFacts } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import type { JsonValue } from '../state-reader.ts';
import { createGuardLogic } from './guard-logic.ts';

const never = (guard: Guard): boolean => createGuardLogic().never(guard);
const always = (guard: Guard): boolean => createGuardLogic().always(guard);

const yes: Guard = { isTrue: 'yes' };

describe('What never holds', () => {
  test.each<[string, Guard]>([
    ['any of nothing', { any: [] }],
    ['not always', { not: 'always' }],
    ['a condition and its negation', { all: [yes, { not: yes }] }],
    ['the same, nested', { all: [{ all: [yes] }, { not: { any: [yes, { isSet: 'other' }] } }] }],
    ['two values of one key', { all: [{ eq: ['k', 1] }, { eq: ['k', 2] }] }],
    ['true, and another value', { all: [yes, { eq: ['yes', 'maybe'] }] }],
    ['known, and null', { all: [{ captured: ['k'] }, { eq: ['k', null] }] }],
    ['at least more than at most', { all: [{ atLeast: ['k', 5] }, { atMost: ['k', 4] }] }],
    ['a number outside its limits', { all: [{ eq: ['k', 3] }, { not: { atMost: ['k', 10] } }] }],
    ['true, and a number', { all: [yes, { atLeast: ['yes', 0] }] }],
    ['a tool that has succeeded and has not', { all: [{ calledOk: 't' }, { not: { calledOk: 't' } }] }],
    ['two answers', { all: [{ decided: { q: true } }, { decided: { q: false } }] }],
    ['two answers in one', { all: [{ decided: { q: 'a', p: true } }, { decided: { q: 'b' } }] }],
    ['an impossible alternative', { any: [{ all: [yes, { not: yes }] }, { any: [] }] }],
  ])('is found: %s', (_, guard) => {
    expect(never(guard)).toBe(true);
    expect(always(guard)).toBe(false);
  });

  test('is never an application’s function', () => {
    const custom: Guard = { custom: () => false };
    expect([never(custom), always(custom), never({ not: custom }), always({ not: custom })]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('What always holds', () => {
  test.each<[string, Guard]>([
    ['all of nothing', { all: [] }],
    ['captured of nothing', { captured: [] }],
    ['one that always holds, among others', { any: [yes, 'always'] }],
    ['not never', { not: { any: [] } }],
    ['not a contradiction', { not: { all: [yes, { not: yes }] } }],
    ['a condition or its negation', { any: [yes, { not: yes }] }],
    ['all of those', { all: ['always', { any: ['always'] }] }],
  ])('is found: %s', (_, guard) => {
    expect(always(guard)).toBe(true);
    expect(never(guard)).toBe(false);
  });

  test('is not an answer or its opposite: nobody may have asked', () => {
    expect(always({ any: [{ decided: { q: true } }, { not: { decided: { q: true } } }] })).toBe(false);
    expect(always({ not: { all: [{ decided: 'q' }, { not: { decided: 'q' } }] } })).toBe(false);
  });
});

test('What is said of guards is so in every world', () => {
  const value = fc.constantFrom<JsonValue | undefined>(undefined, null, true, false, 0, 1, 2, 3, 'x');
  const world = fc.record({
    values: fc.tuple(value, value),
    calls: fc.dictionary(fc.constantFrom('t', 'u'), fc.nat(1)),
    done: fc.subarray(['a', 'b']),
  });
  fc.assert(
    fc.property(
      smallGuard(['a', 'b']),
      fc.array(world, { minLength: 30, maxLength: 30 }),
      (guard, worlds) => {
        const [isNever, isAlways] = [never(guard), always(guard)];
        for (const { values, calls, done } of worlds) {
          const get = (key: string): JsonValue | undefined => values[SMALL_KEYS.indexOf(key)];
          const facts: GuardFacts = {
            state: { get, has: (key) => get(key) !== undefined },
            calls: (tool) => calls[tool] ?? 0,
            isDone: (step) => done.includes(step),
            answer: () => undefined,
          };
          const truth = holds(guard, facts, [], '');
          if (isNever) expect(truth).toBe(false);
          if (isAlways) expect(truth).toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
