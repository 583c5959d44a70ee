import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, type RawCaller, silence, speech } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { calls, type Fault, type MomentName, serviceCloses } from '../index.ts';

const LONG = 'A long answer, so that there is time for something to go wrong.';
const tools = [{ functionDeclarations: [{ name: 'f' }] }];

async function callWith(...faults: Fault[]) {
  const world = await manualSimulator({
    faults,
    brain: ({ text, input }) => {
      if (input.type === 'toolResults') return 'Done.';
      return text === 'tool' ? calls('f', { a: 1 }) : LONG;
    },
  });
  const setup = {
    tools,
    outputAudioTranscription: {},
    inputAudioTranscription: {},
    sessionResumption: {},
  };
  const call = await dial(world.simulator, world.clock, setup);
  return { ...world, call, setup, run: (ms: number) => world.clock.advanceAsync(ms) };
}

const POINTS: Readonly<Record<string, MomentName>> = {
  'before setupComplete': 'setup',
  'with a call pending': 'toolCall',
  'in mid-audio': 'audio',
  'between turns': 'turnComplete',
  'before the model is asked': 'userTurn',
};

test.for(Object.entries(POINTS))('every documented close comes %s', async ([, on], context) => {
  verifies(context, 'sim:faults:closes');
  for (const { code, reason } of Object.values(serviceCloses)) {
    const { call } = await callWith({ type: 'close', at: { on }, code, reason });
    call.say(on === 'toolCall' ? 'tool' : 'go');
    expect(await call.untilClosed()).toEqual({ code, reason });
  }
});

test('the reasons are those of the service, and fit a close frame', (context) => {
  verifies(context, 'sim:faults:closes');
  const { quota, deadlineExpired, cancelled } = serviceCloses;
  expect(quota).toMatchObject({
    code: 1011,
    reason: expect.stringMatching(/^You exceeded your current quota/),
  });
  expect(deadlineExpired).toEqual({
    code: 1011,
    reason: 'Deadline expired before operation could complete.',
  });
  expect(cancelled).toEqual({ code: 1000, reason: 'The operation was cancelled.' });
  for (const { reason } of Object.values(serviceCloses)) expect(Buffer.byteLength(reason)).toBeLessThan(124);
});

test('goAway without its time, then silence, then each of the documented closes', async (context) => {
  verifies(context, 'sim:faults:go-away');
  for (const close of ['goAwayIgnored', 'deadlineExpired', 'cancelled'] as const) {
    const { call, run } = await callWith({
      type: 'goAway',
      at: { on: 'audio', nth: 2 },
      timeLeftMs: 8000,
      untold: true,
      followedBy: 'silenceThenClose',
      close,
    });
    call.say('go');
    expect(await call.until(({ goAway }) => goAway !== undefined)).toBe(true);
    expect(call.messages.at(-1)).toEqual({ goAway: {} });
    await run(7000);
    expect(call.messages.at(-1)).toEqual({ goAway: {} });
    expect(await call.untilClosed(2000)).toEqual(serviceCloses[close]);
  }
  const limit = await callWith({ type: 'connectionLimit', afterMs: 9000, goAwayMs: 0, close: 'cancelled' });
  expect(await limit.call.untilClosed()).toEqual(serviceCloses.cancelled);
});

test('a user turn is heard and not answered, typed or spoken; the next one is', async (context) => {
  verifies(context, 'sim:faults:model');
  const { call, run, simulator } = await callWith({ type: 'deadAir', at: { afterMs: 0 } });
  await call.stream(silence(300));
  await call.stream(speech('hello there'));
  await call.stream(silence(1500));
  await run(30_000);
  expect(call.kinds).not.toContain('audio');
  expect(call.kinds).not.toContain('turnComplete');
  expect(simulator.ledger()?.context).toMatchObject([{ type: 'userSpeech' }]);
  call.say('are you there?');
  expect(await call.untilTurnComplete()).toBe(true);
  expect(call.outputText).toBe(LONG);
});

test('a user turn ends empty, or is rejected', async (context) => {
  verifies(context, 'sim:faults:model');
  const empty = await callWith({ type: 'deadAir', at: { on: 'userTurn' }, as: 'emptyTurn' });
  await empty.run(200);
  empty.call.say('go');
  await empty.run(5000);
  expect(empty.call.messages.at(-1)).toEqual({ serverContent: { turnComplete: true } });
  const rejected = await callWith({ type: 'deadAir', at: { on: 'userTurn' }, as: 'rejected', turns: 2 });
  rejected.call.say('go');
  rejected.call.say('go on');
  await rejected.run(5000);
  const reasons = rejected.call.messages.flatMap(({ serverContent: c }) => c?.turnCompleteReason ?? []);
  expect(reasons).toEqual(['RESPONSE_REJECTED', 'RESPONSE_REJECTED']);
});

