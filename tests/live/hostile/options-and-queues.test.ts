import { expect, test } from 'vitest';
import { z } from 'zod';
import { type LiveOptions, live, type RuntimeError, tool } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { CallUnderTest, withModel } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

/** What connecting with these options rejects with, and whether anything was opened. */
async function refusal(options: Partial<LiveOptions>): Promise<RuntimeError> {
  const peer = new ScriptedPeer();
  const error = await live(withModel(options))
    .connect({ transport: peer.transport, clock: peer.clock, environment: {} })
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );
  expect(peer.connections, 'nothing was opened').toBe(0);
  expect(peer.clock.pending).toBe(0);
  return error as RuntimeError;
}

test('schemas that the API cannot take are all refused at connect, each with its place and reason', async (context) => {
  verifies(context, 'hostile:options');
  const bad = (name: string, input: z.ZodType): ReturnType<typeof tool> =>
    tool({ name, description: 'Bad.', input, run: () => ({}) });
  const error = await refusal({
    tools: [
      bad('tuple', z.object({ pair: z.tuple([z.string(), z.number()]) })),
      bad('recursive', z.object({ tree: z.lazy((): z.ZodType => z.object({ tree: z.unknown() })) })),
      bad('bigint', z.object({ big: z.bigint() })),
      bad('no-object', z.string()),
      tool({ name: 'fine', description: 'Fine.', input: z.object({ a: z.string() }), run: () => ({}) }),
      tool({ name: 'fine', description: 'The same name.', run: () => ({}) }),
      tool({ name: '9 lives', description: 'A bad name.', run: () => ({}) }),
      tool({ name: 'silent', description: '', run: () => ({}) }),
      tool({
        name: 'raw',
        description: 'Raw.',
        parameters: { type: 'object', properties: { a: { $ref: '#/nowhere' } } },
        run: () => ({}),
      }),
    ],
  });
  expect(error.code).toBe('invalidOptions');
  const paths = (error.problems ?? []).map(({ path }) => path).join('\n');
  for (const name of ['bigint', 'no-object', '9 lives', 'raw']) expect(paths).toContain(name);
  expect(paths).toContain('fine');
  for (const { message } of error.problems ?? []) expect(message.length).toBeGreaterThan(10);
  expect(error.message.split('\n')).toHaveLength((error.problems?.length ?? 0) + 1);
});

test('everything else that is wrong comes in the same error', async (context) => {
  verifies(context, 'hostile:options');
  const error = await refusal({
    tools: [
      tool({ name: 'pay', description: 'Pays.', policy: { confirm: true, timeoutMs: -1 }, run: () => ({}) }),
    ],
    redaction: { digitRuns: 1, patterns: [/(?=ahead)x/] },
    watchers: [{ key: '', predicate: { type: 'crossedAbove', threshold: Number.NaN }, action: () => {} }],
    computed: [{ key: 'a', deps: ['a'], compute: () => 1 }],
    patterns: [{ name: '', when: { type: 'turns', condition: () => true, count: 0 }, action: () => {} }],
    extractors: [
      { name: 'session:x', extract: () => ({ value: {} }) },
      { name: 'x', extract: () => ({ value: {} }), promote: [{ field: 'a', stateKey: 'flow:a' }] },
    ],
    phases: { initial: 'nowhere', phases: [{ name: 'a', transitions: [{ to: 'b', when: () => true }] }] },
    telemetryIntervalMs: -1,
    turnCommit: { holdMs: -1, sustainMs: Number.NaN },
  });
  expect(error.code).toBe('invalidOptions');
  const paths = (error.problems ?? []).map(({ path }) => path).join('\n');
  for (const part of [
    'pay',
    'confirmationProvider',
    'redaction.digitRuns',
    'redaction.patterns[0]',
    'watchers[0]',
    'computed[0]',
    'patterns[0]',
    'phases.',
    'telemetryIntervalMs',
  ]) {
    expect(paths).toContain(part);
  }
});

test('more calls than may run at once are told to wait, and run when they come again', async (context) => {
  verifies(context, 'hostile:full');
  const ends: Array<(value: object) => void> = [];
  const slow = tool({
    name: 'slow',
    description: 'Slow.',
    policy: { kind: 'read' },
    run: () => new Promise<object>((resolve) => ends.push(resolve)),
  });
  const call = await CallUnderTest.open({
    tools: [slow],
    toolSettings: { limits: { maxConcurrentCalls: 2 } },
  });
  const ids = [await call.peer.calls('slow'), await call.peer.calls('slow'), await call.peer.calls('slow')];
  expect(String((await call.peer.answerTo(ids[2] ?? '')).response?.error)).toContain('2 calls are running');
  for (const end of ends) end({ ok: true });
  await call.clock.advanceAsync(0);
  const again = await call.peer.calls('slow');
  ends.at(-1)?.({ ok: true });
  expect((await call.peer.answerTo(again)).response).toEqual({ ok: true });
  await call.peer.completes();
  await call.expectAlive();
  await call.end();
});

test('a control lane that is full says so once, and takes inputs again', async (context) => {
  verifies(context, 'hostile:full');
  const call = await CallUnderTest.open();
  let posted = false;
  call.handle.on('turnComplete', () => {
    if (posted) return;
    posted = true;
    for (let at = 0; at < 10_000; at++) void call.handle.playbackDrained();
  });
  await call.turn();
  expect(call.codes).toEqual(['controlQueueFull']);
  await call.expectAlive();
  await call.end();
});

test('the end of a session is not lost to a control lane that is full', async (context) => {
  verifies(context, 'hostile:full', 'hostile:disconnect');
  const call = await CallUnderTest.open();
  call.handle.on('turnComplete', () => {
    for (let at = 0; at < 10_000; at++) void call.handle.playbackDrained();
    void call.handle.disconnect();
  });
  await call.turn();
  await call.expectEnded();
});

test('a full send queue rejects with its code while there is no connection, and audio drops its oldest', async (context) => {
  verifies(context, 'hostile:full');
  const call = await CallUnderTest.open();
  await call.peer.disconnects(1011, 'internal');
  await call.peer.disconnects(1011, 'internal');
  expect(call.handle.connection.state).toBe('retrying');
  const codes = new Map<string, number>();
  const count = (code: string): void => void codes.set(code, (codes.get(code) ?? 0) + 1);
  for (let at = 0; at < 5_000; at++) {
    void call.handle.sendText(`Text ${at}`).then(
      () => count('sent'),
      ({ code }) => count(code),
    );
    void call.handle.sendAudio(new Int16Array(320));
  }
  await call.clock.advanceAsync(30_000);
  expect(codes.get('sendQueueFull')).toBeGreaterThan(0);
  expect(codes.get('sent')).toBeGreaterThan(0);
  expect([...codes.keys()].toSorted()).toEqual(['sendQueueFull', 'sent']);
  await call.peer.completes();
  await call.turn('Still there?', 'Yes.');
  await call.end();
});
