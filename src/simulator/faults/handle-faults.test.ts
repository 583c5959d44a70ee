import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  dial,
  model38,
  type RawCaller,
  speech,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';
import { calls, type Fault, type SimulatorOptions } from '../index.ts';

const NOT_FOUND = '1008 BidiGenerateContent session not found';

async function hungUp(faults: readonly Fault[], options: SimulatorOptions = {}) {
  const world = await manualSimulator({ faults, ...options });
  const { simulator, clock } = world;
  const first = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  const handle = first.handles.at(-1);
  first.hangUp();
  await clock.advanceAsync(10);
  const resume = (fields: object = {}) =>
    setUp(simulator, clock, { sessionResumption: { handle }, ...fields });
  return { ...world, handle, resume };
}

test('a handle is stale with the code that was asked for, and those of other sessions are not', async (context) => {
  verifies(context, 'sim:faults:handles');
  const { simulator, clock, resume } = await hungUp([{ type: 'staleHandles', connection: 1 }]);
  expect((await resume()).outcome).toBe(NOT_FOUND);
  const other = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  other.hangUp();
  await clock.advanceAsync(10);
  const again = await setUp(simulator, clock, { sessionResumption: { handle: other.handles[0] } });
  expect(again.outcome).toBe('setupComplete');
  const invalid = await hungUp([{ type: 'staleHandles', close: 'invalidArgument' }]);
  expect((await invalid.resume()).outcome).toBe('1007 Request contains an invalid argument.');
});

test('handles that are out already become stale when the fault is injected', async (context) => {
  verifies(context, 'sim:faults:handles');
  const { simulator, clock } = await manualSimulator();
  const first = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  simulator.sessions[0]?.inject({ type: 'staleHandles' });
  first.drop();
  await clock.advanceAsync(0);
  const { outcome } = await setUp(simulator, clock, { sessionResumption: { handle: first.handles[0] } });
  expect(outcome).toBe(NOT_FOUND);
});

test('a handle expires after the time that was set', async (context) => {
  verifies(context, 'sim:faults:handles');
  const { clock, resume } = await hungUp([], { limits: { handleMs: 60_000 } });
  await clock.advanceAsync(60_001);
  expect((await resume()).outcome).toBe(NOT_FOUND);
});

test('a poisoned handle resumes and the session dies again, and so does the one that resumes from it', async (context) => {
  verifies(context, 'sim:faults:handles');
  const fault: Fault = { type: 'poisonedHandles', afterMs: 500, connection: 1 };
  const { clock, resume, simulator } = await hungUp([fault]);
  const second = await resume();
  expect(second.outcome).toBe('setupComplete');
  expect(await second.call.untilClosed()).toEqual({ code: 1011, reason: 'Internal error encountered.' });
  const newer = second.call.handles.at(-1);
  expect(newer).toBeDefined();
  const third = await setUp(simulator, clock, { sessionResumption: { handle: newer } });
  expect(third.outcome).toBe('setupComplete');
  expect((await third.call.untilClosed())?.code).toBe(1011);
  const fresh = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(5000);
  expect(fresh.closed).toBeUndefined();
});

test('a connection that lingers refuses its handle until it is known to be gone', async (context) => {
  verifies(context, 'sim:faults:handles');
  const { clock, resume } = await hungUp([{ type: 'lingeringConnection', forMs: 3000 }]);
  expect((await resume()).outcome).toBe('1011 Internal error encountered.');
  await clock.advanceAsync(3000);
  expect((await resume()).outcome).toBe('setupComplete');
});

test('handles are withheld for good, or while the model generates; the earlier ones stay good', async (context) => {
  verifies(context, 'sim:faults:handles');
  const always = await manualSimulator({ faults: [{ type: 'unresumable', while: 'always' }] });
  const never = await dial(always.simulator, always.clock, { sessionResumption: {} });
  await always.clock.advanceAsync(200);
  expect(never.handles).toEqual([]);
  expect(never.kinds).toContain('noHandle');
  const { simulator, clock } = await manualSimulator({
    faults: [{ type: 'unresumable', while: 'generating', connection: 1 }],
  });
  const call = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  call.say('hello');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  const kinds = call.kinds;
  expect(kinds.indexOf('noHandle')).toBeGreaterThan(kinds.indexOf('handle'));
  call.drop();
  await clock.advanceAsync(0);
  const resumed = await setUp(simulator, clock, { sessionResumption: { handle: call.handles[0] } });
  expect(resumed.outcome).toBe('setupComplete');
  expect(simulator.sessions.at(-1)?.history).toEqual([]);
});

