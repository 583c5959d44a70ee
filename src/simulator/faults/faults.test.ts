import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, nativeModel, type RawCaller } from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';
import { calls, type Fault } from '../index.ts';

const LONG = 'A long answer, so that there is time for something to go wrong.';

async function callWith(
  ...faults: Fault[]
): Promise<{ call: RawCaller; run: (ms: number) => Promise<void> }> {
  const { simulator, clock } = await manualSimulator({
    faults,
    brain: ({ text }) => (text === 'tool' ? [calls('f'), calls('f')] : LONG),
  });
  const tools = [{ functionDeclarations: [{ name: 'f' }] }];
  const setup = { tools, outputAudioTranscription: {}, sessionResumption: {} };
  const call = await dial(simulator, clock, setup);
  return { call, run: (ms) => clock.advanceAsync(ms) };
}

const has = (call: RawCaller, kind: string) => call.kinds.filter((seen) => seen === kind).length;

test('a setup that is never answered', async (context) => {
  verifies(context, 'sim:faults');
  const { call, run } = await callWith({ type: 'missingSetupComplete' });
  await run(60_000);
  expect(call.rawFrames).toEqual([]);
  expect(call.closed).toBeUndefined();
});

test('silence, a reset and a close strike at their moment', async (context) => {
  verifies(context, 'sim:faults');
  const silent = await callWith({ type: 'silence', at: { on: 'audio', nth: 2 } });
  silent.call.say('go');
  await silent.run(60_000);
  expect(silent.call.audioChunks).toHaveLength(2);
  expect(silent.call.closed).toBeUndefined();
  const reset = await callWith({ type: 'reset', at: { on: 'toolCall' } });
  reset.call.say('tool');
  expect(await reset.call.untilClosed()).toMatchObject({ code: 1006, reason: '' });
  expect(has(reset.call, 'toolCall')).toBe(1);
  const closed = await callWith({
    type: 'close',
    at: { afterMs: 5000 },
    code: 1011,
    reason: 'Internal error encountered.',
  });
  expect(await closed.call.untilClosed()).toMatchObject({
    code: 1011,
    reason: 'Internal error encountered.',
  });
});

test('interrupted comes late, twice, or for no reason', async (context) => {
  verifies(context, 'sim:faults');
  const interrupt = async (...faults: Fault[]): Promise<RawCaller> => {
    const { call, run } = await callWith(...faults);
    call.say('go');
    await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
    call.say('stop');
    await run(100);
    await run(2000);
    return call;
  };
  const late = await interrupt({ type: 'lateInterrupted', delayMs: 1000 });
  expect(late.kinds.indexOf('turnComplete')).toBeLessThan(late.kinds.indexOf('interrupted'));
  expect(has(await interrupt({ type: 'duplicateInterrupted' }), 'interrupted')).toBe(2);
  const phantom = await callWith({ type: 'phantomInterrupted', at: { on: 'turnComplete', delayMs: 100 } });
  phantom.call.say('go');
  await phantom.call.untilTurnComplete();
  await phantom.run(200);
  expect(phantom.call.kinds.at(-1)).toBe('interrupted');
});

test('frames are bundled, and nothing is lost', async (context) => {
  verifies(context, 'sim:faults');
  const { call, run } = await callWith({ type: 'bundledFrames', frames: 4 });
  call.say('go');
  await call.untilTurnComplete();
  await run(10);
  expect(call.outputText).toBe(LONG);
  const last = call.messages.find(({ serverContent }) => serverContent?.turnComplete === true);
  expect(last?.serverContent).toMatchObject({ generationComplete: true, turnComplete: true });
  expect(last?.usageMetadata).toBeDefined();
  const partCounts = call.messages.map(({ serverContent }) => serverContent?.modelTurn?.parts.length ?? 0);
  expect(Math.max(...partCounts)).toBeGreaterThan(1);
});

test('empty contents, missing flags, mute audio and duplicate calls', async (context) => {
  verifies(context, 'sim:faults');
  const empty = await callWith({ type: 'emptyServerContent' });
  empty.call.say('go');
  await empty.call.untilTurnComplete();
  expect(empty.call.messages).toContainEqual({});
  expect(empty.call.messages).toContainEqual({ serverContent: {} });
  const flagless = await callWith(
    { type: 'missingGenerationComplete' },
    { type: 'missingTurnComplete' },
    { type: 'muteAudio' },
  );
  flagless.call.say('go');
  await flagless.run(60_000);
  expect(flagless.call.outputText).toBe(LONG);
  expect(flagless.call.audioChunks).toEqual([]);
  expect(flagless.call.kinds).not.toContain('generationComplete');
  expect(flagless.call.kinds).not.toContain('turnComplete');
  const doubled = await callWith({ type: 'duplicateToolCalls' });
  doubled.call.say('tool');
  await doubled.run(1000);
  const ids = doubled.call.messages.flatMap(
    ({ toolCall }) => toolCall?.functionCalls?.map(({ id }) => id) ?? [],
  );
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(2);
});

