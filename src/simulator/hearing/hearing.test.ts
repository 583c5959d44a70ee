import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  dial,
  model31,
  model38,
  silence,
  speech,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { createResampler } from '../../audio/index.ts';
import { type BrainTurn, createEspeakWasmVoice } from '../index.ts';

const UTTERANCE = 'I would like a table for two';

function resampled(samples: Int16Array, toHz: number): Int16Array {
  return createResampler({ fromHz: 24_000, toHz }).process(samples);
}

test('speech in the audio becomes a turn after the silence of the setup, with its words in deltas', async (context) => {
  verifies(context, 'sim:hear:automatic', 'sim:hear:words');
  const turns: BrainTurn[] = [];
  const answer = (turn: BrainTurn): string => {
    turns.push(turn);
    return 'Yes.';
  };
  const brain = Object.assign(answer, { hears: () => UTTERANCE });
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { inputAudioTranscription: {} });
  await call.stream(silence(500));
  await call.stream(speech(UTTERANCE));
  expect(simulator.sessions[0]?.userSpeaks).toBe(true);
  await call.stream(silence(600));
  expect(turns).toHaveLength(0);
  await call.stream(silence(400));
  await call.untilTurnComplete();
  expect(turns).toHaveLength(1);
  expect(turns[0]?.input).toMatchObject({ type: 'speech', text: UTTERANCE });
  expect(call.inputText).toBe(UTTERANCE);
  expect(call.kinds.filter((kind) => kind === 'words')).toHaveLength(1);
  const usage = call.messages.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
  expect(usage?.promptTokensDetails).toContainEqual({ modality: 'AUDIO', tokenCount: expect.any(Number) });
});

test('it hears by audio time: a whole recording sent at once gives the same turn', async (context) => {
  verifies(context, 'sim:hear:automatic');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { outputAudioTranscription: {} });
  call.sendAudio(silence(300));
  call.sendAudio(speech(UTTERANCE));
  call.sendAudio(silence(1500));
  await clock.advanceAsync(0);
  expect(simulator.sessions[0]?.turnPhase).toBe('generating');
  await call.untilTurnComplete();
  expect(call.outputText).toMatch(/^I heard you speak for \d\.\d seconds\.$/);
});

test.for([
  { name: 'silenceDurationMs', detection: { silenceDurationMs: 300 }, ends: 400, speaks: 200 },
  {
    name: 'high end sensitivity',
    detection: { endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH' },
    ends: 600,
    speaks: 400,
  },
  {
    name: 'low end sensitivity',
    detection: { endOfSpeechSensitivity: 'END_SENSITIVITY_LOW' },
    ends: 1200,
    speaks: 900,
  },
])('$name decides how long a silence ends an utterance', async ({ detection, ends, speaks }, context) => {
  verifies(context, 'sim:hear:automatic');
  const { simulator, clock } = await manualSimulator();
  const realtimeInputConfig = { automaticActivityDetection: detection };
  const call = await dial(simulator, clock, { realtimeInputConfig });
  call.sendAudio(silence(300));
  call.sendAudio(speech('yes'));
  call.sendAudio(silence(speaks));
  await clock.advanceAsync(0);
  expect(simulator.sessions[0]?.userSpeaks).toBe(true);
  call.sendAudio(silence(ends - speaks));
  await clock.advanceAsync(0);
  expect(simulator.sessions[0]?.userSpeaks).toBe(false);
});

test('a start takes as much speech as prefixPaddingMs says', async (context) => {
  verifies(context, 'sim:hear:automatic');
  const { simulator, clock } = await manualSimulator();
  for (const [prefixPaddingMs, hears] of [
    [20, true],
    [600, false],
  ] as const) {
    const realtimeInputConfig = { automaticActivityDetection: { prefixPaddingMs } };
    const call = await dial(simulator, clock, { realtimeInputConfig });
    call.sendAudio(silence(300));
    call.sendAudio(speech('yes').subarray(0, 24_00));
    await clock.advanceAsync(0);
    expect(simulator.sessions.at(-1)?.userSpeaks).toBe(hears);
  }
});

test('silence and a hum of noise are no speech', async (context) => {
  verifies(context, 'sim:hear:automatic');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock);
  let seed = 1;
  const noise = silence(5000).map(() => {
    seed = (seed * 16_807) % 2_147_483_647;
    return (seed % 200) - 100;
  });
  await call.stream(noise);
  await clock.advanceAsync(5000);
  expect(call.kinds).toEqual(['setupComplete']);
});

