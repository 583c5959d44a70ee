import { describe, expect, test } from 'vitest';
import { HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import type { ModelProfile } from '../../wire/index.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { awaitedResponses } from './awaited-responses.ts';
import { schemaIssues } from './check-arguments.ts';
import { fillKey } from './idempotency-key.ts';

describe('A response', () => {
  test('is sent and kept as it is, whatever a listener of toolExecution does to its event', async () => {
    const look = new HeldTool('look', { kind: 'read', cache: { ttlMs: 1_000 } });
    const rig = new ToolRig({ tools: [look.definition] });
    const push = rig.events.push.bind(rig.events);
    rig.events.push = (...events) => {
      for (const event of events) {
        if (event.type !== 'toolExecution') continue;
        expect(() => Object.assign(event.result as object, { secret: 'changed' })).toThrow(TypeError);
      }
      return push(...events);
    };
    await rig.call({ id: 'a', name: 'look' });
    look.resolve({ secret: 1 });
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'b', name: 'look' });
    expect(rig.eventsOf('toolExecution')).toHaveLength(2);
    expect([rig.of('a')[0]?.response, rig.of('b')[0]?.response]).toEqual([{ secret: 1 }, { secret: 1 }]);
  });

  test('by hand under a wrong name does not go out, and is reported', async () => {
    const look = new HeldTool('look');
    const rig = new ToolRig({ tools: [look.definition] });
    await rig.call({ id: 'a', name: 'look' });
    expect(rig.runner.answer([{ id: 'a', name: 'other', response: {} }])).toEqual([]);
    expect(rig.messages).toEqual([]);
    expect(rig.errors.map(({ message }) => message)).toEqual([
      'The response for other has the id of a call of look: it was dropped.',
    ]);
  });

  test('by hand for one raw call goes out once from one array, and under the name of the call', () => {
    const errors: RuntimeError[] = [];
    const raw = { id: 'R', name: 'raw' };
    const session = { phase: 'active', state: { openCalls: ['R', 'plain'] } };
    const given = [
      { ...raw, name: 'other', response: { n: 0 } },
      { ...raw, response: { n: 1 } },
      { ...raw, response: { n: 2 } },
      { name: 'plain', response: { n: 3 } },
      { name: 'plain', response: { n: 4 } },
    ];
    const wanted = awaitedResponses(
      given,
      session as never,
      { asyncFunctionCalling: false } as unknown as ModelProfile,
      (error) => errors.push(error),
      new Map([['R', { call: raw }]]),
    );
    expect(wanted.map(({ response }) => response.n)).toEqual([1, 3, 4]);
    expect(errors.map(({ code }) => code)).toEqual(['invalidArgument', 'invalidArgument']);
  });
});

test('A required field that is named like a member of Object.prototype is missing when it is not given', () => {
  const schema = {
    type: 'OBJECT',
    properties: { constructor: { type: 'STRING' }, toString: { type: 'STRING' } },
    required: ['constructor', 'toString'],
  } as const;
  expect(schemaIssues(schema as never, { other: 1 })).toEqual([
    '`constructor`: missing, expected a text',
    '`toString`: missing, expected a text',
  ]);
});

describe('The key of a template', () => {
  const keyOf = (template: string, args: Record<string, string | number>): string => {
    const filled = fillKey(template, args, () => undefined);
    return 'key' in filled ? filled.key : '';
  };

  test.for([
    ['{a}-{b}', { a: 'x-y', b: 'z' }, { a: 'x', b: 'y-z' }],
    ['{a}{b}', { a: 'xy', b: 'z' }, { a: 'x', b: 'yz' }],
    ['{a}%{b}', { a: 'x%y', b: 'z' }, { a: 'x', b: 'y%z' }],
    ['{a}-{b}', { a: 'x%00002dy', b: 'z' }, { a: 'x-y', b: 'z' }],
    ['{a}🙂{b}', { a: 'x🙂y', b: 'z' }, { a: 'x', b: 'y🙂z' }],
  ] as const)('%s does not collide for values that hold the separator', ([template, one, other]) => {
    expect(keyOf(template, one)).not.toBe(keyOf(template, other));
  });

  test('leaves plain parts as they are', () => {
    expect(keyOf('{a}-{b}', { a: 'u1', b: '2026-11-21' })).toBe('u1-2026-11-21');
    expect(keyOf('order {a}', { a: '7%-' })).toBe('order 7%-');
  });
});
