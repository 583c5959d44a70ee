import { describe, expect, test } from 'vitest';
import { type LiveEvent, type LiveHandle, live, tool } from '../../../src/live/index.ts';
import { ScriptedPeer, settle } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest, withModel } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

const never = (): Promise<never> => new Promise(() => {});
/** Waits until it is given up. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

interface Middle {
  readonly options: CallOptions;
  /** Brings the session to the middle of something. */
  readonly reach: (call: CallUnderTest) => Promise<void>;
}

const callsSlow = (policy: object, run: () => unknown = never): Middle => ({
  options: {
    tools: [tool({ name: 'slow', description: 'Slow.', policy, run: run as () => Promise<object> })],
    toolSettings: { confirmationProvider: ({ signal }) => untilAborted(signal), fillerAfterMs: 5_000 },
  },
  reach: async ({ peer }) => void (await peer.calls('slow')),
});
const hook = (name: string): CallOptions => ({
  tools: [tool({ name: 'slow', description: 'Slow.', run: () => ({ ok: true }) })],
  toolSettings: { [name]: never },
});
const speaking = async ({ peer }: CallUnderTest): Promise<void> => peer.says('I am in the middle of');

const MIDDLES: Readonly<Record<string, Middle>> = {
  'nothing at all': { options: {}, reach: async () => {} },
  'a read that never ends': callsSlow({ kind: 'read' }),
  'a commit that never ends': callsSlow({ kind: 'commit' }),
  'a background tool': callsSlow({ background: true }),
  'two serial tools': {
    ...callsSlow({ serial: true }),
    reach: async ({ peer }) => {
      await peer.calls('slow');
      await peer.calls('slow');
    },
  },
  'the pause of a retry': {
    ...callsSlow({ kind: 'read', retry: { attempts: 5, delayMs: 9_000 } }, () =>
      Promise.reject(new Error('no')),
    ),
  },
  'a compensation': {
    options: {
      tools: [
        tool({
          name: 'slow',
          description: 'Fails.',
          policy: { compensate: { tool: 'undo' } },
          run: () => Promise.reject(new Error('no')),
        }),
        tool({ name: 'undo', description: 'Undoes.', run: never }),
      ],
    },
    reach: async ({ peer }) => void (await peer.calls('slow')),
  },
  'a confirmation': callsSlow({ confirm: true }),
  'middleware before a tool': {
    options: { ...hook('onToolCall'), toolSettings: { middleware: [{ before: never }] } },
    reach: async ({ peer }) => void (await peer.calls('slow')),
  },
  onToolCall: {
    options: hook('onToolCall'),
    reach: async ({ peer }) => void (await peer.calls('slow')),
  },
  beforeToolResponse: {
    options: hook('beforeToolResponse'),
    reach: async ({ peer }) => void (await peer.calls('slow')),
  },
  'a call that waits for others of its batch': {
    options: {
      tools: [
        tool({ name: 'slow', description: 'Slow.', run: never }),
        tool({ name: 'fast', description: 'Fast.', run: () => ({ ok: 1 }) }),
      ],
    },
    reach: ({ peer }) =>
      peer.sends({
        toolCall: {
          functionCalls: [
            { id: 'a', name: 'slow' },
            { id: 'b', name: 'fast' },
          ],
        },
      }),
  },
  'an extraction': {
    options: { extractors: [{ name: 'order', extract: ({ signal }) => untilAborted(signal) }] },
    reach: (call) => call.turn(),
  },
  'an extraction whose order is waited for': {
    options: {
      extractors: [
        { name: 'slow', extract: never },
        { name: 'fast', extract: () => ({ value: { a: 1 } }) },
      ],
    },
    reach: (call) => call.turn(),
  },
  'an admission that waits for an extractor': {
    options: {
      tools: [tool({ name: 'slow', description: 'Slow.', run: () => ({ ok: 1 }) })],
      extractors: [
        {
          name: 'order',
          extract: never,
          promote: [{ field: 'size', stateKey: 'size' }],
          shouldExtract: () => true,
        },
      ],
      phases: {
        initial: 'ask',
        phases: [
          {
            name: 'ask',
            needs: ['size'],
            tools: [],
            transitions: [{ to: 'done', when: (s) => s.has('size') }],
          },
          { name: 'done', terminal: true, requires: ['size'] },
        ],
      },
    },
    reach: async ({ peer }) => void (await peer.calls('slow')),
  },
  'a preparation': {
    options: {
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', transitions: [{ to: 'done', when: () => true }] },
          {
            name: 'done',
            terminal: true,
            requires: ['menu'],
            preparations: [{ name: 'menu', produces: ['menu'], run: never }],
          },
        ],
      },
    },
    reach: (call) => call.turn(),
  },
  'a deferred prompt that is armed': {
    options: {
      steering: { contextDelivery: 'deferred' },
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', transitions: [{ to: 'done', when: (s) => s.has('go') }] },
          { name: 'done', terminal: true, enterPrompt: 'Say goodbye.' },
        ],
      },
    },
    reach: async (call) => {
      call.handle.state().set('go', true);
      await call.turn(
        'Go.',
        'I talk so long that it is still being played while the phase changes to the next.',
      );
    },
  },
  'a greeting that is not answered': { options: { greeting: 'Hello.' }, reach: async () => {} },
  'the words of the model': { options: {}, reach: speaking },
  'a playback that outlasts its turn': {
    options: {},
    reach: ({ peer }) => peer.says('Long words.', { audioMs: 20_000, thenCompletes: true }),
  },
  'the words of the user': {
    options: { interruptionAuthority: 'client' },
    reach: async ({ handle }) => {
      await handle.userSpeechStarted();
      await handle.sendAudio(new Int16Array(3_200).fill(9_000));
    },
  },
  'an interruption': { options: {}, reach: (call) => speaking(call).then(() => call.peer.interrupts()) },
  'a silence that is watched': {
    options: {
      quiet: { deadAir: true, softTurnMs: 4_000, reprompt: { afterMs: 5_000, text: 'Are you there?' } },
      telemetryIntervalMs: 100,
    },
    reach: (call) => call.turn(),
  },
  'a watcher that is busy': {
    options: {
      watchers: [{ key: 'a', predicate: { type: 'changed' }, action: never, blocking: true }],
      patterns: [
        {
          name: 'p',
          when: { type: 'sustained', condition: (s) => s.get('session:silenceMs') !== 0, durationMs: 60_000 },
          action: never,
        },
      ],
    },
    reach: async ({ handle }) => handle.state().set('a', 1),
  },
  'hooks that never end': {
    options: { hooks: { onConnected: never, onTurnBoundary: never, onTeardown: never } },
    reach: (call) => call.turn(),
  },
};