test('manual mode: marks make the turn, and audio outside them is discarded', async (context) => {
  verifies(context, 'sim:hear:manual');
  const { simulator, clock } = await manualSimulator();
  const realtimeInputConfig = { automaticActivityDetection: { disabled: true } };
  const call = await dial(simulator, clock, { realtimeInputConfig, outputAudioTranscription: {} });
  await call.stream(speech(UTTERANCE));
  await call.stream(silence(2000));
  expect(call.kinds).toEqual(['setupComplete']);
  call.send({ realtimeInput: { activityStart: {} } });
  call.sendAudio(silence(2000));
  call.send({ realtimeInput: { activityEnd: {} } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('I heard you speak for 2.0 seconds.');
  call.say('a long question that gets a long answer');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  call.send({ realtimeInput: { activityStart: {} } });
  await call.untilTurnComplete(10);
  expect(call.kinds.slice(-2)).toEqual(['interrupted', 'turnComplete']);
  call.send({ realtimeInput: { text: 'typed in the window' } });
  await clock.advanceAsync(5000);
  expect(simulator.sessions[0]?.turnPhase).toBe('idle');
  call.send({ realtimeInput: { activityEnd: {} } });
  await call.untilTurnComplete();
  expect(call.outputText).toMatch(/You said: typed in the window$/);
});

test.for([
  ['marks in automatic mode', {}, { activityStart: {} }],
  [
    'audioStreamEnd in manual mode',
    { automaticActivityDetection: { disabled: true } },
    { audioStreamEnd: true },
  ],
] as const)('%s are refused', async ([, realtimeInputConfig, realtimeInput], context) => {
  verifies(context, 'sim:hear:manual');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { realtimeInputConfig });
  call.send({ realtimeInput });
  expect((await call.untilClosed())?.code).toBe(1007);
});

test('audioStreamEnd ends an utterance at once, and more audio opens the stream again', async (context) => {
  verifies(context, 'sim:hear:stream-end');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock);
  for (let turn = 1; turn <= 2; turn++) {
    await call.stream(silence(300));
    await call.stream(speech(UTTERANCE));
    call.send({ realtimeInput: { audioStreamEnd: true } });
    await call.untilTurnComplete();
    expect(simulator.sessions[0]?.history).toHaveLength(2 * turn);
  }
});

test.for([8000, 16_000, 22_050, 44_100, 48_000])('audio at %i Hz is heard', async (rateHz, context) => {
  verifies(context, 'sim:hear:formats');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock);
  call.sendAudio(resampled(silence(300), rateHz), `audio/pcm;rate=${rateHz}`);
  call.sendAudio(resampled(speech(UTTERANCE), rateHz), `audio/pcm;rate=${rateHz}`);
  call.sendAudio(resampled(silence(1000), rateHz), `audio/pcm;rate=${rateHz}`);
  expect(await call.untilTurnComplete()).toBe(true);
});

test('a bare type is 16 kHz, mediaChunks and base64url are heard, other formats are refused', async (context) => {
  verifies(context, 'sim:hear:formats');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock);
  const samples = new Int16Array([...silence(300), ...speech(UTTERANCE), ...silence(1500)]);
  const pcm = resampled(samples, 16_000);
  const data = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64url');
  call.send({ realtime_input: { media_chunks: [{ data, mime_type: 'audio/pcm' }] } });
  expect(await call.untilTurnComplete()).toBe(true);
  call.send({ realtimeInput: { audio: { data: 'AAAA', mimeType: '' } } });
  await clock.advanceAsync(0);
  expect(call.closed, 'an empty type is none, as in proto3').toBeUndefined();
  call.send({ realtimeInput: { audio: { data: 'AAAA', mimeType: 'audio/webm' } } });
  expect((await call.untilClosed())?.code).toBe(1007);
});