test('one client message is lost on the way to the model', async (context) => {
  verifies(context, 'sim:faults:model');
  const { call, run, simulator } = await callWith({ type: 'ignoredMessage', at: { on: 'clientContent' } });
  call.say('lost');
  await run(5000);
  expect(simulator.ledger()?.context).toEqual([]);
  call.say('found');
  await call.untilTurnComplete();
  expect(simulator.ledger()?.context[0]).toMatchObject({ type: 'userText', text: 'found' });
});

test('after a resume the model asks again for what was unanswered, under a new id', async (context) => {
  verifies(context, 'sim:faults:model');
  const { call, clock, setup, simulator, run } = await callWith(
    { type: 'reissuedCalls' },
    { type: 'reset', at: { on: 'toolCall', delayMs: 50 }, connection: 1 },
  );
  await run(200);
  call.say('tool');
  await call.untilClosed();
  const again = await dial(simulator, clock, {
    ...setup,
    sessionResumption: { handle: call.handles.at(-1) },
  });
  expect(await again.until(({ toolCall }) => toolCall !== undefined)).toBe(true);
  const [before, after] = [call, again].map(asked);
  expect(after).toMatchObject({ name: 'f', args: { a: 1 } });
  expect(after?.id).not.toBe(before?.id);
  again.send({ toolResponse: { functionResponses: [{ id: after?.id, name: 'f', response: {} }] } });
  await again.untilTurnComplete();
  expect(again.outputText).toBe('Done.');
});

test('frames are late and in order, and a close comes behind them', async (context) => {
  verifies(context, 'sim:faults:frames');
  const { call, run } = await callWith({ type: 'lateFrames', delayMs: 3000, forMs: 4000 });
  await run(2900);
  expect(call.messages).toEqual([]);
  await run(200);
  expect(call.kinds).toEqual(['setupComplete', 'handle']);
  call.say('go');
  await call.untilTurnComplete();
  expect(call.outputText).toBe(LONG);
  const closing = await callWith(
    { type: 'lateFrames', delayMs: 3000 },
    { type: 'close', at: { afterMs: 1000 }, code: 1011 },
  );
  await closing.run(1000);
  expect(closing.call.kinds).toEqual(['setupComplete', 'handle']);
  expect(closing.call.closed?.code).toBe(1011);
});

test('keys are unknown, transcripts are truncated, turns end too early', async (context) => {
  verifies(context, 'sim:faults:frames');
  const unknown = await callWith({ type: 'unknownKeys' });
  unknown.call.say('go');
  await unknown.call.untilTurnComplete();
  expect(unknown.call.outputText).toBe(LONG);
  const content = unknown.call.messages.find(({ serverContent }) => serverContent !== undefined);
  expect(content).toMatchObject({
    futureNotice: { level: 7 },
    serverContent: { futureNotice: { level: 7 } },
  });
  const early = await callWith({ type: 'prematureTurnComplete', at: { on: 'audio', nth: 2 } });
  early.call.say('go');
  await early.run(20_000);
  expect(early.call.kinds.filter((kind) => kind === 'turnComplete')).toHaveLength(2);
  const cut = await manualSimulator({
    faults: [{ type: 'truncatedTranscription' }],
    transcribe: () => 'one two three four five six',
  });
  const spoken = await dial(cut.simulator, cut.clock, { inputAudioTranscription: {} });
  await spoken.stream(silence(300));
  await spoken.stream(speech('one two three'));
  await spoken.stream(silence(1500));
  expect(spoken.inputText).toBe('one two five six');
});

test('a lasting fault ends after its time', async (context) => {
  verifies(context, 'sim:faults');
  const { call, run } = await callWith(
    { type: 'muteAudio', forMs: 5000 },
    { type: 'bundledFrames', forMs: 5000 },
  );
  call.say('go');
  await call.untilTurnComplete();
  expect(call.audioChunks).toEqual([]);
  await run(5000);
  call.say('go');
  await call.untilTurnComplete();
  expect(call.audioChunks.length).toBeGreaterThan(5);
});

function asked(call: RawCaller) {
  return call.messages.flatMap(({ toolCall }) => toolCall?.functionCalls ?? [])[0];
}
