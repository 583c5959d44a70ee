import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { cardFlow, cardTools, cardWrites } from '../../../tests/support/card-flow.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';
import { compileFlow } from './compile-flow.ts';
import type { CompiledFlow, CompiledStep } from './compiled-flow.ts';

function compiled(definition: FlowDefinition): CompiledFlow {
  const result = compileFlow(definition, {});
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.flow;
}

function stepOf({ main }: CompiledFlow, id: string): CompiledStep {
  const step = main.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(id);
  return step;
}

const done = { isTrue: 'ok' } as const;

describe('A compiled flow', () => {
  test('has every step after those it waits for, and else keeps the order of its definition', () => {
    const { main } = compiled({
      name: 'f',
      steps: [
        { id: 'late', after: ['third'], done },
        { id: 'first', done },
        { id: 'second', done },
        { id: 'third', after: ['first'], done },
        { id: 'fourth', done },
      ],
      constraints: [{ before: ['fourth', 'third'] }],
    });
    expect(main.steps.map(({ id }) => id)).toEqual(['first', 'second', 'fourth', 'third', 'late']);
    expect(main.steps.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(main.steps[3]).toMatchObject({ after: [{ step: 0, when: 'always' }], preceded: [2], next: [4] });
    expect(main.steps[0]).toMatchObject({
      after: [],
      join: 'all',
      next: [3],
      gate: 'always',
      terminal: false,
    });
  });

  test('is frozen in every part, with a copy of its definition', (context) => {
    verifies(context, 'govern:compile:frozen');
    const custom = (): boolean => true;
    const steps = [
      { id: 'a', done: { all: [{ custom }, { eq: ['k', { list: [1] }] as const }] }, allow: ['t'] },
    ];
    const definition: FlowDefinition = { name: 'f', steps, constraints: [{ once: 't' }] };
    const flow = compiled(definition);
    const loose: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) loose.push(path);
      for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
    };
    look(flow, 'flow');
    look(compiled(cardFlow), 'card');
    expect(loose).toEqual([]);
    expect(flow.definition).toEqual(definition);
    steps[0]?.allow.push('u');
    expect(flow.definition.steps[0]?.allow).toEqual(['t']);
    expect(flow.main.steps[0]?.done).toMatchObject({ all: [{ custom }, {}] });
  });

  test('is the same each time', () => {
    expect(compiled(cardFlow)).toEqual(compiled(cardFlow));
    expect(JSON.stringify(compiled(cardFlow))).toBe(JSON.stringify(compiled(cardFlow)));
  });

  test('knows its tools, what is confirmed, and what its guards read', () => {
    const result = compileFlow(cardFlow, { tools: cardTools, writes: cardWrites });
    expect(result.ok && result.flow).toMatchObject({
      tools: ['block_card', 'lookup_balance', 'search', 'take_payment', 'transfer', 'verify_identity'],
      confirmed: ['block_card', 'take_payment'],
      corrections: [{ slot: 'amount', clears: ['amount_confirmed'], reopens: ['confirm'] }],
    });
    const reads = result.ok ? result.flow.reads : [];
    expect(reads).toEqual([...reads].sort());
    for (const key of ['intent', 'asks_question', 'verbatim:disclose', 'repair:identify:escalate']) {
      expect(reads).toContain(key);
    }
  });
});

