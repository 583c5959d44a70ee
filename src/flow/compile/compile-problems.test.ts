import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { FlowDefinition, StepDefinition } from '../definition/flow-definition.ts';
import { compileFlow } from './compile-flow.ts';
import type { FlowProblem, FlowSurroundings } from './compiled-flow.ts';

function problemsOf(definition: unknown, surroundings?: FlowSurroundings): readonly FlowProblem[] {
  // Data of other shapes comes from JavaScript and JSON.
  const result = compileFlow(definition as FlowDefinition, surroundings);
  return result.ok ? [] : result.problems;
}

/** Kind, path and hint of each problem. */
function told(definition: unknown, surroundings?: FlowSurroundings): string[] {
  return problemsOf(definition, surroundings).map(({ kind, path, hint }) =>
    hint === undefined ? `${kind} ${path}` : `${kind} ${path} ${hint}`,
  );
}

const done = { isTrue: 'ok' } as const;
const ask: StepDefinition = { id: 'ask', done };
const pay: StepDefinition = { id: 'pay', after: ['ask'], done };
const end: StepDefinition = { id: 'end', after: ['pay'], terminal: true };
const sound: FlowDefinition = { name: 'f', steps: [ask, pay, end] };
const faq = {
  name: 'faq',
  trigger: { isTrue: 'faq' },
  flow: { steps: [{ id: 'x', terminal: true }] },
} as const;

test('A sound flow has no problems', () => {
  expect(told(sound)).toEqual([]);
  expect(told({ ...sound, digressions: [faq] }, { tools: [], writes: ['ok', 'faq'] })).toEqual([]);
});

