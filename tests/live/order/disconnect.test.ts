import { describe, expect, test } from 'vitest';
import { type LiveOptions, live, tool } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';

const look = tool({
  name: 'look',
  description: 'Looks.',
  policy: { kind: 'read' },
  run: () => new Promise(() => {}),
});

/** Everything that could leave a timer behind. */
const BUSY: Partial<LiveOptions> = {
  tools: [look, { functionDeclarations: [{ name: 'byHand' }] }],
  greeting: 'Hello?',
  quiet: { softTurnMs: 500, deadAir: true, reprompt: { afterMs: 5_000, text: '(silence)' } },
  telemetryIntervalMs: 500,
  inputVad: true,
  extractors: [{ name: 'facts', extract: () => new Promise(() => {}) }],
  patterns: [
    {
      name: 'still',
      when: { type: 'sustained', condition: () => true, durationMs: 60_000 },
      action: () => {},
    },
  ],
  phases: {
    initial: 'ask',
    phases: [
      { name: 'ask', instruction: 'Ask.', transitions: [{ to: 'book', when: () => true }] },
      {
        name: 'book',
        instruction: 'Book.',
        terminal: true,
        requires: ['menu'],
        preparations: [{ name: 'load', produces: ['menu'], run: () => new Promise(() => {}) }],
      },
    ],
  },
  voiceRules: [() => undefined],
};

/** How to get a call into a phase of the wire session. */
const PHASES: Readonly<Record<string, (call: OrderedCall) => Promise<void>>> = {
  active: async () => {},
  userSpeaking: async ({ handle }) => handle.userSpeechStarted(),
  modelSpeaking: async ({ peer }) => peer.says('Good evening, and', { audioMs: 5_000 }),
  toolCallPending: async ({ peer }) => void (await peer.calls('byHand')),
  toolCallExecuting: async ({ peer }) => void (await peer.calls('look')),
};

describe('disconnect', () => {
  test.for(Object.entries(PHASES))(
    'ends a call in %s: told once, nobody waits, nothing is left',
    async ([phase, reach], context) => {
      verifies(context, 'live:end');
      const call = await new OrderedCall().open({
        ...BUSY,
        hooks: { onTeardown: () => call.note('onTeardown') },
      });
      await call.peer.says('Which day?', { thenCompletes: true });
      await reach(call);
      expect(call.handle.phase).toBe(phase);
      call.take();
      await Promise.all([
        call.handle.disconnect(),
        call.handle.done(),
        call.handle.disconnect(),
        call.handle.done(),
      ]);
      const lines = call.take();
      expect(lines.indexOf('onTeardown')).toBeLessThan(lines.indexOf('> close'));
      expect([lines.filter((line) => line === 'disconnected').length, lines.at(-1)]).toEqual([
        1,
        'disconnected',
      ]);
      expect([call.handle.phase, call.peer.clock.pending]).toEqual(['disconnected', 0]);
    },
  );

  test('ends a call that waits for its next connection, or is in the middle of setting it up', async (context) => {
    verifies(context, 'live:end');
    for (const [phase, network] of [
      ['disconnected', 'up'],
      ['connecting', 'hanging'],
      ['setupSent', 'deaf'],
    ] as const) {
      const call = await new OrderedCall().open(BUSY);
      await call.peer.calls('look');
      call.network = network;
      await call.peer.disconnects(1011, 'internal error');
      // The first time another connection is there at once.
      if (network === 'up') await call.peer.disconnects(1011, 'internal error');
      await call.peer.clock.runUntil(() => call.handle.phase === phase, 60_000);
      expect(call.handle.phase).toBe(phase);
      await Promise.all([call.handle.disconnect(), call.handle.done()]);
      expect([call.of('disconnected').length, call.peer.clock.pending]).toEqual([1, 0]);
    }
  });

  test('waits for a commit and for hooks, within one limit, and says what took too long', async (context) => {
    verifies(context, 'live:end');
    const commit = tool({ name: 'book', description: 'Books.', run: () => new Promise(() => {}) });
    const call = await new OrderedCall().open({
      tools: [commit],
      teardownTimeoutMs: 1_000,
      hooks: { onTeardown: () => new Promise(() => {}) },
    });
    await call.peer.calls('book');
    let ended = false;
    void call.handle.disconnect().then(() => {
      ended = true;
    });
    const startMs = call.peer.clock.nowMs();
    expect(await call.peer.clock.runUntil(() => ended, 60_000)).toBe(true);
    expect(call.peer.clock.nowMs() - startMs).toBe(1_000);
    expect(call.of('error').map(({ error }) => error.code)).toEqual(['teardownTimeout', 'teardownTimeout']);
    expect(call.peer.clock.pending).toBe(0);
  });

  test('lets a commit that runs come to its end, and its answer go out', async (context) => {
    verifies(context, 'live:end');
    let finish = (): void => {};
    const commit = tool({
      name: 'book',
      description: 'Books.',
      run: () => new Promise((resolve) => (finish = () => resolve({ table: 4 }))),
    });
    const call = await new OrderedCall().open({ tools: [commit] });
    const id = await call.peer.calls('book');
    const end = call.handle.disconnect();
    await call.peer.clock.advanceAsync(500);
    finish();
    await end;
    expect(await call.peer.answerTo(id)).toMatchObject({ response: { table: 4 } });
    expect(call.of('turnRecord').at(-1)?.record.tools).toMatchObject([{ outcome: 'succeeded' }]);
  });

  test('does not wait for what only reads', async (context) => {
    verifies(context, 'live:end');
    const call = await new OrderedCall().open({ tools: [look] });
    await call.peer.calls('look');
    await call.handle.disconnect();
    expect(call.peer.clock.nowMs()).toBe(0);
    expect(call.of('toolCancelled')).toHaveLength(1);
  });

  test('from within a hook or a listener ends the call, and does not wait for itself', async (context) => {
    verifies(context, 'live:end', 'live:isolation');
    const call = new OrderedCall();
    await call.open({ hooks: { onTurnBoundary: () => void call.handle.disconnect() } });
    call.handle.on('interrupted', () => void call.handle.disconnect());
    await call.peer.says('Bye.', { thenCompletes: true });
    await call.handle.done();
    expect([call.of('turnRecord').length, call.events.at(-1)?.type]).toEqual([1, 'disconnected']);
  });
});