test('a lagging handle leads to an older state: later turns are lost, and the index says so', async (context) => {
  verifies(context, 'sim:faults:handles', 'sim:resume:transparent');
  const { simulator, clock } = await manualSimulator({
    faults: [{ type: 'laggingHandles', connection: 1 }],
    brain: ({ text }) => `Yes to ${text}`,
    conversationOf: () => 'it',
  });
  const options = { path: vertexPath, headers: { 'x-goog-api-key': 'k' } };
  const setup = { model: vertexModel, sessionResumption: { transparent: true } };
  const first = await dial(simulator, clock, setup, options);
  await clock.advanceAsync(200);
  for (const text of ['one', 'two', 'three']) {
    first.say(text);
    await first.untilTurnComplete();
    await clock.advanceAsync(10);
  }
  const indices = first.messages.flatMap(
    ({ sessionResumptionUpdate: update }) => update?.lastConsumedClientMessageIndex ?? [],
  );
  expect(indices).toEqual(['0', '0', '1', '2']);
  first.drop();
  await clock.advanceAsync(0);
  const handle = first.handles.at(-1);
  await dial(simulator, clock, { ...setup, sessionResumption: { transparent: true, handle } }, options);
  const ledger = simulator.ledger('it');
  const said = (entries = ledger?.context ?? []) =>
    entries.flatMap((entry) => (entry.type === 'userText' ? [entry.text] : []));
  expect(said()).toEqual(['one', 'two']);
  expect(said(ledger?.forgotten)).toEqual(['three']);
});

test('a late handle comes after what follows it', async (context) => {
  verifies(context, 'sim:faults:handles');
  const { simulator, clock } = await manualSimulator({ faults: [{ type: 'lateHandles', delayMs: 2000 }] });
  const call = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(1500);
  expect(call.handles).toEqual([]);
  await clock.advanceAsync(1000);
  expect(call.handles).toHaveLength(1);
});

test('no handle is given while a turn is unanswered', async (context) => {
  verifies(context, 'sim:resume:settled');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { sessionResumption: {} });
  call.say('at once');
  await clock.advanceAsync(140);
  expect(call.handles).toEqual([]);
  await call.untilTurnComplete();
  await clock.advanceAsync(0);
  expect(call.handles).toHaveLength(1);
});

test('a transparent session gets no handle in the middle of an utterance, whose audio its index would count', async (context) => {
  verifies(context, 'sim:resume:settled', 'sim:resume:transparent');
  const { simulator, clock } = await manualSimulator();
  for (const transparent of [true, false]) {
    const setup = { model: vertexModel, sessionResumption: { transparent } };
    const options = { path: vertexPath, headers: { 'x-goog-api-key': 'k' } };
    const call = await dial(simulator, clock, setup, options);
    await clock.advanceAsync(200);
    call.say('hello');
    await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
    await call.stream(speech('wait, there is something else that I forgot'));
    expect(call.kinds).toContain('interrupted');
    expect(simulator.sessions.at(-1)?.userSpeaks).toBe(true);
    expect(call.handles).toHaveLength(transparent ? 1 : 2);
    call.hangUp();
  }
});

test('a resumed session remembers its open async calls, and answers to them are no strangers', async (context) => {
  verifies(context, 'sim:resume:settled');
  const { simulator, clock } = await manualSimulator({
    brain: ({ input }) => (input.type === 'toolResults' ? 'The result is in.' : [calls('f'), 'Meanwhile.']),
    conversationOf: () => 'it',
  });
  const tools = [{ functionDeclarations: [{ name: 'f' }] }];
  const setup = { model: model38, tools, outputAudioTranscription: {} };
  const first = await dial(simulator, clock, { ...setup, sessionResumption: {} });
  first.send({ realtimeInput: { text: 'go' } });
  await first.untilTurnComplete();
  await clock.advanceAsync(0);
  const id = callIds(first)[0];
  first.drop();
  await clock.advanceAsync(0);
  const resumption = { sessionResumption: { handle: first.handles.at(-1) } };
  const second = await dial(simulator, clock, { ...setup, ...resumption });
  second.send({ toolResponse: { functionResponses: [{ id, name: 'f', response: { ok: true } }] } });
  await second.untilTurnComplete();
  expect(second.outputText).toBe('The result is in.');
  expect(simulator.ledger('it')?.context).toContainEqual(
    expect.objectContaining({ type: 'toolResponse', id, known: true }),
  );
});

function callIds(call: RawCaller): readonly (string | undefined)[] {
  return call.messages.flatMap(({ toolCall }) => toolCall?.functionCalls?.map(({ id }) => id) ?? []);
}
