import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ToolRig } from '../../../tests/support/tool-rig.ts';
import type { CompiledConversation, CompiledTool } from '../../flow/conversation/compiled-conversation.ts';
import { mockEffects } from '../../flow/scenario/mock-effects.ts';
import { RuntimeError } from '../runtime-error.ts';
import { ToolRegistry } from '../tools/tool-registry.ts';
import { bindTools, missingTools, toolsOf, withDocumentPolicy } from './tools-of.ts';

const text = { type: 'string' };

function mocked(mock: NonNullable<CompiledTool['mock']>, more: Partial<CompiledTool> = {}): CompiledTool {
  return {
    name: 'pay',
    description: 'Pays.',
    kind: 'commit',
    parameters: { type: 'object', properties: { id: text, amount: { type: 'number' }, note: text } },
    mock,
    ...more,
  };
}

/** Only its tools are looked at here. */
function conversationOf(tools: readonly CompiledTool[], mentioned: readonly string[] = []) {
  return { name: 'test', tools, flow: { tools: mentioned } } as unknown as CompiledConversation;
}

function rigOf(tool: CompiledTool): ToolRig {
  return new ToolRig({ tools: toolsOf(conversationOf([tool])) });
}

describe('A mocked tool', () => {
  test('answers with its arguments in, and writes what a simulation writes', async (context) => {
    verifies(context, 'govern:live:converse');
    const tool = mocked(
      {
        response: { receipt: 'R-{id}', paid: '{amount}', lines: ['{id}: {amount}', '{other}'] },
        set: { 'app:paid': '{amount}', last: 'to {id}' },
      },
      { saves: { receipt: 'receipt', first: 'lines.0', nothing: 'no.where' } },
    );
    const rig = rigOf(tool);
    const args = { id: 'a1', amount: 12.5 };
    await rig.call({ id: 'a', name: 'pay', args });
    expect(rig.of('a')[0]?.response).toEqual({
      receipt: 'R-a1',
      paid: 12.5,
      lines: ['a1: 12.5', '{other}'],
    });
    expect(rig.state.snapshot().values).toEqual({
      'app:paid': 12.5,
      last: 'to a1',
      receipt: 'R-a1',
      first: 'a1: 12.5',
    });
    expect(mockEffects(tool, args)).toEqual(
      ['app:paid', 'last', 'receipt', 'first'].map((key) => ({
        type: 'set',
        key,
        value: rig.state.get(key),
      })),
    );
  });

  test('that says nothing is ok', async () => {
    const rig = rigOf(mocked({}));
    await rig.call({ id: 'a', name: 'pay', args: {} });
    expect(rig.of('a')[0]?.response).toEqual({ output: 'ok' });
  });

  test('fails as it is told to, and then writes nothing', async () => {
    const rig = rigOf(mocked({ fail: 'no funds on {id}', set: { paid: true } }));
    await rig.call({ id: 'a', name: 'pay', args: { id: 'a1' } });
    expect(rig.errorOf('a')).toMatch(/^pay failed: no funds on a1\./);
    expect(rig.outcomes[0]).toMatchObject({ ok: false });
    expect(rig.state.has('paid')).toBe(false);
  });

  test('succeeds for the arguments that it knows, restated or not', async () => {
    const rig = rigOf(mocked({ only: { id: ['A 1', 'b'], note: ['x'] }, fail: 'unknown' }));
    const outcome = async (args: Readonly<Record<string, string>>): Promise<boolean | undefined> => {
      await rig.call({ id: `${rig.outcomes.length}`, name: 'pay', args });
      return rig.outcomes.at(-1)?.ok;
    };
    expect(await outcome({ id: 'a 1', note: 'X' })).toBe(true);
    expect(await outcome({ id: 'b', note: 'y' })).toBe(false);
    expect(await outcome({ id: 'b' })).toBe(false);
    expect(rig.errorOf('2')).toContain('unknown');
  });

  test('whose write the state refuses has run all the same', async () => {
    const { tools } = bindTools([mocked({ set: { 'app:x': 1 } })]);
    const rig = new ToolRig({ tools });
    rig.state.set = () => {
      throw new RuntimeError('stateValueInvalid', 'no');
    };
    await rig.call({ id: 'a', name: 'pay', args: {} });
    expect(rig.errorOf('a')).toContain('took effect, but its result cannot be passed on');
    expect(rig.errorOf('a')).toContain('app:x');
    expect(rig.outcomes[0]).toMatchObject({ ok: true });
  });

  test('is checked against its parameters, and has the policies of the document', async () => {
    const tool = mocked(
      {},
      {
        idempotencyKey: 'pay {id}',
        compensateWith: 'refund',
        timeoutMs: 5_000,
        fillerAfterMs: 300,
        background: true,
      },
    );
    const refund: CompiledTool = {
      name: 'refund',
      description: 'Pays back.',
      kind: 'commit',
      mock: {},
    };
    const tools = toolsOf(conversationOf([tool, refund]));
    expect(new ToolRegistry(tools).problems).toEqual([]);
    expect(tools[0]?.policy).toEqual({
      kind: 'commit',
      idempotencyKey: 'pay {id}',
      compensate: { tool: 'refund' },
      timeoutMs: 5_000,
      fillerAfterMs: 300,
      background: true,
    });
    expect(tools[1]?.policy).toEqual({ kind: 'commit' });
    const rig = rigOf(mocked({ set: { paid: true } }));
    await rig.call({ id: 'a', name: 'pay', args: { amount: 'a lot' } });
    expect(rig.errorOf('a')).toContain('invalid, so it did not run');
    expect(rig.state.has('paid')).toBe(false);
  });

  test('stands in for a service when that is asked for', async () => {
    const tool = mocked({ response: 'mock' }, { http: { url: 'http://127.0.0.1:1/' } });
    const calls: string[] = [];
    const fetch = (url: unknown): Promise<Response> => {
      calls.push(String(url));
      return Promise.resolve(new Response('"http"'));
    };
    for (const preferMocks of [true, false]) {
      const rig = new ToolRig({ tools: toolsOf(conversationOf([tool]), { fetch, preferMocks }) });
      await rig.call({ id: 'a', name: 'pay', args: {} });
      expect(rig.of('a')[0]?.response).toEqual({ output: preferMocks ? 'mock' : 'http' });
    }
    expect(calls).toEqual(['http://127.0.0.1:1/']);
  });
});

