import { expect, type TestContext, test, vi } from 'vitest';
import {
  calls,
  createSimulator,
  type Simulator,
  type SimulatorOptions,
  script,
} from '../../src/simulator/index.ts';
import { verifies } from '../requirements.ts';
import { connectSdk, everyShape, nativeModelOf, type SdkCall, type SdkShape } from './genai-client.ts';
import { silence, speech } from './raw-caller.ts';

// The SDK warns about ephemeral tokens and mixed options; nothing here depends on it.
vi.spyOn(console, 'warn').mockImplementation(() => {});
vi.spyOn(console, 'debug').mockImplementation(() => {});

async function start({ onTestFinished }: TestContext, options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ voice: 'tones', latencyMs: 20, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

function sendSpeech(call: SdkCall): void {
  for (const samples of [silence(300), speech('What is the weather'), silence(1200)]) {
    for (let at = 0; at < samples.length; at += 2400) {
      const part = samples.subarray(at, at + 2400);
      const data = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
      call.session.sendRealtimeInput({ audio: { data, mimeType: 'audio/pcm;rate=24000' } });
    }
  }
}

const named = everyShape.map((shape) => [`${shape.major}.x ${shape.shape}`, shape] as const);

test.concurrent.for(named)('%s completes a text turn', { timeout: 20_000 }, async ([, shape], context) => {
  verifies(context, 'sim:interop:text');
  const simulator = await start(context, { brain: ({ text }) => `Heard ${text}` });
  const call = await connectSdk(simulator, shape, { outputAudioTranscription: {} });
  call.session.sendClientContent({ turns: 'hello' });
  const done = await call.turnComplete();
  expect(call.outputText).toBe('Heard hello');
  expect(call.audioBytes).toBeGreaterThan(20_000);
  expect(done.usageMetadata?.responseTokenCount).toBeGreaterThan(0);
  const first = call.messages[0]?.setupComplete;
  if (shape.shape.startsWith('vertex')) expect(first?.sessionId).toMatch(/-/);
  else expect(first).toEqual({});
  call.session.close();
  await vi.waitFor(() => expect(simulator.sessions[0]?.closed?.code).toBe(1005));
});

test.concurrent.for(named)('%s completes an audio turn', { timeout: 20_000 }, async ([, shape], context) => {
  verifies(context, 'sim:interop:audio');
  const brain = script().hears('What is the weather?').says('Sunny.').toBrain();
  const simulator = await start(context, { brain });
  const call = await connectSdk(simulator, shape, {
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  });
  sendSpeech(call);
  await call.turnComplete();
  expect(call.inputText).toBe('What is the weather?');
  expect(call.outputText).toBe('Sunny.');
});

test.concurrent.for(named)('%s completes a tool turn', { timeout: 20_000 }, async ([, shape], context) => {
  verifies(context, 'sim:interop:tool');
  const simulator = await start(context, {
    brain: async function* () {
      const [result] = yield calls('get_weather', { city: 'Oslo' });
      yield `It is ${String(result?.response.output)}`;
    },
  });
  const parameters = { type: 'OBJECT', properties: { city: { type: 'STRING' } } };
  const tools = [{ functionDeclarations: [{ name: 'get_weather', description: 'w', parameters }] }];
  const call = await connectSdk(simulator, shape, { tools, outputAudioTranscription: {} });
  call.session.sendRealtimeInput({ text: 'the weather?' });
  const { toolCall } = await call.next((message) => message.toolCall !== undefined);
  const [asked] = toolCall?.functionCalls ?? [];
  expect(asked).toMatchObject({ name: 'get_weather', args: { city: 'Oslo' } });
  const answer = {
    ...(asked?.id === undefined ? {} : { id: asked.id }),
    name: 'get_weather',
    response: { output: 'sunny' },
  };
  call.session.sendToolResponse({ functionResponses: [answer] });
  await call.next(({ serverContent }) => serverContent?.generationComplete === true);
  await call.turnComplete();
  expect(call.outputText).toBe('It is sunny');
});

test.concurrent.for(named)(
  '%s is interrupted by speech and answered',
  { timeout: 20_000 },
  async ([, shape], context) => {
    verifies(context, 'sim:interop:barge-in');
    const long = 'This answer is so long that nobody would want to hear all of it, and so it goes on and on.';
    const simulator = await start(context, { brain: ({ sequence }) => (sequence === 1 ? long : 'Yes?') });
    const call = await connectSdk(simulator, shape, { outputAudioTranscription: {} });
    call.session.sendClientContent({ turns: 'hello' });
    await call.next(({ serverContent }) => serverContent?.modelTurn !== undefined);
    sendSpeech(call);
    await call.next(({ serverContent }) => serverContent?.interrupted === true);
    await call.turnComplete();
    expect(call.messages.some(({ serverContent }) => serverContent?.generationComplete === true)).toBe(false);
    await call.turnComplete();
    expect(call.outputText).toMatch(/Yes\?$/);
    expect(call.outputText.length).toBeLessThan(long.length);
  },
);

const plain: readonly SdkShape[] = [
  { major: 2, shape: 'apiKey' },
  { major: 3, shape: 'apiKey' },
];

test.concurrent.for(plain)(
  'client $major takes text frames too',
  { timeout: 20_000 },
  async (shape, context) => {
    verifies(context, 'sim:interop:text', 'sim:frames');
    const simulator = await start(context, { frames: 'text' });
    const call = await connectSdk(simulator, shape);
    call.session.sendClientContent({ turns: 'hello' });
    await call.turnComplete();
  },
);

test.concurrent.for(plain)(
  'client $major marks activity by hand',
  { timeout: 20_000 },
  async (shape, context) => {
    verifies(context, 'sim:interop:audio');
    const simulator = await start(context);
    const realtimeInputConfig = { automaticActivityDetection: { disabled: true } };
    const call = await connectSdk(simulator, shape, { realtimeInputConfig });
    call.session.sendRealtimeInput({ activityStart: {} });
    sendSpeech(call);
    call.session.sendRealtimeInput({ activityEnd: {} });
    await call.turnComplete();
  },
);

test.concurrent.for(plain)(
  'client $major talks to the 3.x models',
  { timeout: 20_000 },
  async (shape, context) => {
    verifies(context, 'sim:interop:text');
    const simulator = await start(context);
    for (const model of ['gemini-3.8-live', 'gemini-3.1-flash-live-preview']) {
      const call = await connectSdk(simulator, shape, {}, model);
      call.session.sendRealtimeInput({ text: 'hello' });
      await call.turnComplete();
      call.session.close();
    }
  },
);

test.concurrent('3.x is told why its setup was refused', { timeout: 20_000 }, async (context) => {
  verifies(context, 'sim:interop:text', 'sim:setup:upgrade-always');
  const simulator = await start(context);
  const shape = { major: 3, shape: 'apiKey' } as const;
  await expect(connectSdk(simulator, shape, {}, 'gemini-nope')).rejects.toThrow(/code 1008.*is not found/);
  const twoModalities = { responseModalities: ['AUDIO', 'TEXT'] };
  await expect(connectSdk(simulator, shape, twoModalities)).rejects.toThrow(/code 1007.*invalid argument/);
  expect(nativeModelOf(shape)).toContain('native-audio');
});
