import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { tool } from '../../live/tool.ts';
import { modelProfile } from '../../wire/index.ts';
import { backgroundDelivery, interruptionEndsCalls } from './background-delivery.ts';
import type { ToolDefinition } from './tool-definition.ts';
import { ToolRegistry } from './tool-registry.ts';

const run = (): number => 1;
const named = (name: string, more: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name,
  description: 'd',
  run,
  ...more,
});

describe('A registry', () => {
  test('tells of everything that is wrong, with its place', (context) => {
    verifies(context, 'tools:registry');
    const { problems } = new ToolRegistry([
      named('fine'),
      named('fine'),
      named('9 lives'),
      named('', { description: ' ' }),
      named('x'.repeat(129)),
      { name: 'idle', description: 'd' } as ToolDefinition,
      named('vague', { input: z.object({ a: z.any() }) }),
      named('dated', { input: z.object({ a: z.date() }) }),
      named('silent', { input: v.object({ a: v.string() }) }),
      named('listed', { input: z.array(z.string()) }),
    ]);
    expect(problems.map(({ path }) => path)).toEqual([
      'tools.fine.name',
      'tools.9 lives.name',
      'tools[3].name',
      'tools[3].description',
      `tools.${'x'.repeat(128)}.name`,
      'tools.idle.run',
      'tools.vague.input.a',
      'tools.dated.input',
      'tools.silent.input',
      'tools.listed.input',
    ]);
    expect(problems.every(({ message }) => message.endsWith('.'))).toBe(true);
  });

  test('tells of policies that contradict themselves', (context) => {
    verifies(context, 'tools:registry');
    const { problems } = new ToolRegistry([
      named('a', { policy: { retry: { attempts: 2 }, cache: { ttlMs: 1 } } }),
      named('b', {
        policy: { kind: 'read', retry: { attempts: 0, delayMs: -1 }, cache: { ttlMs: 0, maxEntries: 0 } },
      }),
      named('c', {
        policy: { timeoutMs: 0, fillerAfterMs: -1, compensate: { tool: 'nobody' }, idempotencyKey: '' },
      }),
      named('d', { policy: { timeoutMs: Number.POSITIVE_INFINITY, compensate: { tool: 'd' } } }),
      named('e', { policy: { kind: 'write' as 'read' } }),
    ]);
    expect(problems.map(({ path }) => path.slice('tools.'.length))).toEqual([
      'a.policy.retry',
      'a.policy.cache',
      'b.policy.retry.attempts',
      'b.policy.retry.delayMs',
      'b.policy.cache.ttlMs',
      'b.policy.cache.maxEntries',
      'c.policy.timeoutMs',
      'c.policy.fillerAfterMs',
      'c.policy.compensate.tool',
      'c.policy.idempotencyKey',
      'd.policy.timeoutMs',
      'd.policy.compensate.tool',
      'e.policy.kind',
    ]);
  });

  test('names the tools that need somebody to confirm them', () => {
    const registry = new ToolRegistry([named('b', { policy: { confirm: true } }), named('a')]);
    expect(registry.needsConfirmation).toEqual(['b']);
  });
});

describe('Declarations', () => {
  const registry = new ToolRegistry([
    named('slow', { policy: { background: true } }),
    tool({ name: 'book', description: 'Books.', input: z.object({ day: z.string() }), run }),
    tool({
      name: 'look',
      description: 'Looks.',
      input: v.object({ day: v.string() }),
      parameters: { type: 'object', properties: { day: { type: 'string' } } },
      run,
    }),
  ]);
  const behaviors = (model: string, platform: 'googleAi' | 'vertex'): unknown[] =>
    registry.declarations(modelProfile(model, platform)).map(({ behavior }) => behavior);

  test('are sorted, lowered, and cut to what is offered', (context) => {
    verifies(context, 'tools:declarations');
    const profile = modelProfile('gemini-3.1-flash-live', 'googleAi');
    expect(registry.problems).toEqual([]);
    expect(registry.declarations(profile)).toEqual([
      {
        name: 'book',
        description: 'Books.',
        parameters: { type: 'OBJECT', properties: { day: { type: 'STRING' } }, required: ['day'] },
      },
      {
        name: 'look',
        description: 'Looks.',
        parameters: { type: 'OBJECT', properties: { day: { type: 'STRING' } } },
      },
      { name: 'slow', description: 'd' },
    ]);
    expect(registry.declarations(profile, ['slow', 'gone']).map(({ name }) => name)).toEqual(['slow']);
    expect(registry.declarations(profile, [])).toEqual([]);
  });

  test('say whether the model waits, where the model listens to it', (context) => {
    verifies(context, 'tools:declarations');
    const native = 'gemini-2.5-flash-native-audio';
    expect(behaviors(native, 'googleAi')).toEqual([undefined, undefined, 'NON_BLOCKING']);
    expect(behaviors(native, 'vertex')).toEqual([undefined, undefined, undefined]);
    expect(behaviors('gemini-3.1-flash-live', 'googleAi')).toEqual([undefined, undefined, undefined]);
    expect(behaviors('gemini-3.8-live', 'vertex')).toEqual(['BLOCKING', 'BLOCKING', 'NON_BLOCKING']);
    expect(behaviors('gemini-3.8-live-extended-thinking', 'googleAi')).toEqual([
      undefined,
      undefined,
      'NON_BLOCKING',
    ]);
  });

  test('go with a way for background results, and with what an interruption means', (context) => {
    verifies(context, 'tools:background');
    const way = (model: string, platform: 'googleAi' | 'vertex') =>
      backgroundDelivery(modelProfile(model, platform));
    expect(way('gemini-3.8-live', 'googleAi')).toBe('continued');
    expect(way('gemini-2.5-flash-native-audio', 'googleAi')).toBe('continued');
    expect(way('gemini-3.1-flash-live', 'googleAi')).toBe('inline');
    expect(way('gemini-live-2.5-flash', 'vertex')).toBe('unsolicited');
    expect(interruptionEndsCalls(modelProfile('gemini-3.8-live', 'googleAi'))).toBe(true);
    expect(interruptionEndsCalls(modelProfile('gemini-3.8-live-extended-thinking', 'googleAi'))).toBe(false);
  });
});