test('3.x refuses mediaChunks with its own words', async (context) => {
  verifies(context, 'sim:hear:formats', 'sim:setup:rules');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { model: model31 });
  call.send({ realtimeInput: { mediaChunks: [{ data: 'AAAA', mimeType: 'audio/pcm' }] } });
  expect(await call.untilClosed()).toMatchObject({
    code: 1007,
    reason: 'realtime_input.media_chunks is deprecated. Use audio, video, or text instead.',
  });
});

test('a transcribe hook hears the samples; a failing one leaves the placeholder', async (context) => {
  verifies(context, 'sim:hear:words');
  let fails = false;
  const heard: number[] = [];
  const { simulator, clock } = await manualSimulator({
    transcribe: async (samples) => {
      heard.push(samples.length / 16_000);
      if (fails) throw new Error('no model');
      return 'hook words';
    },
  });
  const call = await dial(simulator, clock, { inputAudioTranscription: {} });
  for (let turn = 0; turn < 2; turn++) {
    await call.stream(silence(400));
    await call.stream(speech(UTTERANCE));
    await call.stream(silence(1200));
    await call.untilTurnComplete();
    fails = true;
  }
  expect(heard[0]).toBeGreaterThan(speech(UTTERANCE).length / 24_000 - 0.3);
  expect(call.inputText).toMatch(/^hook words\[speech \d\.\d s\]$/);
  expect(simulator.notes).toHaveLength(1);
});

test('voiceActivity counts audio, and comes when asked for on Vertex and always on 3.8', async (context) => {
  verifies(context, 'sim:hear:voice-activity');
  const { simulator, clock } = await manualSimulator();
  const asked = await dial(
    simulator,
    clock,
    { model: vertexModel, explicitVadSignal: true },
    { path: vertexPath, headers: { 'x-goog-api-key': 'test' } },
  );
  const plain = await dial(simulator, clock);
  const newest = await dial(simulator, clock, { model: model38 });
  for (const call of [asked, plain, newest]) {
    call.sendAudio(silence(1000));
    call.sendAudio(speech(UTTERANCE));
    call.sendAudio(silence(1500));
  }
  await clock.advanceAsync(0);
  for (const call of [asked, newest]) {
    const [start, end] = call.messages.filter(({ voiceActivity }) => voiceActivity !== undefined);
    expect(start?.voiceActivity?.type).toBe('ACTIVITY_START');
    expect(start?.serverContent).toEqual({});
    expect(Number.parseFloat(start?.voiceActivity?.audioOffset ?? '')).toBeCloseTo(1, 0);
    expect(end?.voiceActivity?.type).toBe('ACTIVITY_END');
  }
  expect(plain.messages.some(({ voiceActivity }) => voiceActivity !== undefined)).toBe(false);
});

test('a transcribe model writes down and never answers', async (context) => {
  verifies(context, 'sim:hear:words');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { model: 'models/gemini-3.5-transcribe-live' });
  call.sendAudio(silence(300));
  call.sendAudio(speech(UTTERANCE));
  call.send({ realtimeInput: { audioStreamEnd: true } });
  await clock.advanceAsync(20_000);
  expect(call.kinds).toEqual([
    'setupComplete',
    'ACTIVITY_START',
    'interim',
    'interim',
    'words',
    'generationComplete',
    'ACTIVITY_END',
  ]);
});

test('real speech is one utterance, with a breath inside it', async (context) => {
  verifies(context, 'sim:hear:automatic');
  const { simulator, clock } = await manualSimulator();
  const call = await dial(simulator, clock, { inputAudioTranscription: {} });
  const { samples } = await createEspeakWasmVoice().speak(
    'Good evening. I would like a table, for two people, on Friday.',
    {
      voiceName: 'Kore',
      languageCode: undefined,
      signal: new AbortController().signal,
    },
  );
  await call.stream(silence(500));
  await call.stream(samples);
  await call.stream(silence(1500));
  await call.untilTurnComplete();
  expect(call.kinds.filter((kind) => kind === 'words')).toHaveLength(1);
  const heardSeconds = Number(/[\d.]+/.exec(call.inputText)?.[0]);
  expect(heardSeconds).toBeGreaterThan(samples.length / 24_000 - 0.5);
});
