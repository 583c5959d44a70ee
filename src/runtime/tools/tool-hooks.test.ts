import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { deferred, HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import { tool } from '../../live/tool.ts';
import { agentTool } from './agent-tool.ts';
import type { OnToolCall } from './tool-runner-options.ts';

const echo = tool({
  name: 'echo',
  description: 'd',
  input: z.object({ text: z.string().default('') }),
  run: ({ text }) => text,
});

describe('onToolCall', () => {
  test('is asked about the calls that passed every check, together, and answers some of them', async (context) => {
    verifies(context, 'tools:hooks');
    const asked: string[][] = [];
    const onToolCall: OnToolCall = async (calls) => {
      asked.push(calls.map(({ id }) => id ?? ''));
      return [{ id: 'a', name: 'echo', response: { output: 'mine' } }];
    };
    const rig = new ToolRig({
      tools: [echo],
      onToolCall,
      admit: ({ callId }) => (callId === 'c' ? { ok: false, reason: 'no', needs: [] } : { ok: true }),
    });
    const args = { text: 'x' };
    await rig.call(
      { id: 'a', name: 'echo' },
      { id: 'b', name: 'echo', args },
      { id: 'c', name: 'echo' },
      { id: 'd', name: 'echo', args: { text: 1 } },
      { id: 'e', name: 'unknown' },
    );
    expect(asked).toEqual([['a', 'b', 'e']]);
    expect(rig.of('a')[0]?.response).toEqual({ output: 'mine' });
    expect(rig.of('b')[0]?.response).toEqual({ output: 'x' });
    expect(rig.errorOf('c')).toBe('no');
    expect(rig.errorOf('d')).toContain('`text`');
    expect(rig.errorOf('e')).toContain('There is no tool named unknown');
    expect(rig.messages).toHaveLength(1);
    expect(rig.outcomes.map(({ callId, ok }) => [callId, ok]).sort()).toEqual([
      ['a', true],
      ['b', true],
      ['c', undefined],
      ['d', undefined],
      ['e', undefined],
    ]);
  });

  test('bypasses no confirmation: such a call comes alone, when it is confirmed', async (context) => {
    verifies(context, 'tools:hooks', 'tools:confirmation');
    const yes = deferred<{ confirmed: boolean }>();
    const book = new HeldTool('book', { confirm: true });
    const asked: string[][] = [];
    const rig = new ToolRig({
      tools: [echo, book.definition],
      confirmationProvider: () => yes.promise,
      onToolCall: (calls) => {
        asked.push(calls.map(({ name }) => name));
        return calls.map(({ id = '', name }) => ({ id, name, response: { by: 'hand' } }));
      },
    });
    await rig.call({ id: 'a', name: 'echo' }, { id: 'b', name: 'book' });
    expect(asked).toEqual([['echo']]);
    yes.resolve({ confirmed: true });
    await rig.clock.advanceAsync(0);
    expect(asked).toEqual([['echo'], ['book']]);
    expect(rig.of('b')[0]?.response).toEqual({ by: 'hand' });
    expect(book.runs).toEqual([]);
  });

  test.each<[string, OnToolCall]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['hangs', () => new Promise(() => {})],
    ['gives no list', () => 'yes' as never],
    ['answers strangers', () => [{ id: 'z', name: 'echo', response: {} }]],
    ['answers without JSON', () => [{ id: 'a', name: 'echo', response: { n: 1n } }]],
  ])('that %s has answered nothing: the tool does', async (_, onToolCall) => {
    const rig = new ToolRig({ tools: [echo], onToolCall });
    await rig.call({ id: 'a', name: 'echo', args: { text: 'x' } });
    await rig.clock.advanceAsync(10_000);
    expect(rig.of('a').map(({ response }) => response)).toEqual([{ output: 'x' }]);
    expect(rig.errors.map(({ code }) => code)).toEqual(['hookFailed']);
  });

  test('does not start a tool whose call was given up meanwhile', async (context) => {
    verifies(context, 'tools:hooks', 'tools:cancellation');
    const answer = deferred<null>();
    const book = new HeldTool('book');
    const rig = new ToolRig({ tools: [book.definition], onToolCall: () => answer.promise });
    await rig.call({ id: 'a', name: 'book' });
    rig.runner.cancel(['a']);
    answer.resolve(null);
    await rig.runner.idle();
    expect(book.runs).toEqual([]);
    expect(rig.messages).toEqual([]);
    expect(rig.outcomes.map(({ outcome }) => outcome)).toEqual(['running', 'cancelled']);
  });

  test('tells by {error} that it failed', async () => {
    const rig = new ToolRig({
      tools: [echo],
      onToolCall: () => [{ id: 'a', name: 'echo', response: { error: 'sold out' } }],
    });
    await rig.call({ id: 'a', name: 'echo' });
    expect(rig.errorOf('a')).toMatch(/^echo failed: sold out\./);
    expect(rig.outcomes[0]?.ok).toBe(false);
  });
});

