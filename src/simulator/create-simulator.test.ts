import { expect, test } from 'vitest';
import { manualSimulator } from '../../tests/interop/manual-simulator.ts';
import { dial, kindOf, model38, RawCaller, speech } from '../../tests/interop/raw-caller.ts';
import { verifies } from '../../tests/requirements.ts';
import { createResampler } from '../audio/index.ts';
import {
  type Brain,
  type BrainReply,
  calls,
  createSimulator,
  createToneVoice,
  OUTPUT_RATE_HZ,
  type SimulatorOptions,
  says,
  type Voice,
} from './index.ts';

test('close ends for every waiter, ends every call with 1001, and frees the port', async (context) => {
  verifies(context, 'sim:close');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock);
  const { port } = simulator;
  await Promise.all([simulator.close(), simulator.close(), simulator[Symbol.asyncDispose]()]);
  await simulator.close();
  expect(await call.untilClosed()).toMatchObject({ code: 1001 });
  const again = await createSimulator({ port });
  expect(again.port).toBe(port);
  await expect(createSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await again.close();
});

test.each([{ speed: 5 }, { speed: 0 }, { latencyMs: -1 }])('%o is refused', async (options) => {
  await expect(createSimulator(options)).rejects.toBeInstanceOf(RangeError);
});

test.each([
  [{ faults: [{ kind: 'reset', at: { on: 'setup' } }] }, /^faults\[0\]\.type must be one of: .*reset/],
  [{ faults: [{ type: 'muteAudio' }, { type: 'reset' }] }, /^faults\[1\]\.at is missing/],
  [{ voice: 'alloy' }, /^voice must be .*espeak/],
  [{ brain: 'hello' }, /^brain must be a function/],
])(
  '%o, which crashed the process at the first connection or was ignored, is refused',
  async (options, words) => {
    // What JavaScript lets through, and TypeScript does not.
    const starting = createSimulator(options as unknown as SimulatorOptions);
    await expect(starting).rejects.toThrow(words);
  },
);

test('every form of brain answers', async (context) => {
  verifies(context, 'sim:brain:forms');
  const forms: (() => BrainReply | Promise<BrainReply>)[] = [
    () => 'hello there',
    () => says('hello there'),
    () => ['hello', { type: 'waits', delayMs: 10 }, says('there')],
    async () => 'hello there',
    function* () {
      yield 'hello';
      yield 'there';
    },
    async function* () {
      yield 'hello';
      yield says('there');
    },
  ];
  for (const form of forms) {
    const { simulator, clock } = await manualSimulator({ brain: () => form() });
    const call = await dial(simulator, clock, { outputAudioTranscription: {} });
    call.say('hi');
    await call.untilTurnComplete();
    expect(call.outputText).toBe('hello there');
  }
});

test('a brain that fails closes the session with 1011 and leaves a note', async (context) => {
  verifies(context, 'sim:brain:forms');
  const failing: Brain[] = [
    () => {
      throw new Error('sync');
    },
    async () => {
      throw new Error('async');
    },
    async function* () {
      yield 'half';
      throw new Error('generator');
    },
  ];
  for (const brain of failing) {
    const { simulator, clock } = await manualSimulator({ brain });
    const call = await dial(simulator, clock);
    call.say('hi');
    expect(await call.untilClosed()).toMatchObject({ code: 1011, reason: 'Internal error encountered.' });
    expect(simulator.notes).toMatchObject([{ type: 'brainFailed' }]);
  }
});

test('an interrupted generator is stopped, and its signal aborts', async (context) => {
  verifies(context, 'sim:brain:forms');
  const ended: string[] = [];
  const { simulator, clock } = await manualSimulator({
    brain: async function* ({ signal, text }) {
      try {
        yield `${text}, which is a long thing to say and takes its time.`;
        yield calls('never');
      } finally {
        ended.push(`${text} ${signal.aborted}`);
      }
    },
  });
  const call = await dial(simulator, clock);
  call.say('first');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  call.hangUp();
  await clock.advanceAsync(10_000);
  expect(ended).toEqual(['first true']);
});

