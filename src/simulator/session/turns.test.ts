import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  dial,
  model38,
  nativeModel,
  type RawCaller,
  silence,
  speech,
  textModel,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import type { ManualClock } from '../../testing/manual-clock.ts';
import { type BrainTurn, type Simulator, says, thinks } from '../index.ts';

const LONG = 'This is quite a long answer, with many words, which takes more than a few seconds to say.';

test('a text turn is audio, generationComplete, turnComplete with usage, then a handle', async (context) => {
  verifies(context, 'sim:turn:sequence', 'sim:turn:usage');
  const { simulator, clock } = await manualSimulator({ brain: () => 'Good evening, how are you?' });
  const call = await dial(simulator, clock, { sessionResumption: {}, outputAudioTranscription: {} });
  await clock.advanceAsync(100);
  expect(call.kinds).toEqual(['setupComplete', 'handle']);
  call.say('hello');
  await call.untilTurnComplete();
  await clock.advanceAsync(0);
  const kinds = call.kinds.filter((kind) => !/audio|transcript/.test(kind));
  expect(kinds).toEqual(['setupComplete', 'handle', 'generationComplete', 'turnComplete', 'handle']);
  expect(call.outputText).toBe('Good evening, how are you?');
  const last = call.messages.find(({ serverContent }) => serverContent?.turnComplete === true);
  expect(last?.usageMetadata).toMatchObject({ promptTokensDetails: [{ modality: 'TEXT', tokenCount: 2 }] });
  const first = last?.usageMetadata?.promptTokenCount ?? 0;
  call.say('and again');
  await call.untilTurnComplete();
  const second = call.messages.findLast(({ serverContent }) => serverContent?.turnComplete === true);
  expect(second?.usageMetadata?.promptTokenCount).toBeGreaterThan(first + 30);
});

test('audio comes in chunks of 9,600 then 11,520 bytes, at most four times faster than real time', async (context) => {
  verifies(context, 'sim:turn:pacing', 'sim:turn:playback-end');
  const { simulator, clock } = await manualSimulator({ brain: () => LONG });
  const call = await dial(simulator, clock);
  call.say('hello');
  await call.untilTurnComplete();
  const [first, ...rest] = call.audioChunks;
  expect(first).toBe(9600);
  expect(new Set(rest.slice(0, -1))).toEqual(new Set([11_520]));
  const audio = call.arrivals.filter(({ message }) => message.serverContent?.modelTurn !== undefined);
  const start0 = audio[0]?.atMs ?? 0;
  const totalMs = call.audioChunks.reduce((sum, bytes) => sum + bytes, 0) / 48;
  const sentMs = (audio.at(-1)?.atMs ?? 0) - start0;
  expect(sentMs).toBeGreaterThan(totalMs / 4 - 240);
  expect(sentMs).toBeLessThan(totalMs / 3);
  const done = call.arrivals.find(({ message }) => message.serverContent?.turnComplete === true);
  expect((done?.atMs ?? 0) - start0).toBeCloseTo(totalMs, 0);
});

test('a pause of the brain counts towards the playback time', async (context) => {
  verifies(context, 'sim:turn:playback-end');
  const brain = () => [says('One.'), { type: 'waits', delayMs: 30_000 } as const];
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock);
  call.say('hello');
  await call.until(({ serverContent }) => serverContent?.generationComplete === true);
  const generated = clock.nowMs();
  await clock.advanceAsync(0);
  expect(call.kinds.at(-1)).toBe('turnComplete');
  expect(clock.nowMs()).toBe(generated);
});

test('a half-cascade model answers in text parts', async (context) => {
  verifies(context, 'sim:turn:sequence');
  const { simulator, clock } = await manualSimulator({ brain: () => 'Four words of text' });
  const generationConfig = { responseModalities: ['TEXT'] };
  const call = await dial(simulator, clock, { model: textModel, generationConfig });
  call.say('hello');
  await call.untilTurnComplete();
  const text = call.messages
    .map(({ serverContent }) => serverContent?.modelTurn?.parts[0]?.text ?? '')
    .join('');
  expect(text).toBe('Four words of text');
  expect(call.audioChunks).toEqual([]);
});

async function interruptedCall(
  act: (call: RawCaller) => void | Promise<void>,
  setup: Readonly<Record<string, unknown>> = {},
): Promise<{ call: RawCaller; simulator: Simulator; clock: ManualClock }> {
  const { simulator, clock } = await manualSimulator({
    brain: ({ sequence }) => (sequence === 1 ? LONG : 'Yes?'),
  });
  const call = await dial(simulator, clock, { outputAudioTranscription: {}, ...setup });
  call.say('hello');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  await act(call);
  return { call, simulator, clock };
}

