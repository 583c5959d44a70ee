import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { FLOW_KEYS, FLOW_TOOLS, flowGuard } from '../../../tests/support/arbitrary-flow.ts';
import type { Fault } from '../fault.ts';
import type { JsonValue } from '../state-reader.ts';
import { describeGuard } from './describe-guard.ts';
import type { DecisionAnswer, Expectation, Guard, GuardFacts } from './guard.ts';
import { guardMentions } from './guard-mentions.ts';
import * as g from './guards.ts';
import { holds } from './holds.ts';
import { type GuardTrace, traceGuard } from './trace-guard.ts';

interface World {
  readonly state?: Readonly<Record<string, JsonValue>>;
  readonly done?: readonly string[];
  readonly calls?: Readonly<Record<string, number>>;
  readonly answers?: Readonly<Record<string, DecisionAnswer>>;
}

function factsOf({ state = {}, done = [], calls = {}, answers = {} }: World): GuardFacts {
  const values = new Map(Object.entries(state));
  return {
    state: { get: (key) => values.get(key), has: (key) => values.has(key) },
    isDone: (step) => done.includes(step),
    calls: (tool) => (Object.hasOwn(calls, tool) ? (calls[tool] ?? 0) : 0),
    answer: (question) => (Object.hasOwn(answers, question) ? answers[question] : undefined),
  };
}

function holding(guard: Guard, world: World = {}): boolean {
  const faults: Fault[] = [];
  const held = holds(guard, factsOf(world), faults, 'here');
  expect(faults).toEqual([]);
  return held;
}

describe('A guard of the vocabulary', () => {
  const state = { yes: true, text: 'x', three: 3, digit: '3', nothing: null, list: [1, { a: 2, b: null }] };

  test.each<[Guard, boolean]>([
    [g.always, true],
    [g.isTrue('yes'), true],
    [g.isTrue('text'), false],
    [g.isTrue('absent'), false],
    [g.isSet('text'), true],
    [g.isSet('nothing'), false],
    [g.isSet('absent'), false],
    [g.eq('list', [1, { b: null, a: 2 }]), true],
    [g.eq('list', [1, { a: 2 }]), false],
    [g.eq('nothing', null), true],
    [g.eq('absent', null), false],
    [g.eq('digit', 3), false],
    [g.atLeast('three', 3), true],
    [g.atLeast('three', 4), false],
    [g.atLeast('digit', 1), false],
    [g.atMost('three', 3), true],
    [g.atMost('three', 2), false],
    [g.atMost('nothing', 9), false],
    [g.atMost('absent', 9), false],
    [g.captured('yes', 'text'), true],
    [g.captured('yes', 'nothing'), false],
    [g.captured(), true],
    [g.all(), true],
    [g.any(), false],
    [g.not(g.any()), true],
    [g.not(g.isSet('absent')), true],
    [g.resolved('lookup'), false],
  ])('%j against state: %s', (guard, expected) => {
    expect(holding(guard, { state })).toBe(expected);
  });

  test('Calls and steps count', () => {
    const world = { done: ['ask'], calls: { pay: 1, search: 0 } };
    expect(holding(g.calledOk('pay'), world)).toBe(true);
    expect(holding(g.calledOk('search'), world)).toBe(false);
    expect(holding(g.calledOk('toString'), world)).toBe(false);
    expect(holding(g.done('ask'), world)).toBe(true);
    expect(holding(g.done('pay'), world)).toBe(false);
    expect(holding(g.resolved('lookup'), { state: { 'lookup:result': 0 } })).toBe(true);
  });

  test('A typed key is the name that it has', () => {
    expect(g.captured({ name: 'a' }, 'b')).toEqual({ captured: ['a', 'b'] });
    expect(g.eq({ name: 'a' }, 1)).toEqual({ eq: ['a', 1] });
  });
});