describe('Names', () => {
  test('of steps that do not exist are told with the nearest one', () => {
    const flow = {
      ...sound,
      steps: [
        { ...ask, gate: { done: 'endd' }, repair: { escalateTo: 'endd' } },
        {
          ...pay,
          after: ['askk', { step: 'akss', when: { not: { done: 'askk' } } }],
          done: { all: [{ done: 'ask' }, { done: 'asq' }] },
        },
        end,
      ],
      constraints: [
        { before: ['asj', 'pay'] },
        { before: ['ask', 'payy'] },
        { require: ['end', 'endd'] },
        { reset: { steps: ['paay'], when: { done: 'nobody' } } },
        { neverUntil: { tool: 't', until: { done: 'askk' } } },
      ],
      corrections: [{ slot: 'ok', reopens: ['pey'] }],
      digressions: [{ ...faq, trigger: { all: [{ done: 'askkk' }] } }],
    };
    expect(told(flow)).toEqual([
      'unknownStep steps[0].repair.escalateTo Did you mean "end"?',
      'unknownStep steps[1].after[0] Did you mean "ask"?',
      'unknownStep steps[1].after[1].step Did you mean "ask"?',
      'unknownStep constraints[0].before[0] Did you mean "ask"?',
      'unknownStep constraints[1].before[1] Did you mean "pay"?',
      'unknownStep constraints[2].require[1] Did you mean "end"?',
      'unknownStep constraints[3].reset.steps[0] Did you mean "pay"?',
      'unknownStep steps[0].gate Did you mean "end"?',
      'unknownStep steps[1].after[1].when Did you mean "ask"?',
      'unknownStep steps[1].done Did you mean "ask"?',
      'unknownStep constraints[3].reset.when',
      'unknownStep constraints[4].neverUntil.until Did you mean "ask"?',
      'unknownStep digressions[0].trigger Did you mean "ask"?',
      'unknownStep corrections[0].reopens[0] Did you mean "pay"?',
    ]);
  });

  test('in digressions are those of the digression', () => {
    const flow = {
      steps: [
        { id: 'x', done: { done: 'ask' } },
        { id: 'y', after: ['z'], terminal: true },
      ],
    };
    expect(told({ ...sound, digressions: [{ ...faq, flow }] })).toEqual([
      'unknownStep digressions[0].flow.steps[1].after[0] Did you mean "x"?',
      'unknownStep digressions[0].flow.steps[0].done',
    ]);
  });

  test('of tools are compared with those of the session, if it tells them', () => {
    const flow = {
      ...sound,
      steps: [
        { ...ask, allow: ['lookup', 'charg'] },
        { ...pay, deny: ['chagre'], done: { calledOk: 'chrge' } },
        end,
      ],
      ambient: ['hlp'],
      confirmTools: ['cherge'],
      constraints: [
        { once: 'lookupp' },
        { neverUntil: { tool: 'loookup', until: done } },
        { commit: { tool: 'chargee', until: done } },
      ],
    };
    expect(told({ ...flow, steps: [flow.steps[0], { ...pay, deny: ['chagre'] }, end] })).toEqual([]);
    expect(told(flow, { tools: ['lookup', 'charge', 'help'] })).toEqual([
      'unknownTool steps[0].allow[1] Did you mean "charge"?',
      'unknownTool steps[1].deny[0] Did you mean "charge"?',
      'unknownTool ambient[0] Did you mean "help"?',
      'unknownTool confirmTools[0] Did you mean "charge"?',
      'unknownTool constraints[0].once Did you mean "lookup"?',
      'unknownTool constraints[1].neverUntil.tool Did you mean "lookup"?',
      'unknownTool constraints[2].commit.tool Did you mean "charge"?',
      'unknownTool steps[1].done Did you mean "charge"?',
    ]);
  });

  test('of questions must be declared, and expectations be possible answers', () => {
    const decisions = [
      { id: 'agrees', ask: '?', type: 'boolean' },
      { id: 'plan', ask: '?', type: 'choice', options: ['basic', 'gold'] },
      { id: 'mood', ask: '?', type: 'score' },
    ];
    const asking = (...guards: unknown[]): string[] =>
      told({
        ...sound,
        decisions,
        steps: [ask, ...guards.map((guard, index) => ({ id: `s${index}`, done: guard }))],
      });
    expect(
      asking({ decided: 'agrees' }, { decided: { plan: 'gold' } }, { decided: { mood: { atLeast: 3 } } }),
    ).toEqual([]);
    expect(
      asking(
        { decided: 'agress' },
        { decided: { plan: 'golf' } },
        { decided: { agrees: 'yes' } },
        { not: { decided: { mood: true } } },
      ),
    ).toEqual([
      'unknownQuestion steps[1].done Did you mean "agrees"?',
      'unsatisfiableGuard steps[2].done Did you mean "gold"?',
      'unsatisfiableGuard steps[3].done',
      'unsatisfiableGuard steps[4].done',
    ]);
  });

  test('stand for one thing each', () => {
    const flow = {
      ...sound,
      steps: [ask, { ...pay, verbatim: 'Hear, hear.' }, { ...end, id: 'ask' }],
      constraints: [{ commit: { tool: 't', until: done } }, { commit: { tool: 't', until: done } }],
      digressions: [
        faq,
        {
          ...faq,
          flow: {
            steps: [
              { id: 'pay', verbatim: 'Hear.' },
              { id: 'bye', terminal: true },
            ],
          },
        },
      ],
      corrections: [{ slot: 'a' }, { slot: 'a' }],
      decisions: [
        { id: 'q', ask: '?', type: 'choice', options: ['a', 'a'] },
        { id: 'q', ask: '?', type: 'choice' },
      ],
    };
    expect(told(flow)).toEqual([
      'duplicate steps[2].id',
      'duplicate constraints[1].commit.tool',
      'duplicate digressions[1].name',
      'duplicate corrections[1].slot',
      'duplicate decisions[1].id',
      'duplicate decisions[0].options[1]',
      'invalid decisions[1]',
      'duplicate digressions[1].flow.steps[0].id',
    ]);
  });

  test('that objects have by nature are ordinary', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const steps = names.map((id, index) => ({
      id,
      after: names.slice(0, index),
      allow: [id],
      done: { all: [{ calledOk: id }, { isTrue: id }] },
    }));
    const constraints = names.map((tool) => ({ once: tool }));
    expect(told({ name: 'f', steps, constraints }, { tools: names, writes: names })).toEqual([]);
    expect(told({ name: 'f', steps, constraints }, { tools: [], writes: [] })).toHaveLength(16);
    expect(told({ ...sound, steps: [{ ...ask, after: ['constructor'] }, pay, end] })).toEqual([
      'unknownStep steps[0].after[0]',
    ]);
  });
});