describe('The tools of a conversation', () => {
  test('that cannot be made are told of all at once', () => {
    const bad = conversationOf([
      mocked({ set: { 'flow:done': ['x'], 'session:id': 1 } }),
      mocked({}, { name: 'look', saves: { 'stateMeta:x': '' }, http: { url: 'ftp://x/' } }),
      mocked({}, { name: 'fine' }),
    ]);
    expect(bindTools(bad.tools).tools.map(({ name }) => name)).toEqual(['fine']);
    try {
      toolsOf(bad);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RuntimeError);
      const { code, problems } = error as RuntimeError;
      expect(code).toBe('invalidOptions');
      expect(problems?.map(({ path }) => path)).toEqual([
        'tools.pay.mock.set.flow:done',
        'tools.pay.mock.set.session:id',
        'tools.look.http.url',
        'tools.look.saves.stateMeta:x',
      ]);
    }
  });

  test("without a binding are the application's: who has none is named", () => {
    const declared: CompiledTool = { name: 'transfer', description: 'Calls a person.', kind: 'read' };
    const conversation = conversationOf([declared, mocked({})], ['hangUp', 'pay', 'transfer']);
    expect(toolsOf(conversation).map(({ name }) => name)).toEqual(['pay']);
    expect(missingTools(conversation)).toEqual(['hangUp', 'transfer']);
    expect(missingTools(conversation, ['transfer', 'other'])).toEqual(['hangUp']);
  });

  test('in code have the policies and parameters of the document where they have none', () => {
    const declared: CompiledTool = {
      name: 'transfer',
      description: 'd',
      kind: 'read',
      timeoutMs: 9,
      parameters: { type: 'object', properties: { to: text } },
    };
    const conversation = conversationOf([declared]);
    const run = (): string => 'ok';
    const own = withDocumentPolicy(
      { name: 'transfer', description: 'mine', policy: { timeoutMs: 3 }, run },
      conversation,
    );
    expect(own).toEqual({
      name: 'transfer',
      description: 'mine',
      parameters: declared.parameters,
      policy: { kind: 'read', timeoutMs: 3 },
      run,
    });
    const other = { name: 'other', description: 'd', run };
    expect(withDocumentPolicy(other, conversation)).toBe(other);
  });
});
