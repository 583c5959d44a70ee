import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { live, modelExtractor, scriptedTextModel } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import type { SessionEvent } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

describe('LiveHandle tells', () => {
  test('raw events of the wire session by subscribe', async (context) => {
    verifies(context, 'seed:liveHandle:subscribe');
    const call = await new OrderedCall().open();
    const raw = call.handle.subscribe();
    await call.peer.calls('look', { where: 'outside' });
    await call.handle.disconnect();
    const types: string[] = [];
    const seen: SessionEvent[] = [];
    for await (const event of raw) {
      types.push(event.type);
      seen.push(event);
    }
    expect(seen.find(({ type }) => type === 'toolCall')).toMatchObject({ calls: [{ name: 'look' }] });
    expect(types.at(-1)).toBe('disconnected');
  });

  test('live events to each receiver of its own; a loss is told once, and costs no control event', async (context) => {
    verifies(context, 'seed:liveHandle:events', 'live:receivers');
    const call = await new OrderedCall().open();
    const slow = call.handle.events({ capacity: 8 });
    const quick = call.handle.events();
    for (let turn = 0; turn < 4; turn++) await call.peer.says('One two three.', { thenCompletes: true });
    await call.handle.disconnect();
    await expect(slow.recv()).rejects.toMatchObject({ code: 'lagged', missed: slow.missed });
    const heard = async (receiver: typeof slow): Promise<readonly string[]> => {
      const types: string[] = [];
      for (let event = await receiver.recv(); event !== undefined; event = await receiver.recv())
        types.push(event.type);
      return types;
    };
    const control = (types: readonly string[]): readonly string[] => types.filter((type) => type !== 'audio');
    const [slowly, quickly] = [await heard(slow), await heard(quick)];
    expect(control(slowly)).toEqual(control(quickly));
    expect(quickly.filter((type) => type === 'audio').length - slow.missed).toBe(
      slowly.filter((type) => type === 'audio').length,
    );
    expect(slow.missed).toBeGreaterThan(0);
  });

  test('live events as an async iterable that skips losses and ends with the session', async (context) => {
    verifies(context, 'seed:liveHandle:stream', 'live:receivers');
    const call = await new OrderedCall().open();
    const stream = call.handle.stream({ capacity: 4 });
    for (let turn = 0; turn < 4; turn++) await call.peer.says('One two three.', { thenCompletes: true });
    await call.handle.disconnect();
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types.filter((type) => type === 'turnRecord')).toHaveLength(4);
    expect(types.at(-1)).toBe('disconnected');
  });

  test('leaving the loop ends the stream', async () => {
    const call = await new OrderedCall().open();
    const stream = call.handle.stream();
    await call.peer.says('One.', { thenCompletes: true });
    for await (const { type } of stream) if (type === 'turnComplete') break;
    const rest: string[] = [];
    for await (const { type } of stream) rest.push(type);
    expect(rest).toEqual([]);
    await call.handle.disconnect();
  });
});

