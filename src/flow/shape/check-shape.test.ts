import { expect, test } from 'vitest';
import { checkShape } from './check-shape.ts';
import { conversationShape } from './conversation-shape.ts';
import { flowShape } from './flow-shape.ts';
import { guardShape } from './guard-shape.ts';
import type { Rule } from './shape.ts';

const said = (value: unknown, shape: Rule = flowShape): readonly string[] =>
  checkShape(value, shape).map(({ path, message, kind, hint }) =>
    [path, kind, message, hint].filter((part) => part !== undefined).join(' | '),
  );

test('A flow that has the shape has no problems', () => {
  expect(
    said({
      name: 'order',
      steps: [
        { id: 'ask', done: { captured: ['item'] }, allow: ['search'], timing: { interruptible: false } },
        {
          id: 'pay',
          after: ['ask', { step: 'ask', when: { not: { isTrue: 'banned' } } }],
          done: { calledOk: 'pay' },
        },
        { id: 'end', after: ['pay'], terminal: true, gate: { custom: () => true, reads: ['x'] } },
      ],
      constraints: [
        { commit: { tool: 'pay', until: { decided: { agrees: true } }, binds: { amount: 'total' } } },
        { before: ['ask', 'pay'] },
      ],
      decisions: [{ id: 'agrees', ask: 'Does the user agree?', type: 'boolean' }],
    }),
  ).toEqual([]);
});

test('Every problem is told with its place, and what was perhaps meant', () => {
  expect(
    said({
      name: '',
      stepz: [],
      steps: [
        { id: 'ask', after: [{ step: 'x', when: { isTru: 'k' } }], join: 'al', done: { all: ['always', 3] } },
        { id: 7, timing: { repromptAfterMs: -1, fillerAfterMs: Number.NaN } },
        { done: { isTrue: 'a', isSet: 'b' } },
        null,
      ],
      constraints: [{ before: ['a'] }, {}, { neverUntil: { tool: 't' } }, { 'my key': 1 }],
      confirmTools: 'pay',
      decisions: [{ id: 'q', ask: '?', type: 'boolean', threshold: 2 }],
    }),
  ).toMatchInlineSnapshot(`
    [
      "name | invalid | It must not be empty.",
      "stepz | unknownField | There is no such field here. | Did you mean "steps"?",
      "steps[0].after[0].when.isTru | unknownField | There is no such field here. | Did you mean "isTrue"?",
      "steps[0].join | invalid | It must be one of all, any. | Did you mean "all"?",
      "steps[0].done.all[1] | invalid | It must be a text or an object, not a number.",
      "steps[1].id | invalid | It must be a text, not a number.",
      "steps[1].timing.repromptAfterMs | invalid | It must be at least 0.",
      "steps[1].timing.fillerAfterMs | invalid | It must be a finite number.",
      "steps[2].done | invalid | It must not have isTrue and isSet at once.",
      "steps[2].id | invalid | It is missing.",
      "steps[3] | invalid | It must be an object, not null.",
      "constraints[0].before | invalid | It must be a list of two.",
      "constraints[1] | invalid | It must have one of once, before, neverUntil, require, reset, commit.",
      "constraints[2].neverUntil.until | invalid | It is missing.",
      "constraints[3]["my key"] | unknownField | There is no such field here.",
      "confirmTools | invalid | It must be a list, not a text.",
      "decisions[0].threshold | invalid | It must be at most 1.",
    ]
  `);
});

test('Names that every object inherits are ordinary names', () => {
  const text =
    '{"name":"x","steps":[{"id":"__proto__","done":{"decided":{"__proto__":true,"constructor":false}}}],"toString":1,"constraints":[{"constructor":1}]}';
  expect(said(JSON.parse(text))).toMatchInlineSnapshot(`
    [
      "toString | unknownField | There is no such field here.",
      "constraints[0].constructor | unknownField | There is no such field here.",
    ]
  `);
});

test('What is too large or too deep is refused in bounded time', () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => ({ id: `s${i}`, done: 'always' }));
  let deep: unknown = 'always';
  for (let i = 0; i < 100_000; i++) deep = { not: deep };
  let wide: unknown = 'always';
  for (let i = 0; i < 50; i++) wide = { all: [wide, wide] };
  const circular: { not?: unknown } = {};
  circular.not = circular;
  expect(said({ name: 'x', steps })).toMatchInlineSnapshot(`
    [
      "steps | tooLarge | It must not have more than 2000; it has 10000.",
    ]
  `);
  expect(said({ name: 'x', steps: [{ id: 'a', done: deep }] })).toHaveLength(1);
  expect(said({ name: 'x', steps: [{ id: 'a', done: wide }] })).toMatchInlineSnapshot(`
    [
      "steps[0].done.all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[1].all[1].all[0].all[1].all[1].all[1].all[1].all[1].all[0].all[0].all[0].all[0].all[1] | tooLarge | The document is too large.",
    ]
  `);
  expect(said(circular, guardShape)).toHaveLength(1);
  expect(said({ name: 'x', steps: [{ id: 'a', posture: 'x'.repeat(30_000) }] })).toMatchInlineSnapshot(`
    [
      "steps[0].posture | tooLarge | It must not be longer than 20000.",
    ]
  `);
  expect(said({ name: 'x', steps: Array.from({ length: 2000 }, () => 1) })).toHaveLength(200);
});

test('Values that JSON does not have are refused', () => {
  const state = {
    when: new Date(0),
    big: 1n,
    list: [undefined],
    map: new Map(),
    ok: { a: [null, 1, 'x', true] },
  };
  expect(
    said(
      {
        name: 'x',
        stages: [],
        state,
        tools: [{ name: 't', description: '', mock: { response: { a: () => 1 } } }],
      },
      conversationShape,
    ),
  ).toMatchInlineSnapshot(`
    [
      "state.when | invalid | It must be a JSON value, not something else.",
      "state.big | invalid | It must be a JSON value, not something else.",
      "state.list[0] | invalid | It must be a JSON value, not something else.",
      "state.map | invalid | It must be a JSON value, not something else.",
      "tools[0].mock.response.a | invalid | It must be a JSON value, not a function.",
    ]
  `);
});