test('client content interrupts: interrupted, turnComplete with usage, no generationComplete', async (context) => {
  verifies(context, 'sim:turn:barge-in');
  const { call, simulator } = await interruptedCall((caller) => caller.say('stop'));
  await call.untilTurnComplete(0);
  const flags = call.kinds.filter((kind) => !/audio|transcript/.test(kind));
  expect(flags).toEqual(['setupComplete', 'interrupted', 'turnComplete']);
  expect(call.messages.at(-1)?.usageMetadata).toMatchObject({ responseTokenCount: expect.any(Number) });
  await call.untilTurnComplete();
  expect(call.kinds.at(-2)).toBe('generationComplete');
  const history = simulator.sessions[0]?.history ?? [];
  const spoken = history[1]?.parts[0]?.text ?? '';
  expect(LONG.startsWith(spoken)).toBe(true);
  expect(spoken.length).toBeLessThan(LONG.length);
  expect(history.at(-1)?.parts[0]?.text).toBe('Yes?');
});

test('speech interrupts while the model speaks', async (context) => {
  verifies(context, 'sim:turn:barge-in');
  const { call } = await interruptedCall((caller) => caller.stream(speech('Wait a moment please')));
  expect(await call.until(({ serverContent }) => serverContent?.interrupted === true, 0)).toBe(true);
  expect(await call.untilTurnComplete(0)).toBe(true);
  expect(call.messages.some(({ serverContent }) => serverContent?.generationComplete === true)).toBe(false);
});

test('realtime text interrupts', async (context) => {
  verifies(context, 'sim:turn:barge-in');
  const { call } = await interruptedCall((caller) => caller.send({ realtimeInput: { text: 'stop' } }));
  expect(await call.until(({ serverContent }) => serverContent?.interrupted === true, 0)).toBe(true);
});

test('an interruption after generationComplete still comes before turnComplete', async (context) => {
  verifies(context, 'sim:turn:late-barge-in');
  const { simulator, clock } = await manualSimulator({ brain: () => LONG });
  const call = await dial(simulator, clock);
  call.say('hello');
  await call.until(({ serverContent }) => serverContent?.generationComplete === true);
  call.say('stop');
  await call.untilTurnComplete(10);
  expect(call.kinds.slice(-3)).toEqual(['generationComplete', 'interrupted', 'turnComplete']);
});

test('with NO_INTERRUPTION speech and text wait until the model is done', async (context) => {
  verifies(context, 'sim:turn:no-interruption');
  const realtimeInputConfig = { activityHandling: 'NO_INTERRUPTION' };
  const { call, clock } = await interruptedCall(
    async (caller) => {
      await caller.stream(speech('Wait a moment please'));
      await caller.stream(silence(1200));
      caller.send({ realtimeInput: { text: 'and this' } });
    },
    { realtimeInputConfig },
  );
  await clock.advanceAsync(60_000);
  expect(call.messages.some(({ serverContent }) => serverContent?.interrupted === true)).toBe(false);
  const turns = call.kinds.filter((kind) => kind === 'turnComplete');
  expect(turns).toHaveLength(3);
});