describe('A decision', () => {
  const answer = (outcome: DecisionAnswer['outcome'], value?: string | number): World => ({
    answers: { q: { outcome, confidence: 0.9, ...(value !== undefined && { value }) } },
  });

  test.each<[Expectation | undefined, World, boolean]>([
    [undefined, answer('yes'), true],
    [undefined, answer('none'), true],
    [undefined, answer('unsure', 'red'), false],
    [undefined, {}, false],
    [true, answer('yes'), true],
    [true, answer('no'), false],
    [true, answer('unsure'), false],
    [true, answer('chosen', 'true'), false],
    [false, answer('no'), true],
    [false, answer('yes'), false],
    [false, answer('none'), false],
    [false, {}, false],
    ['red', answer('chosen', 'red'), true],
    ['red', answer('chosen', 'blue'), false],
    ['red', answer('unsure', 'red'), false],
    ['none', answer('none'), false],
    [{ atLeast: 3 }, answer('scored', 3), true],
    [{ atLeast: 3 }, answer('scored', 2.9), false],
    [{ atLeast: 3 }, answer('scored', '9'), false],
    [{ atMost: 3 }, answer('scored', 3), true],
    [{ atMost: 3 }, answer('unsure', 1), false],
    [{ atMost: 3 }, answer('scored'), false],
  ])('expected %j, given %j: %s', (expected, world, held) => {
    expect(holding(g.decided('q', expected), world)).toBe(held);
  });

  test('An unsure or absent answer satisfies nothing, not even what denies it', (context) => {
    verifies(context, 'govern:monitor:failClosed');
    for (const world of [{}, answer('unsure')]) {
      expect(holding(g.not(g.decided('q', true)), world)).toBe(false);
      expect(holding(g.not(g.not(g.decided('q', true))), world)).toBe(false);
      // What is asked for here is whether there is an answer, and that is known.
      expect(holding(g.not(g.decided('q')), world)).toBe(true);
      expect(holding(g.any(g.decided('q', true), g.always), world)).toBe(true);
      expect(holding(g.not(g.all(g.decided('q', true), g.any())), world)).toBe(true);
    }
    expect(holding(g.not(g.decided('q', true)), answer('no'))).toBe(true);
  });

  test('Several expectations must all be met, and names that objects inherit are names', () => {
    const yes: DecisionAnswer = { outcome: 'yes', confidence: 1 };
    const both: Guard = { decided: { q: true, toString: true } };
    expect(holding(both, { answers: { q: yes } })).toBe(false);
    expect(holding(both, { answers: { q: yes, toString: yes } })).toBe(true);
    expect(
      holding(g.decided('__proto__', true), { answers: JSON.parse('{"__proto__":{"outcome":"yes"}}') }),
    ).toBe(true);
  });
});

describe('A guard that is a function', () => {
  const throws = g.custom(() => {
    throw new Error('broken');
  }, 'the moon is full');

  test('It is asked with the state, and what it throws is a fault', (context) => {
    verifies(context, 'govern:guards:custom');
    expect(
      holding(
        g.custom((state) => state.get('a') === 1),
        { state: { a: 1 } },
      ),
    ).toBe(true);
    for (const guard of [
      throws,
      g.not(throws),
      g.not(g.not(throws)),
      g.custom(() => Promise.resolve(true) as never),
    ]) {
      const faults: Fault[] = [];
      expect(holds(guard as Guard, factsOf({}), faults, 'steps.a.done')).toBe(false);
      expect(faults).toMatchObject([{ where: 'steps.a.done' }]);
      expect(traceGuard(guard as Guard, factsOf({})).holds).toBe(false);
    }
  });

  test('Another alternative that holds is enough', () => {
    expect(holds(g.any(throws, g.always), factsOf({}), [], '')).toBe(true);
    expect(
      describeGuard(
        g.any(
          throws,
          g.custom(() => true),
        ),
      ),
    ).toBe('the moon is full or a condition set by the application');
    expect(
      guardMentions(
        g.all(
          throws,
          g.custom(() => true, 'x', ['b', { name: 'a' }, 'b']),
        ),
      ),
    ).toEqual({
      keys: ['a', 'b'],
      tools: [],
      steps: [],
      questions: [],
    });
  });
});

test('Any guard holds exactly when it is known to, and its tree says the same', (context) => {
  verifies(context, 'govern:guards');
  const value = fc.constantFrom<JsonValue>(true, false, null, 'yes', 3, -5, 'x');
  const outcome = fc.constantFrom<DecisionAnswer>(
    ...(['yes', 'no', 'none', 'unsure'] as const).map((one) => ({ outcome: one, confidence: 1 })),
    { outcome: 'chosen', value: 'large', confidence: 1 },
    { outcome: 'scored', value: 0.4, confidence: 1 },
  );
  const world = fc.record<World>({
    state: fc.dictionary(fc.constantFrom(...FLOW_KEYS), value, { noNullPrototype: true }),
    done: fc.subarray(['a', 'b']),
    calls: fc.dictionary(fc.constantFrom(...FLOW_TOOLS), fc.nat(2)),
    answers: fc.dictionary(fc.constantFrom('agrees', 'size', 'anger'), outcome),
  });
  const leaf = flowGuard(['a', 'b']);
  const { guard } = fc.letrec<{ guard: Guard }>((tie) => ({
    guard: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('guard'), { maxLength: 3 }).map((all): Guard => ({ all })),
      fc.array(tie('guard'), { maxLength: 3 }).map((any): Guard => ({ any })),
      tie('guard').map((not): Guard => ({ not })),
    ),
  }));
  fc.assert(
    fc.property(guard, world, (condition, given) => {
      const facts = factsOf(given);
      const held = holding(condition, given);
      expect(held).toBe(isKnown(condition, true, facts));
      const tree = traceGuard(condition, facts);
      agree(tree, condition, facts);
      const { keys, tools, steps, questions } = guardMentions(condition);
      for (const name of [...tools, ...steps, ...questions]) expect(tree.description).toContain(name);
      for (const list of [keys, tools, steps, questions]) expect(list).toEqual([...new Set(list)].sort());
    }),
    { numRuns: 500 },
  );
});

