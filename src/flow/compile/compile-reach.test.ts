import { describe, expect, test } from 'vitest';
import type { Constraint, FlowDefinition, StepDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import { compileFlow } from './compile-flow.ts';
import type { FlowProblem } from './compiled-flow.ts';

function problemsOf(
  steps: readonly StepDefinition[],
  more: Partial<FlowDefinition> = {},
): readonly FlowProblem[] {
  const result = compileFlow({ name: 'f', steps, ...more });
  return result.ok ? [] : result.problems;
}

/** Kind, path, and what is waited for in vain. */
function told(
  steps: readonly StepDefinition[],
  constraints: readonly Constraint[] = [],
  more = {},
): string[] {
  return problemsOf(steps, { constraints, ...more }).map(({ kind, path, step = '-', tool = '-' }) =>
    kind === 'unsatisfiableGuard' ? `${path} ${step} ${tool}` : `${kind} ${path}`,
  );
}

const done = { isTrue: 'ok' } as const;
const agreed: Guard = { isTrue: 'agreed' };

describe('Steps that are never reached', () => {
  test('are told, with those that come after them and the conditions that wait for them', () => {
    const steps: StepDefinition[] = [
      { id: 'a', done },
      { id: 'b', after: ['a'], gate: { all: [done, { not: done }] }, done },
      { id: 'c', after: ['b'], done },
      { id: 'd', after: [{ step: 'a', when: { done: 'c' } }, 'a'], join: 'any', done },
    ];
    expect(told(steps, [{ commit: { tool: 't', until: { all: [agreed, { done: 'c' }] } } }])).toEqual([
      'unreachableStep steps[1]',
      'unreachableStep steps[2]',
      'steps[1].gate - -',
      'steps[3].after[0].when c -',
      'constraints[0].commit.until c -',
    ]);
    expect(problemsOf(steps)[1]?.message).toContain('"b", which it comes after, can never be done');
  });

  test('are those whose ways exclude each other, and those after the end', () => {
    const branches: StepDefinition[] = [
      { id: 'a', done },
      { id: 'b', done },
      {
        id: 'c',
        after: [
          { step: 'a', when: { eq: ['way', 1] } },
          { step: 'b', when: { eq: ['way', 2] } },
        ],
        done,
      },
    ];
    expect(told(branches)).toEqual(['unreachableStep steps[2]']);
    expect(problemsOf(branches)[0]?.message).toContain('join');
    expect(told(branches.map((step) => ({ ...step, join: 'any' })))).toEqual([]);
    expect(
      told([
        { id: 'a', terminal: true },
        { id: 'b', after: ['a'], done },
      ]),
    ).toEqual(['unreachableStep steps[1]']);
    expect(
      told([
        { id: 'a', done },
        { id: 'b', after: ['a'], gate: { not: { done: 'a' } }, done },
      ]),
    ).toEqual(['unreachableStep steps[1]']);
  });

  test('are not those that an escalation leads to', () => {
    const steps: StepDefinition[] = [
      { id: 'a', done, repair: { escalateTo: 'c' } },
      { id: 'b', after: ['a'], gate: { any: [] }, done },
      { id: 'c', after: ['b'], terminal: true },
    ];
    expect(told(steps)).toEqual(['unreachableStep steps[1]', 'steps[1].gate - -']);
  });
});

describe('Conditions that never hold', () => {
  test('are those that wait for themselves', () => {
    expect(told([{ id: 'a', done: { done: 'a' } }])).toEqual(['steps[0].done a -']);
    expect(
      told([
        { id: 'a', done: { done: 'b' } },
        { id: 'b', after: ['a'], done },
      ]),
    ).toEqual(['unreachableStep steps[1]', 'steps[0].done b -']);
    const steps: StepDefinition[] = [{ id: 'a', allow: ['t'], done: { calledOk: 't' } }];
    expect(told(steps, [{ neverUntil: { tool: 't', until: { done: 'a' } } }])).toEqual([
      'steps[0].done - t',
      'constraints[0].neverUntil.until a -',
    ]);
    expect(told(steps, [{ neverUntil: { tool: 't', until: { calledOk: 't' } } }])).toEqual([
      'steps[0].done - t',
      'constraints[0].neverUntil.until - t',
    ]);
  });

  test('are those that exclude what holds at the time', () => {
    expect(told([{ id: 'a', gate: { not: done }, done }])).toEqual(['steps[0].done a -']);
    const pay: StepDefinition[] = [{ id: 'a', done }];
    const untils: Constraint[] = [
      { neverUntil: { tool: 't', until: agreed } },
      { neverUntil: { tool: 't', until: { not: agreed } } },
    ];
    expect(told(pay, untils)).toEqual(['constraints[1].neverUntil.until - t']);
    expect(
      told(pay, [{ reset: { steps: ['a'], when: { all: [{ eq: ['k', 1] }, { eq: ['k', 2] }] } } }]),
    ).toEqual(['constraints[0].reset.when - -']);
  });
});

describe('A tool that a step waits for', () => {
  const first: StepDefinition = { id: 'a', allow: ['look'], done };
  const pay: StepDefinition = { id: 'b', after: ['a'], allow: ['look'], done: { calledOk: 'pay' } };
  const last: StepDefinition = { id: 'c', after: ['b'], allow: ['pay'], done };

  test('must be allowed there, or before', () => {
    expect(told([first, pay])).toEqual(['steps[1].done - pay']);
    expect(told([first, pay, last])).toEqual(['unreachableStep steps[2]', 'steps[1].done - pay']);
    expect(told([{ ...first, allow: ['pay'] }, pay, last])).toEqual([]);
    expect(told([first, { ...pay, allow: ['look', 'pay'] }])).toEqual([]);
    expect(told([{ id: 'a', done }, pay])).toEqual([]);
    expect(told([first, pay], [], { ambient: ['pay'] })).toEqual([]);
  });

  test('may be allowed by a step beside it', () => {
    expect(told([first, pay, { id: 'beside', allow: ['pay'], done }])).toEqual([]);
    expect(told([first, pay, { id: 'after', after: ['a'], allow: ['pay'], done }])).toEqual([]);
    expect(told([first, pay, { id: 'after', after: ['b'], allow: ['pay'], done }])).toHaveLength(2);
  });

  test('must not be denied everywhere', () => {
    const steps: StepDefinition[] = [
      { id: 'a', deny: ['pay'], done },
      { id: 'b', after: ['a'], deny: ['pay'], done: { calledOk: 'pay' } },
    ];
    expect(told(steps)).toEqual(['steps[1].done - pay']);
    expect(told(steps, [], { ambient: ['pay'] })).toEqual(['steps[1].done - pay']);
    expect(told([{ id: 'a', done }, ...steps.slice(1)])).toEqual([]);
  });

  test('must be able to run while a step that allows it is active', () => {
    const steps: StepDefinition[] = [
      { id: 'a', allow: ['pay'], done },
      { id: 'b', after: ['a'], allow: ['look'], done },
      { id: 'c', after: ['b'], allow: ['look'], done: { calledOk: 'pay' } },
    ];
    const until: Constraint = { neverUntil: { tool: 'pay', until: { done: 'b' } } };
    expect(told(steps, [until])).toEqual(['steps[2].done - pay']);
    expect(told(steps, [until, { reset: { steps: ['a'], when: { isTrue: 'again' } } }])).toEqual([]);
  });
});
