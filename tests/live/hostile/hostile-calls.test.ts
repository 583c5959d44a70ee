import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

/** A tool that counts its runs and answers when told to. */
function slowTool(policy: object = {}): {
  readonly options: CallOptions;
  readonly runs: Array<(answer: unknown) => void>;
} {
  const runs: Array<(answer: unknown) => void> = [];
  const slow = tool({
    name: 'slow',
    description: 'Takes its time.',
    policy,
    run: () => new Promise<unknown>((resolve) => runs.push(resolve)) as Promise<object>,
  });
  return { options: { tools: [slow] }, runs };
}

const order = tool({
  name: 'order',
  description: 'Orders.',
  input: z.object({ size: z.enum(['small', 'large']), count: z.number().int().min(1) }),
  run: ({ size, count }) => ({ ordered: `${count} ${size}` }),
});

const errorOf = (answer: { readonly response?: unknown }): string =>
  String((answer.response as { readonly error?: unknown } | undefined)?.error);

describe('a model that calls', () => {
  test('an unknown tool is told which there are, and that nothing ran', async (context) => {
    verifies(context, 'hostile:calls');
    const call = await CallUnderTest.open({ tools: [order] });
    for (const name of ['nothing', '', 'constructor', '__proto__', 'x'.repeat(10_000)]) {
      const id = await call.peer.calls(name, {});
      const answer = await call.peer.answerTo(id);
      expect(errorOf(answer)).toMatch(/There is no tool named .*nothing ran.*order/s);
      expect(errorOf(answer).length).toBeLessThan(500);
    }
    await call.peer.completes();
    await call.expectAlive();
    await call.endAndOpenAnother();
  });

  test('a tool in a session that has none was left without an answer', async (context) => {
    verifies(context, 'hostile:calls');
    const raw = { functionDeclarations: [{ name: 'manual', description: 'By hand.' }] };
    for (const tools of [[], [raw]]) {
      const call = await CallUnderTest.open({ tools });
      const id = await call.peer.calls('nothing', {});
      expect(errorOf(await call.peer.answerTo(id))).toContain('There is no tool named nothing');
      expect(call.log.of('toolExecution')).toHaveLength(1);
      await call.peer.completes();
      expect(call.handle.phase).toBe('active');
      await call.expectAlive();
      await call.end();
    }
  });

  test('with invalid arguments is told what is wrong with them, and nothing ran', async (context) => {
    verifies(context, 'hostile:calls');
    const call = await CallUnderTest.open({ tools: [order] });
    const wrong = [{}, { size: 'huge', count: 1 }, { size: 'small', count: 0.5 }, null, [], 'small', 7];
    for (const args of wrong) {
      const id = await call.peer.calls('order', args as never);
      const answer = await call.peer.answerTo(id);
      expect(errorOf(answer)).toMatch(/did not run/);
    }
    const id = await call.peer.calls('order', { size: 'small', count: 2 });
    expect((await call.peer.answerTo(id)).response).toEqual({ ordered: '2 small' });
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('with deep and with huge arguments is answered once', async (context) => {
    verifies(context, 'hostile:calls');
    const echo = tool({
      name: 'echo',
      description: 'Echoes.',
      run: (args) => ({ keys: Object.keys(args).length }),
    });
    const call = await CallUnderTest.open({ tools: [echo] });
    let deep: object = {};
    for (let level = 0; level < 2_000; level++) deep = { deep };
    const deepId = await call.peer.calls('echo', deep as never);
    expect(errorOf(await call.peer.answerTo(deepId))).toContain('nest deeper than 32 levels');
    const huge = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`key${at}`, 'x'.repeat(50)]));
    const hugeId = await call.peer.calls('echo', huge);
    expect((await call.peer.answerTo(hugeId)).response).toEqual({ keys: 20_000 });
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('one id twice in one frame, in two, and after its answer gets one answer', async (context) => {
    verifies(context, 'hostile:calls');
    const { options, runs } = slowTool();
    const call = await CallUnderTest.open(options);
    const same = { id: 'same', name: 'slow', args: {} };
    await call.peer.sends({ toolCall: { functionCalls: [same, same] } });
    await call.peer.sends({ toolCall: { functionCalls: [same] } });
    expect(runs).toHaveLength(1);
    runs[0]?.({ done: true });
    await call.clock.advanceAsync(0);
    await call.peer.sends({ toolCall: { functionCalls: [same] } });
    await call.clock.advanceAsync(40_000);
    expect(runs).toHaveLength(1);
    expect((await call.peer.answerTo('same')).response).toEqual({ done: true });
    await call.peer.completes();
    expect(call.handle.phase).toBe('active');
    await call.expectAlive();
    await call.end();
  });

  test('an id again that was cancelled gets no answer, and the session is not left waiting', async (context) => {
    verifies(context, 'hostile:calls');
    const { options, runs } = slowTool({ kind: 'read' });
    const call = await CallUnderTest.open(options);
    await call.peer.calls('slow', {}, 'gone');
    await call.peer.cancels('gone', 'never-there');
    await call.peer.calls('slow', {}, 'gone');
    await call.clock.advanceAsync(40_000);
    expect(runs).toHaveLength(1);
    expect(call.peer.answersTo('gone')).toEqual([]);
    expect(call.log.of('toolCancelled')).toHaveLength(1);
    await call.peer.completes();
    expect(call.handle.phase).toBe('active');
    await call.expectAlive();
    await call.end();
  });

  test('without ids gets an answer to each, in the order of the calls, without an id', async (context) => {
    verifies(context, 'hostile:calls');
    const call = await CallUnderTest.open({ tools: [order] });
    const calls = [1, 2, 3].map((count) => ({ name: 'order', args: { size: 'small', count } }));
    await call.peer.sends({ toolCall: { functionCalls: calls } });
    await call.peer.sends({
      toolCall: { functionCalls: [{ id: '', name: 'order', args: { size: 'large', count: 9 } }] },
    });
    const answers = call.peer.received.flatMap(
      (frame) => (frame.toolResponse as { functionResponses?: object[] })?.functionResponses ?? [],
    );
    expect(answers).toEqual([
      { name: 'order', response: { ordered: '1 small' } },
      { name: 'order', response: { ordered: '2 small' } },
      { name: 'order', response: { ordered: '3 small' } },
      { name: 'order', response: { ordered: '9 large' } },
    ]);
    await call.peer.completes();
    expect(call.handle.phase).toBe('active');
    await call.expectAlive();
    await call.end();
  });

  test('a thousand times in one frame gets a thousand answers, 32 of them results', async (context) => {
    verifies(context, 'hostile:calls');
    const call = await CallUnderTest.open({ tools: [order] });
    const functionCalls = Array.from({ length: 1_000 }, (_, at) => ({
      id: `c${at}`,
      name: 'order',
      args: { size: 'small', count: at + 1 },
    }));
    await call.peer.sends({ toolCall: { functionCalls } });
    await call.clock.advanceAsync(0);
    const answers = functionCalls.map(({ id }) => call.peer.answersTo(id));
    expect(answers.every(({ length }) => length === 1)).toBe(true);
    const results = answers.flat().filter(({ response }) => response !== undefined && !('error' in response));
    expect(results).toHaveLength(32);
    expect(call.log.of('toolExecution')).toHaveLength(1_000);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });
});

describe('a tool that answers', () => {
  test('late is stopped at its deadline; what it gives then goes nowhere', async (context) => {
    verifies(context, 'hostile:tools');
    const { options, runs } = slowTool({ kind: 'read', timeoutMs: 1_000 });
    const call = await CallUnderTest.open(options);
    const id = await call.peer.calls('slow');
    await call.clock.advanceAsync(1_000);
    expect(errorOf(await call.peer.answerTo(id))).toContain('gave no result within 1000 ms');
    runs[0]?.({ late: true });
    await call.clock.advanceAsync(10_000);
    expect(call.peer.answersTo(id)).toHaveLength(1);
    expect(call.log.of('toolExecution')).toHaveLength(1);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('never is answered for, and does not hold up the end of the session', async (context) => {
    verifies(context, 'hostile:tools', 'hostile:disconnect');
    const { options } = slowTool();
    const call = await CallUnderTest.open(options);
    const id = await call.peer.calls('slow');
    await call.clock.advanceAsync(30_000);
    expect(errorOf(await call.peer.answerTo(id))).toContain('still running');
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('by hand and by itself is answered by the first, and the second is told of', async (context) => {
    verifies(context, 'hostile:tools');
    const { options, runs } = slowTool();
    const call = await CallUnderTest.open(options);
    const id = await call.peer.calls('slow');
    const byHand = { id, name: 'slow', response: { by: 'hand' } };
    await call.handle.sendToolResponse([byHand]);
    await call.handle.sendToolResponse([byHand]);
    runs[0]?.({ by: 'itself' });
    await call.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ by: 'hand' });
    expect(call.codes).toEqual(['invalidArgument']);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('in a raw declaration, by hand, twice, is answered once', async (context) => {
    verifies(context, 'hostile:tools');
    const raw = { functionDeclarations: [{ name: 'manual', description: 'By hand.' }] };
    const call = await CallUnderTest.open({ tools: [raw] });
    const id = await call.peer.calls('manual');
    const answer = { id, name: 'manual', response: { ok: true } };
    await call.handle.sendToolResponse([answer]);
    await call.handle.sendToolResponse([answer]);
    await call.handle.writer().sendToolResponse([answer]);
    expect(call.peer.answersTo(id)).toHaveLength(1);
    expect(call.codes).toEqual(['invalidArgument', 'invalidArgument']);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  test('by hand through the writer and by itself is answered once', async (context) => {
    verifies(context, 'hostile:tools');
    const { options, runs } = slowTool();
    const call = await CallUnderTest.open(options);
    const id = await call.peer.calls('slow');
    await call.handle.writer().sendToolResponse([{ id, name: 'slow', response: { by: 'hand' } }]);
    runs[0]?.({ by: 'itself' });
    await call.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ by: 'hand' });
    await call.peer.completes();
    await call.end();
  });

  test('with what is no JSON is told so, with its reason', async (context) => {
    verifies(context, 'hostile:tools', 'hostile:state');
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const results: readonly unknown[] = [
      1n,
      () => {},
      Symbol('x'),
      cycle,
      new Map(),
      Number.NaN,
      {
        toJSON() {
          throw new Error('no');
        },
      },
      'x'.repeat(100_000),
    ];
    const bad = tool({
      name: 'bad',
      description: 'Bad.',
      input: z.object({ at: z.number() }),
      policy: { kind: 'read' },
      run: ({ at }) => results[at] as object,
    });
    const call = await CallUnderTest.open({ tools: [bad] });
    for (const at of results.keys()) {
      const id = await call.peer.calls('bad', { at });
      expect(errorOf(await call.peer.answerTo(id))).toContain('its result cannot be passed on');
    }
    expect(call.codes.length).toBe(results.length);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });
});