/** Whether it is known that a guard is so, or is not so: told by the laws of each, with no third value in between. */
function isKnown(guard: Guard, so: boolean, facts: GuardFacts): boolean {
  if (guard === 'always') return so;
  if ('all' in guard) {
    return so
      ? guard.all.every((part) => isKnown(part, true, facts))
      : guard.all.some((part) => isKnown(part, false, facts));
  }
  if ('any' in guard) {
    return so
      ? guard.any.some((part) => isKnown(part, true, facts))
      : guard.any.every((part) => isKnown(part, false, facts));
  }
  if ('not' in guard) return isKnown(guard.not, !so, facts);
  if ('decided' in guard && typeof guard.decided !== 'string') {
    const parts = Object.entries(guard.decided).map(([question, expected]) => {
      const given = facts.answer(question);
      if (given === undefined || given.outcome === 'unsure') return undefined;
      return holds({ decided: { [question]: expected } }, facts, [], '');
    });
    return so ? parts.every((part) => part === true) : parts.some((part) => part === false);
  }
  return holds(guard, facts, [], '') === so;
}

function agree(tree: GuardTrace, guard: Guard, facts: GuardFacts): void {
  expect(tree.description).toBe(describeGuard(guard));
  expect(tree.holds).toBe(holds(guard, facts, [], ''));
  const parts =
    guard === 'always'
      ? []
      : 'all' in guard
        ? guard.all
        : 'any' in guard
          ? guard.any
          : 'not' in guard
            ? [guard.not]
            : [];
  expect(tree.children).toHaveLength(parts.length);
  parts.forEach((part, index) => {
    const child = tree.children[index];
    if (child !== undefined) agree(child, part, facts);
  });
}

test('A guard that nests endlessly holds nothing, and does not exhaust the stack', () => {
  let deep: Guard = g.isTrue('k');
  for (let depth = 0; depth < 100_000; depth++) deep = g.not(deep);
  const faults: Fault[] = [];
  expect(holds(deep, factsOf({}), faults, 'steps.a.done')).toBe(false);
  expect(faults).toMatchObject([{ where: 'steps.a.done', cause: expect.any(RangeError) }]);
  expect(describeGuard(deep).length).toBeLessThan(2000);
  expect(guardMentions(deep).keys).toEqual([]);
  expect(traceGuard(deep, factsOf({})).holds).toBe(false);
});

test.each<[Guard, string]>([
  ['always', 'always'],
  [g.not('always'), 'never'],
  [g.isTrue('consent'), 'consent is true'],
  [g.not(g.isTrue('consent')), 'consent is not true'],
  [g.not(g.not(g.isTrue('consent'))), 'not (consent is not true)'],
  [g.isSet('item'), 'item is known'],
  [g.eq('size', ['a', 1]), 'size is ["a",1]'],
  [g.not(g.atLeast('age', 18)), 'age is not at least 18'],
  [g.captured('a'), 'a is known'],
  [g.captured('a', 'b', 'c'), 'a, b and c are known'],
  [g.calledOk('pay'), 'pay has succeeded'],
  [g.not(g.calledOk('pay')), 'pay has not succeeded'],
  [g.done('ask'), 'step "ask" is done'],
  [g.decided('agrees'), 'question "agrees" is answered'],
  [g.decided('agrees', false), 'the answer to "agrees" is no'],
  [g.decided('size', 'large'), 'the answer to "size" is "large"'],
  [g.decided('anger', { atMost: 2 }), 'the score of "anger" is at most 2'],
  [g.all(g.isSet('a'), g.any(g.isTrue('b'), g.isTrue('c'))), 'a is known and (b is true or c is true)'],
  [g.not(g.any(g.isTrue('b'), g.isTrue('c'))), 'not (b is true or c is true)'],
  [g.all(), 'always'],
  [g.any(), 'never'],
  [g.eq('note', 'x'.repeat(500)), `note is "${'x'.repeat(78)}…`],
])('%j is told as: %s', (guard, words) => {
  expect(describeGuard(guard)).toBe(words);
});