describe.each(Object.entries(MIDDLES))('in the middle of %s', (_name, { options, reach }) => {
  test('the application disconnects', async (context) => {
    verifies(context, 'hostile:disconnect');
    const call = await CallUnderTest.open(options);
    await reach(call);
    await call.endAndOpenAnother();
  });

  test('the service closes for good', async (context) => {
    verifies(context, 'hostile:disconnect');
    const call = await CallUnderTest.open(options);
    await reach(call);
    await call.peer.disconnects(1007, 'API key expired');
    await call.expectEnded();
  });

  test('the service drops the connection, and the call goes on or ends', async (context) => {
    verifies(context, 'hostile:disconnect');
    const call = await CallUnderTest.open(options);
    await call.peer.handsOut('handle-1');
    await reach(call);
    await call.peer.disconnects(1011, 'internal');
    await call.clock.advanceAsync(60_000);
    expect(call.peer.connections).toBeGreaterThan(1);
    expect(call.log.of('disconnected')).toEqual([]);
    await call.end();
  });

  test('a listener disconnects at the next event', async (context) => {
    verifies(context, 'hostile:disconnect');
    const call = await CallUnderTest.open(options);
    await reach(call);
    call.handle.onEvent(() => void call.handle.disconnect());
    await call.peer.goesAway(1_000);
    await call.expectEnded();
  });
});

/** A session that is not open yet, and how its opening ends. */
function opening(options: CallOptions, peer: ScriptedPeer, signal: AbortSignal): Promise<LiveHandle | Error> {
  const events: LiveEvent[] = [];
  return live(withModel(options))
    .connect({
      transport: peer.transport,
      clock: peer.clock,
      environment: {},
      signal,
      random: () => 0.5,
      onEvent: (event) => events.push(event),
    })
    .catch((error: Error) => error) as Promise<LiveHandle | Error>;
}

test('an abort during setup rejects the connect and leaves no timer', async (context) => {
  verifies(context, 'hostile:disconnect');
  const abort = new AbortController();
  const peer = new ScriptedPeer({ answersSetup: false });
  const opened = opening(
    { quiet: { deadAir: true }, telemetryIntervalMs: 100, greeting: 'Hello.', extractors: [] },
    peer,
    abort.signal,
  );
  await settle();
  abort.abort();
  expect(await opened).toMatchObject({ code: 'aborted' });
  await peer.clock.runUntil(() => peer.clock.pending === 0, 10_000);
  expect(peer.clock.pending).toBe(0);
});

test('a setup that is never answered rejects the connect and leaves no timer', async (context) => {
  verifies(context, 'hostile:disconnect');
  const peer = new ScriptedPeer({ answersSetup: false });
  const opened = opening(
    { quiet: { deadAir: true }, telemetryIntervalMs: 100, retry: { maxAttempts: 2 } },
    peer,
    new AbortController().signal,
  );
  await peer.clock.advanceAsync(120_000);
  expect(await opened).toMatchObject({ code: 'setupTimeout' });
  expect(peer.clock.pending).toBe(0);
});

test('a disconnect during backoff ends the session at once', async (context) => {
  verifies(context, 'hostile:disconnect');
  const call = await CallUnderTest.open();
  await call.peer.disconnects(1011, 'internal');
  expect(call.handle.connection.state).toBe('open');
  await call.peer.disconnects(1011, 'internal');
  expect(call.handle.connection.state).toBe('retrying');
  await call.end();
  expect(call.peer.connections).toBe(2);
});

test('what is sent after the end is refused with a code, and a rejection that nobody awaits is none', async (context) => {
  verifies(context, 'hostile:disconnect');
  const call = await CallUnderTest.open({
    tools: [tool({ name: 't', description: 'T.', run: () => 1 as never })],
  });
  await call.end();
  const { handle } = call;
  const sends = [
    () => handle.sendText('late'),
    () => handle.sendAudio(new Int16Array(160)),
    () => handle.sendVideo(new Uint8Array([1])),
    () => handle.sendToolResponse([{ id: 'x', name: 't', response: {} }]),
    () => handle.updateInstruction('late'),
    () => handle.writer().sendClientContent([], true),
  ];
  for (const send of sends) void send();
  const codes = await Promise.all(
    sends.map((send) =>
      send().then(
        () => 'sent',
        ({ code }) => code,
      ),
    ),
  );
  expect(new Set(codes)).toEqual(new Set(['sessionEnded']));
  await handle.playbackDrained();
  await handle.userSpeechStarted();
  await handle.userSpeechEnded();
  await handle.flushDeferredPrompt();
  handle.state().set('a', 1);
  expect(handle.telemetry().snapshot()).toBeDefined();
  await Promise.all([handle.disconnect(), handle.done(), handle[Symbol.asyncDispose]()]);
  expect(call.clock.pending).toBe(0);
});
