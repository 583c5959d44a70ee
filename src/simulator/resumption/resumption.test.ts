import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  dial,
  model38,
  nativeModel,
  RawCaller,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';
import type { Brain } from '../index.ts';

const HOUR_MS = 3_600_000;

/** Counts its turns in its memory. */
const counting: Brain = ({ memory, history }) => {
  memory.count = Number(memory.count ?? 0) + 1;
  return `Turn ${memory.count} of ${history.length}`;
};

test('a handle restores history and memory on a new socket', async (context) => {
  verifies(context, 'sim:resume:handles');
  const { simulator, clock } = await manualSimulator({ brain: counting });
  const first = await dial(simulator, clock, { sessionResumption: {}, outputAudioTranscription: {} });
  await clock.advanceAsync(200);
  first.say('one');
  await first.untilTurnComplete();
  await clock.advanceAsync(0);
  const handle = first.handles.at(-1);
  expect(first.handles).toHaveLength(2);
  first.hangUp();
  await clock.advanceAsync(1000);
  const second = await dial(simulator, clock, {
    sessionResumption: { handle },
    outputAudioTranscription: {},
  });
  expect(simulator.sessions.at(-1)?.resumed).toBe(true);
  second.say('two');
  await second.untilTurnComplete();
  expect(second.outputText).toBe('Turn 2 of 3');
});

test('an older handle forgets what came later', async (context) => {
  verifies(context, 'sim:resume:handles');
  const { simulator, clock } = await manualSimulator({ brain: counting });
  const first = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  first.say('one');
  await first.untilTurnComplete();
  first.drop();
  const second = await dial(simulator, clock, {
    sessionResumption: { handle: first.handles[0] },
    outputAudioTranscription: {},
  });
  second.say('two');
  await second.untilTurnComplete();
  expect(second.outputText).toBe('Turn 1 of 1');
});

test('stale, expired and foreign handles, another model and a second socket are refused', async (context) => {
  verifies(context, 'sim:resume:refusals');
  const { simulator, clock } = await manualSimulator({ brain: counting });
  const first = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  const handle = first.handles[0];
  const resume = (fields: object) => setUp(simulator, clock, { sessionResumption: { handle }, ...fields });
  expect((await resume({})).outcome).toBe('1011 Internal error encountered.');
  first.hangUp();
  await clock.advanceAsync(10);
  expect((await resume({ model: model38 })).outcome).toMatch(/^1007/);
  expect((await resume({ sessionResumption: { handle: 'stale' } })).outcome).toBe(
    '1008 BidiGenerateContent session not found',
  );
  await clock.advanceAsync(2 * HOUR_MS + 1);
  expect((await resume({})).outcome).toBe('1008 BidiGenerateContent session not found');
});

test('transparent updates say which client messages were consumed', async (context) => {
  verifies(context, 'sim:resume:transparent');
  const { simulator, clock } = await manualSimulator({ brain: counting });
  const setup = { model: vertexModel, sessionResumption: { transparent: true } };
  const call = await dial(simulator, clock, setup, { path: vertexPath, headers: { 'x-goog-api-key': 'k' } });
  await clock.advanceAsync(200);
  call.say('one');
  await call.untilTurnComplete();
  await clock.advanceAsync(0);
  const indices = call.messages.flatMap(
    ({ sessionResumptionUpdate: update }) => update?.lastConsumedClientMessageIndex ?? [],
  );
  expect(indices).toEqual(['0', '1']);
});