describe('A connect that fails', () => {
  test('has told and closed everything when it rejects', async (context) => {
    verifies(context, 'live:failedConnect');
    const types: string[] = [];
    const teardown: string[] = [];
    const peer = new ScriptedPeer({ answersSetup: false });
    const failed = live({
      apiKey: 'test',
      model: 'gemini-3.8-live',
      ...BUSY,
      hooks: { onConnected: () => teardown.push('connected'), onTeardown: () => teardown.push('teardown') },
    })
      .connect({
        transport: peer.transport,
        clock: peer.clock,
        environment: {},
        random: () => 0.5,
        onEvent: ({ type }) => types.push(type),
      })
      .catch((error: { readonly code: string }) => error.code);
    let code: unknown;
    void failed.then((outcome) => {
      code = outcome;
    });
    await peer.clock.runUntil(() => code !== undefined, 3_600_000);
    expect(code).toBe('setupTimeout');
    expect([types.filter((type) => type === 'disconnected').length, types.at(-1)]).toEqual([
      1,
      'disconnected',
    ]);
    expect([teardown, types.includes('connected'), peer.clock.pending]).toEqual([[], false, 0]);
  });

  test('because it is aborted, at any moment, leaves nothing', async (context) => {
    verifies(context, 'live:failedConnect');
    for (const early of [true, false]) {
      const peer = new ScriptedPeer({ answersSetup: false });
      const abort = new AbortController();
      if (early) abort.abort();
      const failed = live({ apiKey: 'test', model: 'gemini-3.8-live', ...BUSY }).connect({
        transport: peer.transport,
        clock: peer.clock,
        environment: {},
        signal: abort.signal,
      });
      failed.catch(() => {});
      await peer.clock.advanceAsync(0);
      abort.abort();
      await expect(failed).rejects.toMatchObject({ code: 'aborted' });
      expect(peer.clock.pending).toBe(0);
    }
  });

  test('by its options opens nothing', async (context) => {
    verifies(context, 'live:failedConnect');
    const peer = new ScriptedPeer();
    const failed = live({
      apiKey: 'test',
      model: 'gemini-3.8-live',
      ...BUSY,
      telemetryIntervalMs: -1,
    }).connect({
      transport: peer.transport,
      clock: peer.clock,
      environment: {},
    });
    await expect(failed).rejects.toMatchObject({ code: 'invalidOptions' });
    expect([peer.connections, peer.clock.pending]).toEqual([0, 0]);
  });
});