describe('Lowering', () => {
  test('makes a commit one rule: once, until, and bound arguments', () => {
    const { main } = compiled({
      name: 'f',
      steps: [{ id: 'a', done }],
      constraints: [
        { neverUntil: { tool: 'pay', until: { isSet: 'amount' } } },
        { once: 'ask' },
        { commit: { tool: 'pay', until: { isTrue: 'agreed' }, binds: { sum: 'amount' } } },
        { commit: { tool: 'book', until: { isTrue: 'agreed' } } },
      ],
    });
    expect(main.rules).toEqual([
      { tool: 'ask', once: true, until: [], commit: undefined },
      {
        tool: 'book',
        once: true,
        until: [{ isTrue: 'agreed' }],
        commit: { until: { isTrue: 'agreed' }, binds: {} },
      },
      {
        tool: 'pay',
        once: true,
        until: [{ isSet: 'amount' }, { isTrue: 'agreed' }],
        commit: { until: { isTrue: 'agreed' }, binds: { sum: 'amount' } },
      },
    ]);
  });

  test('adds what must be said, and the escalation, to what completes a step', () => {
    const flow = compiled({
      name: 'f',
      steps: [
        { id: 'a', verbatim: 'Hear.' },
        { id: 'b', verbatim: 'Hear.', done },
        { id: 'c', done, repair: { escalateTo: 'd' } },
        { id: 'd', terminal: true },
      ],
    });
    expect(stepOf(flow, 'a').done).toEqual({ isTrue: 'verbatim:a' });
    expect(stepOf(flow, 'b').done).toEqual({ all: [done, { isTrue: 'verbatim:b' }] });
    expect(stepOf(flow, 'c').done).toEqual({ any: [done, { isTrue: 'repair:c:escalate' }] });
    expect(stepOf(flow, 'd').after).toEqual([{ step: 2, when: { isTrue: 'repair:c:escalate' } }]);
    expect(stepOf(flow, 'c').next).toEqual([3]);
  });

  test('shuts the other ways out of a step that an escalation has ended', () => {
    const flow = compiled({
      name: 'stuck',
      steps: [
        { id: 'ask', done: { isSet: 'day' }, repair: { escalateTo: 'person' } },
        { id: 'book', after: ['ask'], done: { isTrue: 'booked' } },
        { id: 'person', terminal: true },
      ],
    });
    expect(stepOf(flow, 'book').after).toEqual([
      { step: 0, when: { not: { isTrue: 'repair:ask:escalate' } } },
    ]);
  });

  test('opens a step to an escalation without opening it to each of the steps that must all be done', () => {
    const flow = compiled({
      name: 'f',
      steps: [
        { id: 'a', done },
        { id: 'b', done, repair: { escalateTo: 'd' } },
        { id: 'c', done },
        { id: 'd', after: [{ step: 'a', when: { isSet: 'x' } }, 'c'], done },
      ],
    });
    expect(stepOf(flow, 'd')).toMatchObject({
      join: 'any',
      after: [
        { step: 2, when: { all: [{ done: 'a' }, { isSet: 'x' }] } },
        { step: 1, when: { isTrue: 'repair:b:escalate' } },
      ],
    });
    expect(stepOf(flow, 'a').next).toEqual([3]);
  });

  test('lets a reset forget the tools that complete its steps', () => {
    const { main } = compiled({
      name: 'f',
      steps: [
        { id: 'b', after: ['a'], done: { all: [{ calledOk: 'u' }, { calledOk: 't' }] } },
        { id: 'a', done: { calledOk: 't' } },
      ],
      constraints: [{ reset: { steps: ['b', 'a'], when: done, clears: ['k'] } }],
    });
    expect(main.resets).toEqual([{ steps: [0, 1], when: done, forgets: ['t', 'u'], clears: ['k'] }]);
  });

  test('completes a layer with all that it requires, else with any of its ends', () => {
    const steps = [
      { id: 'a', done },
      { id: 'x', after: [{ step: 'a', when: done }], terminal: true },
      { id: 'y', after: [{ step: 'a', when: { not: done } }], terminal: true },
    ];
    const flow = compiled({
      name: 'f',
      steps,
      constraints: [{ require: ['y'] }, { require: ['a', 'y'] }],
      digressions: [{ name: 'd', trigger: done, flow: { steps } }],
    });
    expect([flow.main.required, flow.main.completion]).toEqual([[0, 2], 'all']);
    const layer = flow.digressions[0]?.layer;
    expect([layer?.name, layer?.required, layer?.completion]).toEqual(['d', [1, 2], 'any']);
    expect(flow.digressions[0]?.resume).toBe('previous');
    expect(compiled({ name: 'f', steps: [{ id: 'a', done }] }).main.required).toEqual([]);
  });
});