test('a frame that is not JSON, between good ones', async (context) => {
  verifies(context, 'sim:faults');
  const { call } = await callWith({ type: 'malformedFrame', at: { on: 'audio' } });
  call.say('go');
  expect(await call.untilTurnComplete()).toBe(true);
  expect(call.rawFrames.length).toBe(call.messages.length + 1);
});

test('handles are given out and unknown when they come back', async (context) => {
  verifies(context, 'sim:faults');
  const { simulator, clock } = await manualSimulator({ faults: [{ type: 'staleHandles', connection: 1 }] });
  const call = await dial(simulator, clock, { sessionResumption: {} });
  await clock.advanceAsync(200);
  const [handle] = call.handles;
  expect(handle).toBeDefined();
  call.drop();
  const { outcome } = await setUp(simulator, clock, { sessionResumption: { handle } });
  expect(outcome).toBe('1008 BidiGenerateContent session not found');
});

test('goAway is followed by the close it threatens, by nothing, or by silence', async (context) => {
  verifies(context, 'sim:faults');
  const at = { afterMs: 1000 };
  const closing = await callWith({ type: 'goAway', at, timeLeftMs: 5000 });
  expect(await closing.call.untilClosed()).toMatchObject({ code: 1008 });
  expect(closing.call.kinds).toContain('goAway');
  const staying = await callWith({ type: 'goAway', at, followedBy: 'stay' });
  await staying.run(90_000);
  staying.call.say('still there?');
  expect(await staying.call.untilTurnComplete()).toBe(true);
  const silent = await callWith({ type: 'goAway', at, followedBy: 'silence' });
  await silent.run(2000);
  silent.call.say('still there?');
  expect(await silent.call.untilTurnComplete()).toBe(false);
  expect(silent.call.closed).toBeUndefined();
});

test('the 58-minute cut, announced or not', async (context) => {
  verifies(context, 'sim:faults');
  const afterMs = 58 * 60_000;
  const model = 'models/gemini-3.8-live';
  const { simulator, clock } = await manualSimulator({
    faults: [
      { type: 'connectionLimit', afterMs, connection: 1 },
      { type: 'connectionLimit', afterMs, goAwayMs: 0, connection: 2 },
    ],
    limits: { connectionMs: Number.POSITIVE_INFINITY },
  });
  const announced = await dial(simulator, clock, { model });
  const sudden = await dial(simulator, clock, { model });
  await clock.advanceAsync(afterMs - 1000);
  expect(announced.kinds).toContain('goAway');
  expect(announced.closed).toBeUndefined();
  await clock.advanceAsync(1000);
  expect(announced.closed?.code).toBe(1008);
  expect(sudden.closed?.code).toBe(1008);
  expect(sudden.kinds).not.toContain('goAway');
});

test('a fault can be injected into one running connection', async (context) => {
  verifies(context, 'sim:faults');
  const { simulator, clock } = await manualSimulator({ brain: () => LONG });
  const one = await dial(simulator, clock, { model: nativeModel });
  const two = await dial(simulator, clock, { model: nativeModel });
  simulator.sessions[0]?.inject({ type: 'reset', at: { on: 'audio', nth: 1 } });
  one.say('go');
  two.say('go');
  expect((await one.untilClosed())?.code).toBe(1006);
  expect(await two.untilTurnComplete()).toBe(true);
  simulator.sessions[1]?.close(1011, 'over');
  expect(await two.untilClosed()).toMatchObject({ code: 1011, reason: 'over' });
});

test('audio that streams on while a blocking call is pending closes with 1008, and only then', async (context) => {
  verifies(context, 'sim:faults');
  const { call, run } = await callWith({ type: 'audioDuringCall' });
  call.sendAudio(new Int16Array(480));
  call.say('tool');
  expect(await call.until(({ toolCall }) => toolCall !== undefined)).toBe(true);
  expect(call.closed).toBeUndefined();
  call.send({ realtimeInput: { text: 'are you there?' } });
  await run(0);
  expect(call.closed).toBeUndefined();
  call.say('tool');
  expect(await call.until(({ toolCall }) => toolCall !== undefined)).toBe(true);
  const answers = call.messages
    .findLast(({ toolCall }) => toolCall !== undefined)
    ?.toolCall?.functionCalls?.map(({ id }) => ({ id, name: 'f', response: {} }));
  call.send({ toolResponse: { functionResponses: answers } });
  call.sendAudio(new Int16Array(480));
  expect(await call.untilTurnComplete()).toBe(true);
  call.say('tool');
  expect(await call.until(({ toolCall }) => toolCall !== undefined)).toBe(true);
  call.sendAudio(new Int16Array(480));
  expect(await call.untilClosed()).toEqual({
    code: 1008,
    reason: 'Operation is not implemented, or supported, or enabled.',
  });
});