describe('State keys', () => {
  test('that guards read, bindings compare or corrections watch must be written by something', (context) => {
    verifies(context, 'govern:compile:keys');
    const flow = {
      ...sound,
      steps: [
        { ...ask, done: { captured: ['user:name', 'total', 'aplication:x'] } },
        { ...pay, gate: { custom: () => true, reads: ['amuont'] } },
        end,
      ],
      constraints: [
        { commit: { tool: 't', until: { isTrue: 'agreed' }, binds: { sum: 'amounnt' } } },
        { reset: { steps: ['ask'], when: { isSet: 'again' }, clears: ['agred'] } },
      ],
      corrections: [{ slot: 'amont', clears: ['agreeed'] }],
      decisions: [
        { id: 'q', ask: '?', type: 'boolean', writes: 'again' },
        { id: 'r', ask: '?', type: 'choice', optionsFrom: 'options' },
      ],
      digressions: [{ ...faq, trigger: { isTrue: 'faqq' } }],
    };
    const writes = ['user:name', 'derived:total', 'application:*', 'amount', 'agreed', 'ok', 'faq'];
    expect(told(flow)).toEqual([]);
    expect(told(flow, { writes })).toEqual([
      'unwrittenKey steps[0].done',
      'unwrittenKey steps[1].gate Did you mean "amount"?',
      'unwrittenKey digressions[0].trigger Did you mean "faq"?',
      'unwrittenKey constraints[0].commit.binds.sum Did you mean "amount"?',
      'unwrittenKey constraints[1].reset.clears[0] Did you mean "agreed"?',
      'unwrittenKey corrections[0].slot Did you mean "amount"?',
      'unwrittenKey corrections[0].clears[0] Did you mean "agreed"?',
      'unwrittenKey decisions[1].optionsFrom',
    ]);
  });

  test('of the runtime are written by the runtime', () => {
    const keys = [
      'verbatim:x',
      'repair:ask:reprompt',
      'decision:q',
      'flow:done',
      'session:turn_count',
      'ask:result',
    ];
    expect(
      told({ ...sound, steps: [{ ...ask, done: { captured: keys } }, pay, end] }, { writes: ['ok'] }),
    ).toEqual([]);
  });
});

describe('Commits', () => {
  test.each<[string, unknown]>([
    ['no condition', undefined],
    ['always', 'always'],
    ['all of nothing', { all: [] }],
    ['any with always', { any: [{ isTrue: 'agreed' }, 'always'] }],
    ['not of never', { not: { any: [] } }],
    ['one or its opposite', { any: [{ isTrue: 'a' }, { not: { isTrue: 'a' } }] }],
  ])('need a condition that can fail: %s', (_, until) => {
    expect(told({ ...sound, constraints: [{ commit: { tool: 't', until } }] })).toEqual([
      'unguardedCommit constraints[0].commit.until',
    ]);
    expect(told({ ...sound, constraints: [{ neverUntil: { tool: 't', until } }] })).toEqual([
      'unguardedCommit constraints[0].neverUntil.until',
    ]);
  });

  test('that nothing guards do not compile', (context) => {
    verifies(context, 'acceptance:control:unguardedCommit');
    const constraints = [{ commit: { tool: 't', until: 'always' } }];
    const result = compileFlow({ ...sound, constraints } as FlowDefinition);
    expect(result).toMatchObject({ ok: false, problems: [{ kind: 'unguardedCommit', tool: 't' }] });
  });

  test('that a person confirms need none', () => {
    expect(told({ ...sound, confirmTools: ['t'] })).toEqual([]);
  });
});