test('the default brain repeats what it hears, and calls a tool whose name it hears', async (context) => {
  verifies(context, 'sim:brain:forms');
  const { simulator, clock } = await manualSimulator();
  const parameters = {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, unit: { type: 'STRING', enum: ['celsius', 'fahrenheit'] } },
  };
  const tools = [{ functionDeclarations: [{ name: 'get_weather', parameters }] }];
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  call.say('hello');
  await call.untilTurnComplete();
  call.say('What is the weather in Oslo in fahrenheit?');
  await call.until(({ toolCall }) => toolCall !== undefined);
  const sent =
    call.messages.at(-1)?.toolCall?.functionCalls?.[0] ??
    call.messages.find((m) => m.toolCall)?.toolCall?.functionCalls?.[0];
  expect(sent).toMatchObject({ name: 'get_weather', args: { city: 'Oslo', unit: 'fahrenheit' } });
  call.send({
    toolResponse: {
      functionResponses: [{ id: sent?.id, name: 'get_weather', response: { output: 'rain' } }],
    },
  });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('You said: helloThe result of get_weather: rain.');
});

test('a voice that fails is noted once, tones take over, and the call goes on', async (context) => {
  verifies(context, 'sim:speak:voices');
  const broken: Voice = {
    name: 'broken',
    speak: () => {
      throw new Error('no sound');
    },
  };
  const { simulator, clock } = await manualSimulator({ voice: broken });
  const call = await dial(simulator, clock);
  for (const text of ['one', 'two']) {
    call.say(text);
    expect(await call.untilTurnComplete()).toBe(true);
  }
  expect(call.audioChunks.length).toBeGreaterThan(2);
  expect(simulator.notes).toMatchObject([
    { type: 'voiceFellBack', message: expect.stringContaining('broken') },
  ]);
});

test('an hour of call runs in seconds', { timeout: 60_000 }, async (context) => {
  verifies(context, 'sim:clock');
  const { simulator, clock } = await manualSimulator({ limits: { connectionMs: Number.POSITIVE_INFINITY } });
  const call = await dial(simulator, clock, { model: model38 });
  const toEar = createResampler({ fromHz: OUTPUT_RATE_HZ, toHz: 16_000 });
  const utterance = toEar.process(speech('And this is what I have to say about it now'));
  const quiet = new Int16Array(15 * 16_000);
  const hourMs = 3_600_000;
  let turns = 0;
  while (clock.nowMs() < hourMs) {
    call.sendAudio(utterance, 'audio/pcm;rate=16000');
    call.sendAudio(quiet, 'audio/pcm;rate=16000');
    if (!(await call.untilTurnComplete())) break;
    turns++;
    await clock.advanceAsync(15_000);
  }
  expect(clock.nowMs()).toBeGreaterThan(hourMs);
  expect(turns).toBeGreaterThan(100);
  expect(call.messages.filter((message) => kindOf(message) === 'turnComplete')).toHaveLength(turns);
  expect(call.closed).toBeUndefined();
});

test('tones sound like speech to a detector and are the same every time', (context) => {
  verifies(context, 'sim:speak:voices');
  const request = { voiceName: 'Puck', languageCode: undefined, signal: new AbortController().signal };
  const first = createToneVoice().speak('Good evening.', request);
  const second = createToneVoice().speak('Good evening.', request);
  expect(first).toEqual(second);
  expect(createToneVoice().speak('Good evening.', { ...request, voiceName: 'Kore' })).not.toEqual(first);
});

test('calls that ended all at once were remembered for ever', async (context) => {
  verifies(context, 'sim:close');
  const { simulator, clock } = await manualSimulator();
  const callers = Array.from({ length: 250 }, () => new RawCaller(simulator, clock));
  await clock.advanceAsync(0);
  expect(simulator.sessions).toHaveLength(250);
  for (const caller of callers) caller.drop();
  await clock.advanceAsync(0);
  expect(simulator.sessions.map(({ connection }) => connection)).toEqual(
    Array.from({ length: 100 }, (_, index) => 151 + index),
  );
});
