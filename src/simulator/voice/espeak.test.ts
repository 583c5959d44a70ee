import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { rmsDbfs } from '../../audio/index.ts';
import {
  createEspeakVoice,
  createEspeakWasmVoice,
  createSimulator,
  OUTPUT_RATE_HZ,
  type Speech,
  type VoiceRequest,
} from '../index.ts';
import { chooseVoice } from './choose-voice.ts';

const TEXT = 'Good evening, a table for two, please.';

function request(fields: Partial<VoiceRequest> = {}): VoiceRequest {
  return { voiceName: undefined, languageCode: undefined, signal: new AbortController().signal, ...fields };
}

function expectSpeech({ samples, words }: Speech): void {
  const seconds = samples.length / OUTPUT_RATE_HZ;
  expect(seconds).toBeGreaterThan(1.5);
  expect(seconds).toBeLessThan(5);
  expect(rmsDbfs(samples)).toBeGreaterThan(-40);
  expect(words.map(({ text }) => text)).toEqual(TEXT.split(' '));
  const starts = words.map(({ startSample }) => startSample);
  expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  expect(starts.at(-1)).toBeGreaterThan(samples.length / 2);
  expect(starts.at(-1)).toBeLessThan(samples.length);
}

const installed = spawnSync('espeak-ng', ['--version']).status === 0;
if (!installed) console.warn('SKIPPED: espeak-ng is not installed, so the spoken voice is not tested here.');

test.runIf(installed)('the espeak-ng program speaks at 24 kHz, high and low', async (context) => {
  verifies(context, 'sim:speak:voices');
  const voice = createEspeakVoice();
  expectSpeech(await voice.speak(TEXT, request({ voiceName: 'Kore' })));
  expectSpeech(await voice.speak(TEXT, request({ voiceName: 'Puck', languageCode: 'en-GB' })));
  expectSpeech(await voice.speak(TEXT, request({ languageCode: 'xx-none' })));
});

test('the wasm peer speaks with the time of each word', async (context) => {
  verifies(context, 'sim:speak:voices');
  expectSpeech(await createEspeakWasmVoice().speak(TEXT, request()));
});

test('text that looks like an option or markup is only spoken', async (context) => {
  verifies(context, 'sim:speak:voices');
  for (const voice of [...(installed ? [createEspeakVoice()] : []), createEspeakWasmVoice()]) {
    const { samples } = await voice.speak('--version; <speak>$(echo no)</speak> & "quoted"', request());
    expect(samples.length).toBeGreaterThan(OUTPUT_RATE_HZ / 2);
  }
});

test('auto finds a voice, and an aborted request is nobody’s fault', async (context) => {
  verifies(context, 'sim:speak:voices');
  const notes: unknown[] = [];
  const log = { notes: [], add: (note: unknown) => void notes.push(note) };
  const voice = chooseVoice('auto', log);
  expectSpeech(await voice.speak(TEXT, request()));
  const gone = new AbortController();
  gone.abort();
  await Promise.resolve(voice.speak(TEXT, request({ signal: gone.signal }))).catch(() => {});
  expectSpeech(await voice.speak(TEXT, request()));
  expect(notes).toEqual([]);
});

test('a program that is missing leaves tones and a note', async (context) => {
  verifies(context, 'sim:speak:voices');
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    const notes: { type: string }[] = [];
    const voice = chooseVoice('espeak', { notes: [], add: (note) => void notes.push(note) });
    const { samples } = await voice.speak(TEXT, request());
    expect(samples.length).toBeGreaterThan(OUTPUT_RATE_HZ);
    expect(notes).toMatchObject([{ type: 'voiceFellBack' }]);
  } finally {
    process.env.PATH = path;
  }
});

test('a simulator on the system clock starts with any of the named voices', async (context) => {
  verifies(context, 'sim:speak:voices');
  for (const voice of ['auto', 'tones', 'espeak', 'espeakWasm'] as const) {
    await (await createSimulator({ voice })).close();
  }
});