describe('Steps', () => {
  test('must be able to become done', () => {
    expect(
      told({ ...sound, steps: [{ id: 'ask' }, { id: 'b', verbatim: 'Hear.' }, { id: 'c', terminal: true }] }),
    ).toEqual(['missingDone steps[0]']);
  });

  test('must not wait for each other, and the circle is named', () => {
    const circle = [{ ...ask, after: ['end'] }, pay, { ...end, terminal: false, done }];
    expect(told({ ...sound, steps: circle })).toEqual(['cycle steps[0].after[0]']);
    expect(problemsOf({ ...sound, steps: circle })[0]?.message).toContain('"ask" → "pay" → "end" → "ask"');
    expect(told({ ...sound, steps: [{ ...ask, after: ['ask'] }, pay, end] })).toEqual([
      'cycle steps[0].after[0]',
    ]);
    expect(told({ ...sound, steps: [ask, { ...pay, repair: { escalateTo: 'ask' } }, end] })).toEqual([
      'cycle steps[1].repair.escalateTo',
    ]);
  });

  test('must not wait for each other through constraints', () => {
    const constraints = [{ before: ['pay', 'ask'] }, { before: ['end', 'end'] }];
    expect(told({ ...sound, constraints })).toEqual([
      'orderingCycle constraints[0].before',
      'orderingCycle constraints[1].before',
    ]);
  });

  test('of a terminal kind say nothing that must be heard, and repair makes sense', () => {
    const flow = {
      ...sound,
      steps: [{ ...ask, repair: { repromptAfter: 5 } }, pay, { ...end, verbatim: 'Bye.' }],
      digressions: [
        {
          ...faq,
          flow: {
            steps: [
              { id: 'x', done, repair: {} },
              { id: 'y', after: ['x'], terminal: true },
            ],
          },
        },
      ],
    };
    expect(told(flow)).toEqual([
      'invalid steps[0].repair',
      'invalid steps[2].verbatim',
      'invalid digressions[0].flow.steps[0].repair',
    ]);
  });
});

describe('Digressions', () => {
  test('begin at some time, but not always', () => {
    const triggers = ['always', { any: [] }, { all: [{ isTrue: 'a' }, { eq: ['a', 'b'] }] }];
    const digressions = triggers.map((trigger, index) => ({ ...faq, name: `d${index}`, trigger }));
    expect(told({ ...sound, digressions })).toEqual([
      'unsatisfiableGuard digressions[1].trigger',
      'unsatisfiableGuard digressions[2].trigger',
      'invalid digressions[0].trigger',
    ]);
  });

  test('must be able to end, and those that terminate say goodbye', () => {
    const steps = [{ id: 'x', done }];
    const requiring = { steps, constraints: [{ require: ['x'] }] };
    expect(
      told({
        ...sound,
        digressions: [
          { ...faq, name: 'a', flow: { steps } },
          { ...faq, name: 'b', flow: requiring },
          { ...faq, name: 'c', flow: requiring, resume: 'terminate' },
          { ...faq, name: 'd', flow: { steps: [] } },
        ],
      }),
    ).toEqual([
      'invalid digressions[3].flow.steps',
      'invalid digressions[0].flow.steps',
      'invalid digressions[2].flow.steps',
    ]);
  });
});

test('Data of another shape is told with its place', () => {
  expect(told(null)).toEqual(['invalid ']);
  expect(told({ name: '', steps: 'none' })).toEqual(['invalid name', 'invalid steps']);
  expect(told({ name: 'f', steps: [] })).toEqual(['invalid steps']);
  expect(
    told({
      name: 'f',
      steps: [
        { id: '', done: { isTru: 'a' } },
        { id: 'b', alow: [] },
      ],
    }),
  ).toEqual([
    'invalid steps[0].id',
    'unknownField steps[0].done.isTru Did you mean "isTrue"?',
    'unknownField steps[1].alow Did you mean "allow"?',
  ]);
});

test('All problems are told together, each with what to do', (context) => {
  verifies(context, 'govern:compile:problems');
  const problems = problemsOf(
    {
      name: 'f',
      steps: [{ id: 'a' }, { id: 'a', after: ['x'], done }],
      digressions: [{ name: 'd', trigger: 'always', flow: { steps: [{ id: 'y', after: ['z'], done }] } }],
    },
    { writes: [] },
  );
  expect(new Set(problems.map(({ kind }) => kind))).toEqual(
    new Set(['missingDone', 'duplicate', 'unknownStep', 'invalid', 'unwrittenKey']),
  );
  for (const { message } of problems) expect(message).toMatch(/^[A-Z"].{20,}[.?]$/);
});