test('the index of a turn that was cut off does not count the words that did it: they are not in its handle', async (context) => {
  verifies(context, 'sim:resume:transparent');
  const { simulator, clock } = await manualSimulator({ brain: () => 'An answer that takes its time.' });
  const options = { path: vertexPath, headers: { 'x-goog-api-key': 'k' } };
  const setup = { model: vertexModel, sessionResumption: { transparent: true } };
  const call = await dial(simulator, clock, setup, options);
  await clock.advanceAsync(200);
  call.say('one');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  call.say('two');
  await call.until(({ serverContent }) => serverContent?.turnComplete === true);
  await clock.advanceAsync(0);
  const update = call.messages.findLast(
    ({ sessionResumptionUpdate }) => sessionResumptionUpdate !== undefined,
  );
  expect(update?.sessionResumptionUpdate?.lastConsumedClientMessageIndex).toBe('1');
  const resumed = { ...setup, sessionResumption: { handle: call.handles.at(-1), transparent: true } };
  call.hangUp();
  await clock.advanceAsync(10);
  await dial(simulator, clock, resumed, options);
  const words = simulator.sessions.at(-1)?.history.flatMap(({ parts }) => parts.map(({ text }) => text));
  expect(words).toContain('one');
  expect(words).not.toContain('two');
});

test('a connection ends at the limit of its model, 50 seconds after goAway', async (context) => {
  verifies(context, 'sim:limits');
  const { simulator, clock } = await manualSimulator();
  for (const [model, minutes] of [
    [nativeModel, 10],
    [model38, 58],
  ] as const) {
    const call = await dial(simulator, clock, { model });
    const startMs = clock.nowMs();
    await call.until(({ goAway }) => goAway !== undefined, HOUR_MS);
    expect(call.messages.at(-1)?.goAway).toEqual({ timeLeft: '50s' });
    expect(clock.nowMs() - startMs).toBe(minutes * 60_000 - 50_000);
    expect(await call.untilClosed(HOUR_MS)).toMatchObject({
      code: 1008,
      reason: expect.stringMatching(/^Connection aborted because the client failed to close/),
    });
  }
});

test('Vertex cancels with 1000, and sessions over the limit are refused', async (context) => {
  verifies(context, 'sim:limits');
  const { simulator, clock } = await manualSimulator({ limits: { sessions: 1, connectionMs: 100_000 } });
  const vertex = { path: vertexPath, headers: { 'x-goog-api-key': 'k' } };
  const call = await dial(simulator, clock, { model: vertexModel }, vertex);
  expect((await setUp(simulator, clock, {})).outcome).toMatch(/^1011 RESOURCE_EXHAUSTED/);
  expect(await call.untilClosed()).toBeUndefined();
  expect(await call.untilClosed()).toMatchObject({ code: 1000, reason: 'The operation was cancelled.' });
  expect((await setUp(simulator, clock, {})).outcome).toBe('setupComplete');
});

test('a client that says nothing for too long is cut off, when a limit is set', async (context) => {
  verifies(context, 'sim:limits');
  const { simulator, clock } = await manualSimulator({ limits: { idleMs: 90_000 } });
  const call = await dial(simulator, clock);
  await clock.advanceAsync(80_000);
  call.send({ clientContent: {} });
  await clock.advanceAsync(80_000);
  expect(call.closed).toBeUndefined();
  await clock.advanceAsync(10_000);
  expect(call.closed).toMatchObject({ code: 1008, reason: 'The operation was aborted.' });
});

test('a socket on which no setup ever comes does not stay open for ever', async (context) => {
  verifies(context, 'sim:limits');
  const { simulator, clock } = await manualSimulator();
  const silent = new RawCaller(simulator, clock);
  await clock.advanceAsync(119_999);
  expect(silent.closed).toBeUndefined();
  await clock.advanceAsync(1);
  expect(silent.closed).toMatchObject({ code: 1008, reason: 'The operation was aborted.' });
  const call = await dial(simulator, clock);
  const gone = new RawCaller(simulator, clock);
  await clock.advanceAsync(0);
  gone.drop();
  await clock.advanceAsync(200_000);
  expect(call.closed).toBeUndefined();
  expect(simulator.sessions.map(({ phase }) => phase)).toEqual(['closed', 'active', 'closed']);
});
