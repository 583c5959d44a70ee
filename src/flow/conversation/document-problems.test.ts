import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { repairShop } from '../../../tests/support/repair-shop.ts';
import { compileConversation } from './compile-conversation.ts';

/** Kind and place of each problem, with its hint. */
function problemsOf(document: unknown): readonly string[] {
  const result = compileConversation(document);
  if (result.ok) return [];
  return result.problems.map(
    ({ kind, path, hint }) => `${kind} ${path}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

/** The repair shop with what is at a path replaced, or removed. */
function broken(path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(repairShop);
  const keys = path.split('.');
  let inner = copy as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  const last = keys.at(-1) ?? '';
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return copy;
}

describe('A problem of a document', () => {
  test('does not exist where nothing is wrong', () => {
    expect(problemsOf(repairShop)).toEqual([]);
  });

  test.each<[path: string, value: unknown, ...problems: string[]]>([
    ['name', undefined, 'invalid name'],
    ['stages.1.frames', 'job', 'unknownField stages[1].frames Did you mean "frame"?'],
    ['stages.0.next.0', 'wat', 'unknownStep stages[0].next[0] Did you mean "what"?'],
    ['stages.1.next.0.to', 'quot', 'unknownStep stages[1].next[0].to Did you mean "quote"?'],
    ['stages.3.after', ['quotes'], 'unknownStep stages[3].after[0] Did you mean "quote"?'],
    ['stages.3.collect.0', 'fone', 'unknownSlot stages[3].collect[0] Did you mean "phone"?'],
    ['stages.1.frame', 'jobs', 'unknownFrame stages[1].frame Did you mean "job"?'],
    [
      'stages.1.next.1.when',
      { eq: ['parts', 1] },
      'unwrittenKey stages[1].next[1].when Did you mean "part"?',
    ],
    ['stages.1.next.1.when', { done: 'nobody' }, 'unknownStep stages[1].next[1].when'],
    ['stages.1.next.1.when', { decided: 'why' }, 'unknownQuestion stages[1].next[1].when'],
    ['stages.2.done', { isSet: 'job:prize' }, 'unwrittenKey stages[2].done Did you mean "job:price"?'],
    ['stages.2.allow.0', 'quotePrise', 'unknownTool stages[2].allow[0] Did you mean "quotePrice"?'],
    ['stages.4.commit.tool', 'bookRepairs', 'unknownTool stages[4].commit.tool Did you mean "bookRepair"?'],
    ['stages.4.commit.until', 'always', 'unguardedCommit stages[4].commit.until'],
    ['stages.4.commit.until', undefined, 'unguardedCommit stages[4].commit.until'],
    ['stages.4.commit.binds', { day: 'dai' }, 'unwrittenKey stages[4].commit.binds.day Did you mean "day"?'],
    ['stages.5.terminal', false, 'missingDone stages[5]'],
    ['stages.1.id', 'notice', 'duplicate stages[1].id'],
    ['stages.6.repair', { escalateTo: 'nobody' }, 'unknownStep stages[6].repair.escalateTo'],
    ['require', ['by'], 'unknownStep require[0] Did you mean "bye"?'],
    [
      'constraints',
      [{ before: ['what', 'notic'] }],
      'unknownStep constraints[0].before[1] Did you mean "notice"?',
    ],
    ['ambient.0', 'openingHour', 'unknownTool ambient[0] Did you mean "openingHours"?'],
    [
      'digressions.0.stages.0.next.0',
      'tolt',
      'unknownStep digressions[0].stages[0].next[0] Did you mean "told"?',
    ],
    ['digressions.0.stages.0.allow', ['lookDown'], 'unknownTool digressions[0].stages[0].allow[0]'],
    [
      'digressions.0.trigger',
      { isSet: 'tickets' },
      'unwrittenKey digressions[0].trigger Did you mean "ticket"?',
    ],
    ['digressions.0.stages.1.id', 'bye', 'duplicate digressions[0].stages[1].id'],
    ['policies.safety.intents', ['other'], 'unwrittenKey policies.safety.intents'],
    ['policies.safety.tool', 'callPersons', 'unknownTool policies.safety.tool Did you mean "callPerson"?'],
    [
      'policies.commit',
      { bookRepare: {} },
      'unknownTool policies.commit.bookRepare Did you mean "bookRepair"?',
    ],
    ['tools.0.kind', 'commit', 'unguardedCommit tools[0].kind'],
    [
      'tools.2.name',
      'lookUp',
      'duplicate tools[3].name',
      'unknownTool policies.commit.bookRepair.compensateWith',
    ],
    ['frames.job.slots.0.recogniser', undefined, 'unwrittenKey frames.job.slots[0]'],
    ['frames.job.slots.0.name', 'phone', 'duplicate frames.customer.slots[0].name'],
    ['frames.job.slots.1.stateKey', 'part', 'duplicate frames.job.slots[1].stateKey'],
    ['frames.job.slots.1.stateKey', 'flow:done', 'invalid frames.job.slots[1].stateKey'],
    ['timeZone', 'Europe/Berlon', 'invalid timeZone'],
  ])('has a place in it: %s = %j', (path, value, ...problems) => {
    expect(problemsOf(broken(path, value))).toEqual(expect.arrayContaining(problems));
  });

  test('is told of a stage whose instruction nobody would hear', () => {
    expect(problemsOf(broken('stages.0', { id: 'notice', instruction: 'Greet.', next: ['what'] }))).toEqual([
      'missingDone stages[0].next',
    ]);
  });

  test('is told together with all others', () => {
    const document = {
      name: 'many',
      stages: [
        { id: 'a', collect: ['x'], allow: ['toolA'], next: ['c'] },
        { id: 'b', done: { isSet: 'nowhere' }, terminal: false },
      ],
      tools: [],
    };
    expect(problemsOf(document)).toEqual([
      'unknownSlot stages[0].collect[0]',
      'unknownStep stages[0].next[0] Did you mean "a"?',
      'unknownTool stages[0].allow[0]',
      'unwrittenKey stages[1].done',
    ]);
  });
});

describe('Names that prove something', () => {
  const clinic = {
    name: 'clinic',
    frames: { visit: { slots: [{ name: 'agreed', recogniser: 'yesNo' }] } },
    stages: [
      {
        id: 'confirm',
        collect: ['agreed'],
        commit: { tool: 'book', until: { isTrue: 'agreed' }, binds: { slto: 'agreed' } },
        next: ['close'],
      },
      { id: 'close', terminal: true },
    ],
    tools: [
      {
        name: 'book',
        description: 'Books.',
        parameters: { type: 'object', properties: { slot: { type: 'string' } } },
        mock: { response: 'ok' },
      },
    ],
    scenarios: [
      {
        name: 'typos',
        steps: [
          { expectDenied: 'bok' },
          { expectActive: ['confrim'] },
          { toolOk: { tool: 'boook', args: {} } },
          { expectPath: ['faq'] },
          { decide: { agrees: true } },
        ],
      },
    ],
    invariants: [{ neverRuns: 'bok', unless: { done: 'confrim' } }, { reachable: 'clsoe' }],
  };

  test('are looked up, in scenarios and invariants, and so are arguments that a commit binds (regression: a typo passed for ever)', (context) => {
    verifies(context, 'govern:document:hostile');
    expect(problemsOf(clinic)).toEqual(
      expect.arrayContaining([
        'invalid stages[0].commit.binds.slto Did you mean "slot"?',
        'unknownTool scenarios[0].steps[0].expectDenied Did you mean "book"?',
        'unknownStep scenarios[0].steps[1].expectActive[0] Did you mean "confirm"?',
        'unknownTool scenarios[0].steps[2].toolOk.tool Did you mean "book"?',
        'unknownStep scenarios[0].steps[3].expectPath[0]',
        'unknownQuestion scenarios[0].steps[4].decide.agrees',
        'unknownTool invariants[0].neverRuns Did you mean "book"?',
        'unknownStep invariants[0].unless Did you mean "confirm"?',
        'unknownStep invariants[1].reachable Did you mean "close"?',
      ]),
    );
  });
});

describe('A broken text', () => {
  test.each([
    ['', '1:1 it ends where a value'],
    ['{"name": "a",\n  "stages": [{"id": "x",}]}', '2:25 there is "}]}" where a name in quotes'],
    ['{"a": 1 "b": 2}', '1:9'],
    ['[1, 2', '1:6 it ends where "," or "]"'],
    ["{'a': 1}", '1:2'],
    ['{"a": tru}', '1:7'],
    ['{} {}', '1:4 there is "{}" where the end'],
    ['{"a":\n\n  "unfinished}', '3:3'],
  ])('is refused with the line and the column: %s', (text, message) => {
    const result = compileConversation(text);
    expect(result.ok ? '' : result.problems[0]?.message).toContain(message);
  });
});

describe('A hostile document', () => {
  const refused = (document: unknown): readonly string[] => {
    const startedMs = performance.now();
    const problems = problemsOf(document);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(problems).not.toEqual([]);
    return problems;
  };

  test('that is no document is refused, whatever it is', (context) => {
    verifies(context, 'govern:document:hostile');
    for (const one of [
      undefined,
      null,
      1,
      true,
      [],
      () => 1,
      new Map(),
      'null',
      '"x"',
      '{"__proto__": {}}',
    ]) {
      refused(one);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('that is too large is refused before it is looked at', () => {
    const chain = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `s${index}`, next: [`s${index + 1}`] }));
    expect(refused({ name: 'x', stages: chain(10_000) })).toEqual(['tooLarge stages']);
    expect(refused({ name: 'x', stages: chain(1500) })).toEqual(['tooLarge stages']);
    expect(refused('['.repeat(5_000_000))).toEqual(['tooLarge ']);
    refused('['.repeat(1_000_000));
    refused(`{"name":"x","stages":[{"id":"a","done":${'{"not":'.repeat(5000)}"always"${'}'.repeat(5000)}}]}`);
  });

  test('whose stages lead everywhere takes a bounded time', () => {
    const ids = Array.from({ length: 70 }, (_, index) => `s${index}`);
    const everywhere = ids.map((id) => ({ id, next: ids.map((to) => ({ to, when: { isTrue: 'x' } })) }));
    expect(refused({ name: 'x', inputs: ['x'], stages: everywhere })).toContain('tooLarge stages');
    const more = Array.from({ length: 900 }, (_, index) => ({
      id: `s${index}`,
      next: Array.from({ length: 10 }, (_, way) => `s${(index * 7 + way * 13) % 900}`),
    }));
    expect(refused({ name: 'x', stages: more })).toContain('tooLarge stages');
  });

  test('with as many stages, ways back, commits and slots as may be takes a bounded time', () => {
    const count = 900;
    const name = (index: number): string => `s${index}`;
    const stages = Array.from({ length: count }, (_, index) => ({
      id: name(index),
      collect: [name(index), name((index * 7) % count)],
      commit: { tool: 't', until: { all: [{ isTrue: name(index) }, { isSet: name((index * 3) % count) }] } },
      next: [
        name(index + 1),
        ...(index % 2 === 0 ? [{ to: name(index >> 1), when: { isTrue: name(index) } }] : []),
      ].filter((to) => to !== name(count)),
    }));
    const slots = stages.map(({ id }) => ({ name: id, confirm: 'always', recogniser: 'yesNo' }));
    refused({ name: 'x', frames: { f: { slots } }, stages });
  });

  test('with patterns that could hang is refused at their places', () => {
    const problems = refused({
      ...repairShop,
      frames: {
        ...repairShop.frames,
        bad: {
          slots: [
            { name: 'a', recogniser: { pattern: '(a+)+$' } },
            { name: 'b', recogniser: 'email', validator: { pattern: '(\\w|\\d)*!' } },
            { name: 'c', recogniser: { pattern: '(' } },
          ],
        },
      },
      tools: [
        ...(repairShop.tools ?? []),
        { name: 't', description: 't', parameters: { properties: { pattern: { pattern: '(x*)*' } } } },
      ],
    });
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      'hostilePattern frames.bad.slots[0].recogniser.pattern',
      'hostilePattern frames.bad.slots[1].validator.pattern',
      'invalid frames.bad.slots[2].recogniser.pattern',
      'hostilePattern tools[6].parameters.properties.pattern.pattern',
    ]);
  });

  test('with templates of braces compiles to what it says', () => {
    const ground = `${'{'.repeat(1000)}a?{b}:{c?}${'}'.repeat(1000)}`;
    const result = compileConversation(broken('stages.5.ground', ground));
    expect(result.ok && result.conversation.flow.definition.steps[5]?.ground).toBe(ground);
  });

  test('with circles is told where', () => {
    const document = {
      name: 'circle',
      inputs: ['x'],
      stages: [
        { id: 'a', after: ['b'], done: { isSet: 'x' } },
        { id: 'b', after: ['a'], done: { isSet: 'x' } },
        { id: 'c', next: ['c'] },
      ],
    };
    expect(refused(document)).toEqual(
      expect.arrayContaining(['cycle stages[0].after[0]', 'cycle stages[2].next[0]']),
    );
  });

  test('with tools under names of prototypes keeps them apart', () => {
    const tool = (name: string) => ({ name, description: name });
    const policy = JSON.parse('{"__proto__": {"idempotencyKey": "x"}}') as Record<string, object>;
    const result = compileConversation({
      name: 'x',
      inputs: ['__proto__'],
      stages: [
        { id: '__proto__', done: { isSet: '__proto__' }, next: ['end'] },
        { id: 'end', terminal: true },
      ],
      tools: [tool('constructor'), tool('__proto__')],
      policies: { commit: policy },
    });
    expect(result.ok ? result.conversation.tools : result.problems).toEqual([
      { name: 'constructor', description: 'constructor', kind: 'read' },
      { name: '__proto__', description: '__proto__', kind: 'read', idempotencyKey: 'x' },
    ]);
  });
});