test('seeded history makes no model call, and is known to the brain', async (context) => {
  verifies(context, 'sim:turn:seeding');
  const { simulator, clock } = await manualSimulator({ brain: ({ history }) => `I know ${history.length}` });
  const call = await dial(simulator, clock, {
    historyConfig: { initialHistoryInClientContent: true },
    outputAudioTranscription: {},
  });
  const seed = [
    { role: 'user', parts: [{ text: 'I am Ada' }] },
    { role: 'model', parts: [{ text: 'Hello Ada' }] },
  ];
  call.send({ clientContent: { turns: seed, turnComplete: true } });
  await clock.advanceAsync(5000);
  expect(call.kinds).toEqual(['setupComplete']);
  call.send({ realtimeInput: { text: 'Who am I?' } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('I know 3');
});

test('client content without turnComplete waits for more', async (context) => {
  verifies(context, 'sim:turn:sequence');
  const { simulator, clock } = await manualSimulator({ brain: ({ text }) => text });
  const call = await dial(simulator, clock, { outputAudioTranscription: {} });
  call.send({ clientContent: { turns: [{ role: 'user', parts: [{ text: 'one' }] }] } });
  await clock.advanceAsync(5000);
  expect(call.kinds).toEqual(['setupComplete']);
  call.send({ clientContent: { turnComplete: true } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('one');
});

test('steering, content of no role that completes no turn, was taken for words of the user', async (context) => {
  verifies(context, 'sim:turn:sequence');
  const brain = ({ text, history }: BrainTurn): string => `${history.length}: ${text}`;
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { outputAudioTranscription: {} });
  call.send({ clientContent: { turns: [{ parts: [{ text: 'Be terse.' }] }], turnComplete: false } });
  call.say('Two, please.');
  await call.untilTurnComplete();
  expect(call.outputText).toBe('2: Two, please.');
});

test('speech after client content that completed no turn was lost, and the content answered instead', async (context) => {
  verifies(context, 'sim:turn:sequence');
  const brain = Object.assign(({ text }: { text: string }) => text, { hears: () => 'Two, please.' });
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { outputAudioTranscription: {}, inputAudioTranscription: {} });
  call.send({ clientContent: { turns: [{ parts: [{ text: 'Be terse.' }] }] } });
  await call.stream(new Int16Array([...silence(300), ...speech('Two, please.'), ...silence(1200)]));
  await call.untilTurnComplete();
  expect([call.inputText, call.outputText]).toEqual(['Two, please.', 'Two, please.']);
  const history = simulator.sessions[0]?.history.map(({ parts }) => parts[0]?.text);
  expect(history).toEqual(['Be terse.', 'Two, please.', 'Two, please.']);
  call.say('Bye.');
  await call.untilTurnComplete();
  expect(call.outputText, 'the content is in the history, and is not said again').toMatch(/please\.Bye\.$/);
});

test('a silent model sends waitingForInput and ends the turn', async (context) => {
  verifies(context, 'sim:turn:silent');
  const { simulator, clock } = await manualSimulator({ brain: () => undefined });
  const call = await dial(simulator, clock);
  call.say('hello');
  await call.untilTurnComplete();
  expect(call.kinds).toEqual(['setupComplete', 'waitingForInput', 'turnComplete']);
});

test('thoughts are sent to those who asked and billed to everyone', async (context) => {
  verifies(context, 'sim:turn:usage');
  const { simulator, clock } = await manualSimulator({
    brain: () => [thinks('Let me think about this.'), 'Yes.'],
  });
  const asked = await dial(simulator, clock, {
    generationConfig: { thinkingConfig: { includeThoughts: true } },
  });
  asked.say('hello');
  await asked.untilTurnComplete();
  expect(asked.kinds).toContain('thought');
  const other = await dial(simulator, clock);
  other.say('hello');
  await other.untilTurnComplete();
  expect(other.kinds).not.toContain('thought');
  expect(other.messages.at(-1)?.usageMetadata).toMatchObject({ thoughtsTokenCount: 6 });
});

test('Vertex has a session id, a role, its own usage names, and transcripts that run ahead', async (context) => {
  verifies(context, 'sim:dialect');
  const { simulator, clock } = await manualSimulator({ brain: () => LONG });
  const setup = { model: vertexModel, outputAudioTranscription: {} };
  const call = await dial(simulator, clock, setup, {
    path: vertexPath,
    headers: { Authorization: 'Bearer token' },
  });
  call.say('hello');
  await call.untilTurnComplete();
  const [complete, empty, transcript] = call.messages;
  expect(empty?.serverContent?.outputTranscription).toEqual({});
  expect(
    call.messages.some(({ serverContent }) => serverContent?.outputTranscription?.finished === true),
  ).toBe(true);
  expect(complete?.setupComplete?.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  expect(transcript?.serverContent?.outputTranscription?.text?.split(' ').length).toBeGreaterThan(2);
  const audio = call.messages.find(({ serverContent }) => serverContent?.modelTurn !== undefined);
  expect(audio?.serverContent?.modelTurn?.role).toBe('model');
  expect(call.messages.at(-1)?.usageMetadata).toHaveProperty('candidatesTokenCount');
  expect(call.messages.at(-1)?.usageMetadata).not.toHaveProperty('responseTokenCount');
});

test('3.x puts audio and transcript into one frame and offers handles unasked; 2.5 does neither', async (context) => {
  verifies(context, 'sim:dialect');
  const { simulator, clock } = await manualSimulator({ brain: () => LONG });
  const newer = await dial(simulator, clock, { model: model38, outputAudioTranscription: {} });
  newer.say('hello');
  await newer.untilTurnComplete();
  const bundled = newer.messages.filter(
    ({ serverContent }) =>
      serverContent?.modelTurn !== undefined && serverContent.outputTranscription !== undefined,
  );
  expect(bundled.length).toBeGreaterThan(3);
  expect(newer.handles.length).toBeGreaterThan(0);
  const older = await dial(simulator, clock, { model: nativeModel, outputAudioTranscription: {} });
  older.say('hello');
  await older.untilTurnComplete();
  expect(older.handles).toEqual([]);
  expect(older.kinds.slice(0, 3)).toEqual(['setupComplete', 'transcript', 'audio']);
  expect(older.messages[2]?.serverContent?.modelTurn).not.toHaveProperty('role');
});

test('a context window slides when its trigger is passed', async (context) => {
  verifies(context, 'sim:compression');
  const { simulator, clock } = await manualSimulator({ brain: () => 'Yes.' });
  const contextWindowCompression = { triggerTokens: '400', slidingWindow: { targetTokens: '200' } };
  const call = await dial(simulator, clock, { contextWindowCompression });
  const prompts: number[] = [];
  for (let i = 0; i < 8; i++) {
    call.say('x'.repeat(400));
    await call.untilTurnComplete();
    prompts.push(call.messages.at(-1)?.usageMetadata?.promptTokenCount ?? 0);
  }
  expect(Math.max(...prompts)).toBeLessThanOrEqual(400);
  expect(prompts.some((count, i) => i > 0 && count < (prompts[i - 1] ?? 0))).toBe(true);
});
