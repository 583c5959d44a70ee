import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, test } from 'vitest';
import { deferred, HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import { live } from '../../live/live.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import type { ConfirmationRequest } from './confirmation.ts';
import type { JsonObject, ToolDefinition } from './tool-definition.ts';

interface Amount {
  n: number;
}

/** Notes what it was run with, then changes it, then does what it is told. */
function pay(ran: number[], then: () => unknown = () => 'paid'): ToolDefinition {
  const run = (args: Amount): unknown => {
    ran.push(args.n);
    args.n = 1_000;
    return then();
  };
  return { name: 'pay', description: 'Pays.', policy: { confirm: true }, run };
}

/** What a careless hook does. */
function change({ args }: { readonly args: JsonObject }): void {
  try {
    (args as unknown as Amount).n = 1_000;
  } catch {
    // It is frozen.
  }
}

describe('What was approved is what runs', () => {
  test('also when the provider, middleware, onToolCall or a listener change the arguments they are shown', async () => {
    const ran: number[] = [];
    const rig = new ToolRig({
      tools: [pay(ran)],
      confirmationProvider: (request) => {
        change(request);
        return { confirmed: true };
      },
      middleware: [{ before: (call) => change(call) as undefined }],
      onToolCall: (calls) => {
        for (const { args } of calls) change({ args: args as JsonObject });
        return null;
      },
    });
    await rig.call({ id: 'a', name: 'pay', args: { n: 1 } });
    expect(ran).toEqual([1]);
    expect(rig.eventsOf('toolExecution')[0]?.args).toEqual({ n: 1 });
    expect(rig.outcomes[0]?.args).toEqual({ n: 1 });
  });

  test('also when a tool changes its arguments: the changed ones find no approval', async () => {
    const ran: number[] = [];
    const asked: JsonObject[] = [];
    const rig = new ToolRig({
      tools: [
        pay(ran, () => {
          throw new Error('boom');
        }),
      ],
      confirmationProvider: ({ args }) => {
        asked.push(args);
        return { confirmed: true };
      },
    });
    await rig.call({ id: 'a', name: 'pay', args: { n: 1 } });
    await rig.call({ id: 'b', name: 'pay', args: { n: 1_000 } });
    expect(asked).toEqual([{ n: 1 }, { n: 1_000 }]);
    expect(rig.outcomes.map(({ args }) => args)).toEqual([{ n: 1 }, { n: 1_000 }]);
  });

  test('also when a schema hands the arguments on as they are', async () => {
    const input = {
      '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) },
    } as const;
    const changing: ToolDefinition = {
      name: 'look',
      description: 'd',
      parameters: { type: 'object', properties: { n: { type: 'integer' } } },
      input: input as StandardSchemaV1,
      run: (args: Amount) => {
        args.n = 2;
        return 'ok';
      },
    };
    const rig = new ToolRig({ tools: [changing] });
    await rig.call({ id: 'a', name: 'look', args: { n: 1 } });
    expect(rig.outcomes[0]).toMatchObject({ ok: true, args: { n: 1 } });
  });

  test('and a cached result is found by the arguments of the call, not by what the tool made of them', async () => {
    let runs = 0;
    const look: ToolDefinition = {
      name: 'look',
      description: 'd',
      policy: { kind: 'read', cache: { ttlMs: 1_000 } },
      run: (args: Amount) => {
        runs += 1;
        const of = args.n;
        args.n = 2;
        return { of };
      },
    };
    const rig = new ToolRig({ tools: [look] });
    await rig.call({ id: 'a', name: 'look', args: { n: 1 } });
    await rig.call({ id: 'b', name: 'look', args: { n: 2 } });
    await rig.call({ id: 'c', name: 'look', args: { n: 1 } });
    expect(['a', 'b', 'c'].map((id) => rig.of(id)[0]?.response)).toEqual([{ of: 1 }, { of: 2 }, { of: 1 }]);
    expect(runs).toBe(2);
  });
});

describe('One approval', () => {
  const asked: ConfirmationRequest[] = [];

  function rigOf(held: HeldTool, more: Partial<ConstructorParameters<typeof ToolRig>[0]> = {}): ToolRig {
    asked.length = 0;
    return new ToolRig({
      tools: [held.definition],
      confirmationProvider: (request) => {
        asked.push(request);
        return { confirmed: true };
      },
      ...more,
    });
  }

  test.for(['middleware', 'onToolCall'] as const)(
    'is one run: a second call asks while the first waits for %s',
    async (where) => {
      const book = new HeldTool('book', { confirm: true });
      const gate = deferred<undefined>();
      const rig = rigOf(
        book,
        where === 'middleware'
          ? { middleware: [{ before: () => gate.promise }] }
          : { onToolCall: () => gate.promise },
      );
      await rig.call({ id: 'a', name: 'book' });
      await rig.call({ id: 'b', name: 'book' });
      gate.resolve(undefined);
      await rig.clock.advanceAsync(0);
      expect(asked.map(({ callId }) => callId)).toEqual(['a', 'b']);
      expect(book.runs).toHaveLength(2);
    },
  );

  test('is left for the next call in its turn when the call never started, and for none later', async () => {
    const book = new HeldTool('book', { confirm: true });
    const vetoed = new Set(['a', 'c', 'e']);
    const before = ({ callId }: { readonly callId: string }): { veto: string } | undefined =>
      vetoed.has(callId) ? { veto: 'closed' } : undefined;
    const rig = rigOf(book, { middleware: [{ before }] });
    await rig.call({ id: 'a', name: 'book' });
    await rig.call({ id: 'b', name: 'book' });
    expect(asked.map(({ callId }) => callId)).toEqual(['a']);
    await rig.call({ id: 'c', name: 'book' });
    rig.turn = 2;
    await rig.call({ id: 'd', name: 'book' });
    expect(asked.map(({ callId }) => callId)).toEqual(['a', 'c', 'd']);
    expect(book.runs.map(({ callId }) => callId)).toEqual(['b', 'd']);
  });

  test('ends when the next words of the user come only as a transcript, but not with late words of its own turn', async () => {
    for (const [turn, runs] of [
      [1, 1],
      [2, 0],
    ] as const) {
      const book = new HeldTool('book', { confirm: true });
      const gate = deferred<undefined>();
      const rig = rigOf(book, { middleware: [{ before: () => gate.promise }] });
      await rig.call({ id: 'a', name: 'book' });
      rig.runner.userWords(turn);
      gate.resolve(undefined);
      await rig.clock.advanceAsync(0);
      expect(book.runs).toHaveLength(runs);
    }
  });

  test('is spent by a commit that throws: it is no approval of further runs', async () => {
    const book = new HeldTool('book', { confirm: true });
    const rig = rigOf(book);
    for (const id of ['a', 'b', 'c']) {
      await rig.call({ id, name: 'book' });
      book.reject(new Error('timeout after the charge'));
      await rig.clock.advanceAsync(0);
    }
    expect(asked).toHaveLength(3);
  });

  test('is spent when the call is answered by hand', async () => {
    const book = new HeldTool('book', { confirm: true });
    const rig = rigOf(book, { middleware: [{ before: () => new Promise(() => {}) }] });
    await rig.call({ id: 'a', name: 'book' });
    rig.runner.answer([{ id: 'a', name: 'book', response: { done: true } }]);
    await rig.call({ id: 'b', name: 'book' });
    expect(asked).toHaveLength(2);
  });

  test('outlives no words that come as a transcript alone in a live call', async () => {
    const book = new HeldTool('book', { confirm: true });
    const gate = deferred<undefined>();
    const peer = new ScriptedPeer();
    const call = await live({
      apiKey: 'any',
      inputAudioTranscription: {},
      tools: [book.definition],
      toolSettings: {
        confirmationProvider: () => ({ confirmed: true }),
        middleware: [{ before: () => gate.promise }],
      },
    }).connect({ transport: peer.transport, clock: peer.clock });
    // The application says when the user speaks, once: from then on words alone begin no speech.
    await call.userSpeechStarted();
    await peer.hears('book it');
    await call.userSpeechEnded();
    await peer.calls('book', {}, 'a');
    await peer.says('One moment', { thenCompletes: true });
    await peer.hears('forget it');
    gate.resolve(undefined);
    await peer.clock.advanceAsync(0);
    expect(book.runs).toEqual([]);
    const ended = call.disconnect();
    await peer.clock.advanceAsync(5_000);
    await ended;
  });
});
