import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LiveEvent, type LiveHandle, type LiveOptions, live, tool } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { createJsonlRecorder, Secret } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

const KEY = 'AIzaSyD-S3cr3t_0123456789+abcdefghijkl/mn';
const BEARER = 'ya29.a0S3cr3t_0123456789-abcdefghijklmnop';

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(
      (...args) => void printed.push(inspect(args, { depth: null })),
    );
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everything that one attempt leaves behind. */
class Traces {
  readonly peer = new ScriptedPeer();
  readonly events: LiveEvent[] = [];
  readonly lines: string[] = [];
  handle: LiveHandle<object> | undefined;
  thrown: unknown;

  async connect(options: Partial<LiveOptions>): Promise<void> {
    const agent = live({
      model: 'gemini-3.8-live',
      retry: { maxAttempts: 2, baseDelayMs: 10 },
      recorder: createJsonlRecorder((line) => this.lines.push(line)),
      telemetryIntervalMs: 100,
      tools: [tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) })],
      ...options,
    });
    const { transport, clock } = this.peer;
    const opening = agent.connect({
      transport,
      clock,
      environment: {},
      onEvent: (event) => this.events.push(event),
    });
    let settled = false;
    const done = opening.then(
      (handle) => {
        this.handle = handle;
        settled = true;
      },
      (thrown: unknown) => {
        this.thrown = thrown;
        settled = true;
      },
    );
    await clock.runUntil(() => settled, 120_000);
    await done;
  }

  /** Ends what is open, and searches all of it. */
  async expectNone(secret: string): Promise<void> {
    const { clock } = this.peer;
    const end = this.handle?.disconnect();
    await clock.advanceAsync(60_000);
    await end;
    expect(clock.pending).toBe(0);
    const { handle } = this;
    const seen: unknown[] = [this.thrown, ...this.events, handle];
    if (handle !== undefined) {
      seen.push(handle.turns, handle.telemetry().snapshot(), handle.state().snapshot(), handle.connection);
    }
    const options = { depth: null, showHidden: true, getters: true, maxStringLength: null };
    const text = [
      ...seen.map((view) => inspect(view, options)),
      ...seen.slice(0, -1).map((view) => String(JSON.stringify(view))),
      ...this.lines,
      ...printed,
    ].join('\n');
    expect(text.length).toBeGreaterThan(200);
    const core = secret.slice(secret.indexOf('S3cr3t'));
    for (const form of [secret, encodeURIComponent(secret), btoa(secret), core.slice(0, 12)]) {
      const at = text.indexOf(form);
      if (at !== -1) expect.fail(`${form} is in: ${text.slice(Math.max(0, at - 200), at + 80)}`);
    }
  }
}

const short = (text: string): string => text.slice(0, 120);

const CREDENTIALS: ReadonlyArray<readonly [string, string, Partial<LiveOptions>]> = [
  ['an API key', KEY, { apiKey: KEY }],
  ['a wrapped API key', KEY, { apiKey: new Secret(KEY) }],
  ['an access token', BEARER, { accessToken: async () => BEARER, vertex: { project: 'p' } }],
];

test.for(CREDENTIALS)('%s is nowhere in a live session that works', async ([, secret, options], context) => {
  verifies(context, 'hostile:secrets');
  const traces = new Traces();
  await traces.connect(options);
  await traces.peer.calls('look');
  void traces.handle?.sendText('Hello.');
  await traces.peer.says('Hello.', { thenCompletes: true });
  await traces.peer.clock.advanceAsync(1_000);
  expect(traces.events.map(({ type }) => type)).toContain('turnRecord');
  await traces.expectNone(secret);
});

test.for(CREDENTIALS)(
  '%s that the service quotes as it closes is nowhere',
  async ([, secret, options], context) => {
    verifies(context, 'hostile:secrets');
    for (const [code, reason] of [
      [1007, `API key not valid: ${secret}`],
      [1008, `denied ${encodeURIComponent(secret)}`],
      [1011, `Internal error for ${secret}`],
    ] as const) {
      const traces = new Traces();
      await traces.connect(options);
      await traces.peer.disconnects(code, short(reason));
      await traces.peer.clock.advanceAsync(60_000);
      await traces.expectNone(secret);
    }
  },
);

test.for(CREDENTIALS)('%s is not in what a failing setup throws', async ([, secret, options], context) => {
  verifies(context, 'hostile:secrets');
  const traces = new Traces();
  const { peer } = traces;
  const silent = new ScriptedPeer({ answersSetup: false, clock: peer.clock });
  Object.assign(traces, { peer: silent });
  await traces.connect({ ...options, setupTimeoutMs: 500 });
  expect(traces.thrown).toMatchObject({ code: 'setupTimeout' });
  await traces.expectNone(secret);
});

test('a token provider that throws its token shows it nowhere', async (context) => {
  verifies(context, 'hostile:secrets');
  const traces = new Traces();
  await traces.connect({
    vertex: { project: 'p' },
    accessToken: () => {
      throw Object.assign(new Error(`401 for ${BEARER}`), {
        request: { headers: { authorization: BEARER } },
      });
    },
  });
  expect(traces.thrown).toMatchObject({ code: 'tokenFetchFailed' });
  await traces.expectNone(BEARER);
});

test('options that are refused do not quote the credential beside them', async (context) => {
  verifies(context, 'hostile:secrets');
  const traces = new Traces();
  await traces.connect({ apiKey: KEY, telemetryIntervalMs: -1 });
  expect(traces.thrown).toMatchObject({ code: 'invalidOptions' });
  await traces.expectNone(KEY);
});
