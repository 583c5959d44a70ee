import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { repairShop } from '../../../tests/support/repair-shop.ts';
import { compileConversation } from './compile-conversation.ts';
import type { CompiledConversation } from './compiled-conversation.ts';
import type { ConversationDocument } from './conversation-document.ts';

function compiled(
  document: unknown,
  ...more: [Parameters<typeof compileConversation>[1]?]
): CompiledConversation {
  const result = compileConversation(document, ...more);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

const stepOf = ({ flow }: CompiledConversation, id: string) =>
  flow.definition.steps.find((step) => step.id === id);

describe('A compiled conversation', () => {
  const shop = compiled(repairShop);

  test('completes its stages by done, else by the commit, else by what they collect, else by a way out', (context) => {
    verifies(context, 'govern:document:compile');
    const done = shop.flow.definition.steps.map((step) => [step.id, step.done]);
    expect(done).toEqual([
      ['notice', undefined],
      ['what', { all: [{ captured: ['part', 'day'] }, { isTrue: 'day:confirmed' }] }],
      ['quote', { isSet: 'job:price' }],
      ['contact', { all: [{ captured: ['user:phone'] }, { isTrue: 'user:phone:confirmed' }] }],
      ['book', { calledOk: 'bookRepair' }],
      ['bye', undefined],
      ['person', { calledOk: 'callPerson' }],
    ]);
    const router = compiled({
      name: 'router',
      inputs: ['kind', 'sure'],
      stages: [
        {
          id: 'ask',
          next: [
            { to: 'a', when: { eq: ['kind', 'a'] } },
            { to: 'b', when: { isTrue: 'sure' } },
          ],
        },
        { id: 'a', terminal: true },
        { id: 'b', terminal: true },
      ],
    });
    expect(stepOf(router, 'ask')?.done).toEqual({ any: [{ eq: ['kind', 'a'] }, { isTrue: 'sure' }] });
  });

  test('branches where a stage has several ways out, and merges where several lead to one', () => {
    expect(stepOf(shop, 'quote')?.after).toEqual([{ step: 'what', when: { eq: ['part', 'wheel'] } }]);
    expect(stepOf(shop, 'contact')).toMatchObject({
      join: 'any',
      after: [{ step: 'what', when: { not: { eq: ['part', 'wheel'] } } }, 'quote'],
    });
    expect(stepOf(shop, 'bye')).toMatchObject({
      join: 'any',
      after: ['book', 'person'],
    });
    expect(stepOf(shop, 'book')).not.toHaveProperty('join');
  });

  test('waits for what a merging stage comes after as well', () => {
    const both = compiled({
      name: 'both',
      inputs: ['x', 'y', 'z'],
      stages: [
        { id: 'ground', done: { isSet: 'z' } },
        { id: 'a', done: { isSet: 'x' }, next: ['c'] },
        { id: 'b', done: { isSet: 'y' }, next: ['c'] },
        { id: 'c', after: ['ground'], terminal: true },
      ],
    });
    expect(stepOf(both, 'c')).toMatchObject({ join: 'any', after: ['a', 'b'], gate: { done: 'ground' } });
  });

  test('commits once and only until its guard, and lets its own tool run where it lists others', () => {
    expect(shop.flow.main.rules).toEqual([
      {
        tool: 'bookRepair',
        once: true,
        until: [{ all: [{ isTrue: 'job:agreed' }, { captured: ['part', 'day'] }, { isTrue: 'shop:open' }] }],
        commit: expect.objectContaining({ binds: { part: 'part', day: 'day' } }),
      },
    ]);
    expect(stepOf(shop, 'book')?.allow).toEqual(['lookUp', 'bookRepair']);
    const [safety, status] = shop.flow.digressions;
    expect([safety?.layer.ambient, status?.layer.ambient]).toEqual([[], ['openingHours']]);
  });

  test('tells the model what to collect and how to ask', () => {
    expect(stepOf(shop, 'what')?.posture).toBe(
      [
        'Find out what to repair, and when.',
        'Collect: what is broken; ask "What can we repair for you?"; if that fails, ask "Is it the brake, the chain or a wheel?".',
        'Collect: day; then read it back and wait for a yes.',
      ].join('\n'),
    );
    expect(stepOf(shop, 'what')?.timing).toEqual({
      repromptAfterMs: 8000,
      reprompt: '(The user is silent. Ask: "Is it the brake, the chain or a wheel?")',
    });
  });

  test('repairs stages that have no repair of their own, and leads nowhere back', () => {
    expect(stepOf(shop, 'what')?.repair).toEqual({ escalateAfter: 5, escalateTo: 'person' });
    expect(stepOf(shop, 'person')?.repair).toEqual({ escalateAfter: 5 });
    expect(stepOf(shop, 'bye')).not.toHaveProperty('repair');
  });

  test('takes a correction for the loss of agreements behind it, and keeps facts', () => {
    const corrections = Object.fromEntries(
      shop.flow.corrections.map(({ slot, clears, reopens }) => [slot, { clears, reopens }]),
    );
    expect(corrections.part).toEqual({
      clears: ['job:agreed'],
      reopens: ['quote', 'contact', 'book', 'bye'],
    });
    expect(corrections.day).toEqual({
      clears: ['day:confirmed', 'job:agreed'],
      reopens: ['what', 'quote', 'contact', 'book', 'bye'],
    });
    expect(corrections['user:phone']?.clears).toEqual(['user:phone:confirmed', 'job:agreed']);
    expect(corrections['job:agreed']).toEqual({ clears: [], reopens: ['bye'] });
    expect(corrections).not.toHaveProperty('ticket');
  });

  test('has policies as digression, redaction and kinds of tools', () => {
    const [safety, status] = shop.flow.digressions;
    expect(safety).toMatchObject({
      name: 'safety',
      trigger: { any: [{ isTrue: 'intent:emergency' }] },
      resume: 'terminate',
    });
    expect(safety?.layer.steps.map(({ allow, posture }) => [allow, posture])).toEqual([
      [['callPerson'], 'Say: "I am calling help." Then call callPerson.'],
      [[], 'Say goodbye, and nothing else.'],
    ]);
    expect(status).toMatchObject({ name: 'status', resume: 'previous' });
    expect(shop.redact).toEqual(['shop:secret', 'user:phone']);
    expect(shop.tools.find(({ name }) => name === 'bookRepair')).toMatchObject({
      kind: 'commit',
      idempotencyKey: '{part}-{day}',
      compensateWith: 'cancelRepair',
    });
    expect(shop.tools.filter(({ kind }) => kind === 'commit')).toHaveLength(1);
  });

  test('has its collected slots with their defaults', () => {
    expect(
      shop.slots.map(({ stateKey, heard, confirm, stages }) => [stateKey, heard, confirm, stages]),
    ).toEqual([
      ['part', 'anytime', 'never', ['what']],
      ['day', 'anytime', 'always', ['what']],
      ['user:phone', 'whileAsked', 'lowConfidence', ['contact']],
      ['ticket', 'anytime', 'never', ['lookUpTicket']],
      ['job:agreed', 'whileAsked', 'never', ['book']],
    ]);
  });

  test('is the same from data and from JSON, and cannot be changed', () => {
    const written = compiled(JSON.stringify(repairShop));
    expect(written).toEqual(shop);
    expect(compiled(JSON.parse(JSON.stringify(shop.document)))).toEqual(shop);
    expect(() => Object.assign(shop.slots[0] ?? {}, { name: 'x' })).toThrow(TypeError);
    expect(Object.isFrozen(repairShop.stages)).toBe(false);
  });

  test('is the same when it was written out and read again, whatever its names', (context) => {
    verifies(context, 'govern:document:hostile');
    const names = fc.shuffledSubarray(['a', '__proto__', 'constructor', 'toString', 'b c', 'd.e', '"]'], {
      minLength: 2,
    });
    const document = fc.tuple(names, fc.array(fc.nat(6), { maxLength: 6 })).map(([ids, skips]) => ({
      name: 'any',
      frames: Object.fromEntries(
        ids.map((id) => [
          id,
          { slots: [{ name: id, stateKey: `user:${id}`, recogniser: 'email', confirm: 'always' }] },
        ]),
      ),
      stages: ids.map((id, index) => ({
        id,
        ...(index === ids.length - 1
          ? { terminal: true }
          : { frame: id, next: waysFrom(ids, index, skips[index]) }),
      })),
    }));
    fc.assert(
      fc.property(document, (one) => {
        const conversation = compiled(one);
        expect(compiled(JSON.stringify(one))).toEqual(conversation);
        expect(compiled(JSON.stringify(conversation.document))).toEqual(conversation);
        expect(conversation.slots).toHaveLength(one.stages.length - 1);
      }),
      { numRuns: 200 },
    );
  });

  test('knows tools and keys that code brings along', () => {
    const document: ConversationDocument = {
      name: 'code',
      stages: [
        { id: 'a', allow: ['inCode'], done: { isTrue: 'byCode' }, next: ['b'] },
        { id: 'b', terminal: true },
      ],
    };
    expect(compileConversation(document, { tools: ['inCode'], writes: ['byCode'] }).ok).toBe(true);
    expect(compileConversation(document, { writes: ['by*'] }).ok).toBe(true);
    const result = compileConversation(document, { tools: ['inCod'] });
    expect(result.ok ? [] : result.problems.map(({ kind, path, hint }) => [kind, path, hint])).toEqual([
      ['unknownTool', 'stages[0].allow[0]', 'Did you mean "inCod"?'],
      ['unwrittenKey', 'stages[0].done', undefined],
    ]);
  });
});

/** To the next stage, and perhaps to another one. */
function waysFrom(ids: readonly string[], index: number, other: number | undefined): unknown[] {
  const next = ids[index + 1];
  const to = ids[other ?? -1];
  return [next, ...(to === undefined || to === next ? [] : [{ to, when: { isSet: `user:${ids[0]}` } }])];
}