describe('LiveHandle knows', () => {
  test('the state, which is the one that was given', async (context) => {
    verifies(context, 'seed:liveHandle:state');
    const call = await new OrderedCall().open();
    call.handle.state().set('day', 'friday');
    expect(call.handle.state().get('day')).toBe('friday');
    expect(call.handle.state()).toBe(call.handle.state());
    await call.handle.disconnect();
  });

  test('the metrics, at any moment', async (context) => {
    verifies(context, 'seed:liveHandle:telemetry');
    const call = await new OrderedCall().open();
    await call.handle.sendText('Hello.');
    await call.peer.clock.advanceAsync(300);
    await call.peer.says('Hello.', { thenCompletes: true });
    expect(call.handle.telemetry().snapshot()).toMatchObject({
      turnCount: 1,
      responseCount: 1,
      lastResponseLatencyMs: 300,
      totalTokenCount: 120,
    });
    await call.handle.disconnect();
    expect(call.handle.telemetry().snapshot().turnCount).toBe(1);
  });

  test('the latest result of an extractor, typed', async (context) => {
    verifies(context, 'seed:liveHandle:extracted');
    const peer = new ScriptedPeer();
    const order = modelExtractor({
      name: 'order',
      schema: z.object({ day: z.string().nullable() }),
      model: scriptedTextModel([{ json: { day: 'friday' } }]),
    });
    const handle = await live({ apiKey: 'test', model: 'gemini-3.8-live', extractors: [order] }).connect({
      transport: peer.transport,
      clock: peer.clock,
      environment: {},
    });
    expect(handle.extracted('order')).toBeUndefined();
    await handle.sendText('It is to be on Friday.');
    await peer.says('Very well.', { thenCompletes: true });
    const result = handle.extracted('order');
    expectTypeOf(result?.day).toEqualTypeOf<string | null | undefined>();
    expect(result).toEqual({ day: 'friday' });
    await handle.disconnect();
  });

  test('the newest handle to resume from', async (context) => {
    verifies(context, 'seed:liveHandle:resumeHandle');
    const call = await new OrderedCall().open();
    expect(call.handle.resumeHandle()).toBeUndefined();
    await call.peer.handsOut('h-1');
    await call.peer.handsOut('h-2');
    expect(call.handle.resumeHandle()).toBe('h-2');
    await call.handle.disconnect();
    expect(call.handle.resumeHandle()).toBe('h-2');
  });

  test('why the conversation stands where it stands, under both names; nothing where nothing governs', async () => {
    const call = await new OrderedCall().open({
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', needs: ['day'], transitions: [{ to: 'book', when: (state) => state.has('day') }] },
          { name: 'book', terminal: true },
        ],
      },
    });
    expect(call.handle.explain()).toMatchObject({ phase: 'ask' });
    expect(call.handle.whyBlocked()).toEqual(call.handle.explain());
    await call.handle.disconnect();
    const free = await new OrderedCall().open();
    expect([free.handle.explain(), free.handle.whyBlocked()]).toEqual([undefined, undefined]);
    await free.handle.disconnect();
  });

  test('the phase of the wire session, apart from that of the conversation', async () => {
    const call = await new OrderedCall().open({
      phases: { initial: 'ask', phases: [{ name: 'ask', instruction: 'Ask.' }] },
    });
    expect([call.handle.phase, call.handle.conversationPhase]).toEqual(['active', 'ask']);
    await call.peer.writes('Well');
    expect([call.handle.phase, call.handle.conversationPhase]).toEqual(['modelSpeaking', 'ask']);
    expect(call.handle.phaseHistory).toMatchObject([{ from: '', to: 'ask' }]);
    await call.handle.disconnect();
    expect([call.handle.phase, call.handle.connection.state]).toEqual(['disconnected', 'closed']);
  });
});

describe('LiveHandle ends', () => {
  test('flushed, after teardown hooks, once for all callers', async (context) => {
    verifies(context, 'seed:liveHandle:disconnect', 'live:end');
    const call = new OrderedCall();
    await call.open({
      hooks: {
        onTeardown: [
          async ({ writer }) => {
            await Promise.resolve();
            await writer.sendText('The call was cut short.');
            call.note('first hook');
          },
          () => call.note('second hook'),
        ],
      },
    });
    call.take();
    await Promise.all([
      call.handle.disconnect(),
      call.handle.disconnect(),
      call.handle[Symbol.asyncDispose](),
    ]);
    expect(call.take()).toEqual([
      'second hook',
      '> clientContent',
      'first hook',
      '> close',
      'inputTranscript',
      'turnRecord',
      'disconnected',
    ]);
  });

  test('done resolves for every waiter, whoever ends it, and whenever they ask', async (context) => {
    verifies(context, 'seed:liveHandle:done', 'live:end');
    const call = await new OrderedCall().open();
    const ended: string[] = [];
    void call.handle.done().then(() => ended.push('first'));
    void call.handle.done().then(() => ended.push('second'));
    await call.peer.clock.advanceAsync(0);
    expect(ended).toEqual([]);
    await call.peer.disconnects(1008, 'API key expired. Please renew the API key.');
    await call.peer.clock.runUntil(() => ended.length === 2, 600_000);
    expect(ended).toEqual(['first', 'second']);
    await call.handle.done();
  });

  test('every holder of the handle has the same session', async (context) => {
    verifies(context, 'seed:liveHandle:clone');
    const call = await new OrderedCall().open();
    const { handle } = call;
    const other = handle;
    other.state().set('day', 'friday');
    await other.sendText('One.');
    await handle.disconnect();
    expect([other.phase, handle.state().get('day'), other.sessionId === handle.sessionId]).toEqual([
      'disconnected',
      'friday',
      true,
    ]);
  });
});