describe('beforeToolResponse', () => {
  test('may change what responses say, not which there are', async (context) => {
    verifies(context, 'tools:hooks');
    const rig = new ToolRig({
      tools: [echo],
      beforeToolResponse: async ([first]) => [
        { id: 'a', name: 'echo', response: { output: 'changed' } },
        { id: 'z', name: 'echo', response: { output: `not ${first?.id}` } },
      ],
    });
    const args = { text: 'x' };
    await rig.call({ id: 'a', name: 'echo', args }, { id: 'b', name: 'echo', args });
    expect(rig.messages.map(({ responses }) => responses)).toEqual([
      [
        { id: 'a', name: 'echo', response: { output: 'changed' } },
        { id: 'b', name: 'echo', response: { output: 'x' } },
      ],
    ]);
    expect(rig.eventsOf('toolExecution').map(({ result }) => result)).toEqual([
      { output: 'changed' },
      { output: 'x' },
    ]);
    expect(rig.errors.map(({ code }) => code)).toEqual(['hookFailed']);
  });

  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['hangs', () => new Promise(() => {}) as never],
    ['gives no list', () => 'x' as never],
    ['gives no JSON', () => [{ id: 'a', name: 'echo', response: { n: 1n } }] as never],
  ])('that %s is reported, and the response goes out as it was', async (_, beforeToolResponse) => {
    const rig = new ToolRig({ tools: [echo], beforeToolResponse });
    await rig.call({ id: 'a', name: 'echo', args: { text: 'x' } });
    await rig.clock.advanceAsync(10_000);
    expect(rig.of('a').map(({ response }) => response)).toEqual([{ output: 'x' }]);
    expect(rig.errors.map(({ code }) => code)).toEqual(['hookFailed']);
  });

  test('loses a call that is cancelled while it thinks', async (context) => {
    verifies(context, 'tools:hooks', 'tools:cancellation');
    const thought = deferred<undefined>();
    const rig = new ToolRig({ tools: [echo], beforeToolResponse: () => thought.promise });
    await rig.call({ id: 'a', name: 'echo' }, { id: 'b', name: 'echo' });
    rig.runner.cancel(['a']);
    thought.resolve(undefined);
    await rig.clock.advanceAsync(0);
    expect(rig.messages.flatMap(({ responses }) => responses.map(({ id }) => id))).toEqual(['b']);
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a'] }]);
  });
});

describe('agentTool()', () => {
  test('asks an agent with the state and the signal', async (context) => {
    verifies(context, 'tools:agent');
    const specialist = agentTool({
      name: 'specialist',
      description: 'Knows wine.',
      agent: {
        ask: async (request, { state, signal }) => {
          state.set('wine', 'Riesling');
          return `${request}: ${state.get('dish')} (${signal.aborted})`;
        },
      },
    });
    const typed = agentTool({
      name: 'typed',
      description: 'Adds.',
      input: z.object({ a: z.number(), b: z.number() }),
      agent: { ask: async ({ a, b }) => ({ sum: a + b }) },
    });
    const rig = new ToolRig({ tools: [specialist, typed] });
    rig.state.set('dish', 'fish');
    await rig.call(
      { id: 'a', name: 'specialist', args: { request: 'A wine' } },
      { id: 'b', name: 'typed', args: { a: 1, b: 2 } },
      { id: 'c', name: 'specialist', args: { question: 1 } },
    );
    expect(rig.of('a')[0]?.response).toEqual({ output: 'A wine: fish (false)' });
    expect(rig.of('b')[0]?.response).toEqual({ sum: 3 });
    expect(rig.errorOf('c')).toContain('`request`');
    expect(rig.state.get('wine')).toBe('Riesling');
  });
});
