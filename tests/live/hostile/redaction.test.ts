import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { State, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

/** Everything that a program, a log or a person can get to see of a session but reads of the state itself. */
function exits(call: CallUnderTest, sunk: readonly unknown[]): string {
  // Journal sinks and snapshots mask what is marked; words are looked for where words are told.
  const marked = call.handle.state().isRedacted('card');
  const { handle, log } = call;
  const seen = [
    ...log.events,
    handle.turns,
    handle.telemetry().snapshot(),
    ...(marked ? [handle.state().snapshot({ redacted: true }), sunk] : []),
    handle.explain(),
    handle.phaseHistory,
    handle.voiceState(),
    handle,
  ];
  const views = seen.map((view) => inspect(view, { depth: null, showHidden: true, maxStringLength: null }));
  return [...views, ...seen.slice(0, -1).map((view) => JSON.stringify(view))].join('\n');
}

/** A session in which `secret` goes everywhere it can. */
async function spread(secret: string, options: CallOptions): Promise<{ call: CallUnderTest; text: string }> {
  const says = `No: ${secret}`;
  const fails = (): never => {
    throw new Error(says, { cause: says });
  };
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({ card: z.string(), nested: z.object({ card: z.string() }).optional() }),
    run: ({ card }) => ({ card, receipt: { card } }),
  });
  const broken = tool({ name: 'broken', description: 'Breaks.', run: fails });
  const call = await CallUnderTest.open({
    ...options,
    tools: [pay, broken],
    toolSettings: { middleware: [{ name: 'checks', onError: fails }] },
    extractors: [
      {
        name: 'payment',
        extract: () => ({
          value: { card: secret, other: 1 },
          problems: [{ field: 'card', error: `refused ${options.redaction === undefined ? '' : secret}` }],
        }),
        promote: [{ field: 'card', stateKey: 'user:card' }],
      },
      ...(options.redaction === undefined ? [] : [{ name: 'breaks', extract: fails }]),
    ],
    ...(options.redaction !== undefined && {
      hooks: { onTurnBoundary: fails },
      watchers: [{ key: 'user:card', predicate: { type: 'changed' } as const, action: fails }],
    }),
    computed: [
      { key: 'copy', deps: ['user:card'], compute: (state) => ({ card: state.get('user:card') ?? '' }) },
    ],
    telemetryIntervalMs: 100,
    phases: {
      initial: 'ask',
      phases: [
        {
          name: 'ask',
          needs: ['user:card'],
          transitions: [{ to: 'done', when: (state) => state.has('user:card'), description: 'card known' }],
        },
        { name: 'done', terminal: true, ...(options.redaction !== undefined && { onEnter: fails }) },
      ],
    },
  });
  const sunk: unknown[] = [];
  const { handle, peer, clock } = call;
  handle.state().journal.attachSink(
    (mutation) => sunk.push(mutation),
    () => {},
  );
  handle.state().set('card', secret);
  handle.state().set('form', { lines: [{ card: secret }] });
  await peer.calls('pay', { card: secret, nested: { card: secret } });
  if (options.redaction !== undefined) {
    await peer.calls('broken');
    await peer.hears(secret.slice(0, 6));
    await peer.hears(`${secret.slice(6)} is mine`);
    await peer.says(`You said ${secret}, right? And ${secret}`);
    await peer.writes(`Written ${secret}.`);
    void handle.sendText(`Typed ${secret}.`);
  }
  await clock.advanceAsync(1_000);
  await peer.completes();
  await clock.advanceAsync(1_000);
  await peer.interrupts();
  await clock.advanceAsync(1_000);
  const text = exits(call, sunk);
  await call.end();
  return { call, text: text + exits(call, sunk) };
}

function expectNoTrace(text: string, parts: readonly string[]): void {
  expect(text.length).toBeGreaterThan(5_000);
  for (const part of parts) {
    const at = text.indexOf(part);
    if (at !== -1) expect.fail(`${part} is in: ${text.slice(Math.max(0, at - 300), at + 100)}`);
  }
}

test('a card number leaves by no exit, errors of user code among them', async (context) => {
  verifies(context, 'hostile:redaction');
  const { call, text } = await spread('4242 4242 4242 4242', {
    redaction: { cards: true },
    model: 'gemini-2.5-flash-native-audio-preview-12-2025',
  });
  expectNoTrace(text.replaceAll('4242]', ']'), ['4242 4242', '42424242']);
  expect(text).toContain('[card ending 4242]');
  expect(call.codes).toEqual(
    expect.arrayContaining(['toolFailed', 'hookFailed', 'extractorFailed', 'watcherFailed']),
  );
});

test('a marked value leaves by no exit', async (context) => {
  verifies(context, 'hostile:redaction');
  const state = new State();
  state.redact('card');
  const { text } = await spread('MARKED-9137-VALUE', { state });
  expectNoTrace(text, ['9137']);
  expect(text).toContain('[redacted]');
});
