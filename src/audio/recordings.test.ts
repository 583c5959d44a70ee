/** The detector, the resampler and the WAV reader on real sound: ../shared/audio, labelled in its SOURCES.md. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { createEnergyVad, type VadEdge } from './energy-vad.ts';
import { rmsDbfs } from './pcm16.ts';
import { createResampler } from './resampler.ts';
import type { EnergyVadOptions } from './vad-options.ts';
import { readWav, type WavAudio } from './wav-reader.ts';

const FOLDER = new URL('../../../shared/audio/', import.meta.url);
const present = existsSync(new URL('jfk.wav', FOLDER));
if (!present) {
  console.warn(
    `\n!!! SKIPPED: every test on real sound, because ${FOLDER.pathname} does not hold jfk.wav. !!!\n`,
  );
}

function load(name: string): WavAudio {
  return readWav(readFileSync(new URL(name, FOLDER)));
}

type Span = readonly [startMs: number, endMs: number];

const JFK_SPEECH: readonly Span[] = [
  [320, 2120],
  [3280, 4300],
  [5420, 7520],
  [8180, 10_360],
];
const LEAK_TEST_SPEECH: readonly Span[] = [
  [560, 3920],
  [4320, 6220],
  [6540, 7600],
];
const LABEL_TOLERANCE_MS = 60;
const FRAME_MS = 30;

/** Every stretch the detector reported as speech, from onset to offset (open at the end: to the end). */
function spans(edges: readonly VadEdge[], durationMs: number): Span[] {
  const found: Span[] = [];
  for (const edge of edges) {
    if (edge.type === 'speechStart') found.push([edge.onsetMs, durationMs]);
    else found.push([found.pop()?.[0] ?? 0, edge.offsetMs]);
  }
  return found;
}

function detect(samples: Int16Array, options: EnergyVadOptions = {}): Span[] {
  const edges = createEnergyVad(options).push(samples);
  return spans(edges, (samples.length * 1000) / (options.rateHz ?? 16_000));
}

function nearestStart(found: readonly Span[], labelMs: number): number {
  return Math.min(...found.map(([startMs]) => Math.abs(startMs - labelMs)));
}

/** Mixes noise under speech at a ratio of the speech's level (over its labelled parts) to the noise's, both RMS. */
function mix(speech: Int16Array, noise: Int16Array, snrDb: number): Int16Array {
  const parts = JFK_SPEECH.flatMap(([from, to]) => [...speech.subarray(from * 16, to * 16)]);
  const gain = 10 ** ((rmsDbfs(Int16Array.from(parts)) - rmsDbfs(noise) - snrDb) / 20);
  // Halved, so that the sum does not clip.
  return speech.map((x, i) => Math.round((x + gain * (noise[i % noise.length] ?? 0)) / 2));
}

describe.skipIf(!present)('on real sound', () => {
  test('the files are what their labels say', () => {
    const facts = [
      'jfk.wav',
      'keyboard_noise_16k.wav',
      'sr_english_44100.wav',
      'webrtcvad_leak-test_8k.wav',
    ].map((name) => {
      const { rateHz, channels, durationMs, length } = load(name);
      return [rateHz, channels, Math.round(durationMs / 10) / 100, length];
    });
    expect(facts).toEqual([
      [16_000, 1, 11, 'declared'],
      [16_000, 1, 6, 'declared'],
      [44_100, 1, 2.74, 'declared'],
      [8000, 1, 9.38, 'declared'],
    ]);
  });

  test('typing on a keyboard is not speech', (context) => {
    verifies(context, 'audio:vad:keyboard');
    const { samples } = load('keyboard_noise_16k.wav');
    for (const preset of ['library', 'runtime', 'noisyStreet', 'noisy'] as const) {
      expect(detect(samples, { preset })).toEqual([]);
    }
  });

  test('a minute and a half of slower, duller typing is not speech with the noisy preset', (context) => {
    verifies(context, 'audio:vad:keyboard');
    const slow = createResampler({ fromHz: 16_000, toHz: 24_000 }).process(
      load('keyboard_noise_16k.wav').samples,
    );
    const vad = createEnergyVad({ preset: 'noisy' });
    for (let i = 0; i < 10; i++) expect(vad.push(slow)).toEqual([]);
    expect(vad.snapshot().framesProcessed).toBeGreaterThan(2900);
  });

  test.for([
    ['slower', 24_000],
    ['faster', 12_000],
    ['as it is', 16_000],
  ] as const)(
    'a minute of typing, %s, and 12 dB louder, starts at most one speech with runtime',
    ([, toHz], context) => {
      verifies(context, 'audio:vad:keyboard');
      const { samples } = load('keyboard_noise_16k.wav');
      const typing = createResampler({ fromHz: 16_000, toHz }).process(samples);
      for (const gain of [1, 4]) {
        const vad = createEnergyVad();
        const louder = typing.map((x) => Math.max(-32_768, Math.min(32_767, gain * x)));
        let starts = 0;
        for (let at = 0; at < 60 * 16_000; at += louder.length) {
          starts += vad.push(louder).filter((edge) => edge.type === 'speechStart').length;
        }
        expect(starts).toBeLessThanOrEqual(1);
      }
    },
  );

  test.each(['library', 'runtime', 'noisy'] as const)(
    'every phrase and every long pause of a speech is found with %s',
    (preset) => {
      const { samples } = load('jfk.wav');
      const found = detect(samples, { preset });
      for (const [startMs, endMs] of JFK_SPEECH) {
        expect(nearestStart(found, startMs)).toBeLessThanOrEqual(LABEL_TOLERANCE_MS);
        const last = found.filter((span) => span[0] < endMs).at(-1);
        expect(Math.abs((last?.[1] ?? 0) - endMs)).toBeLessThanOrEqual(180);
      }
      for (const [startMs, endMs] of found) {
        const inside = JFK_SPEECH.some(([from, to]) => startMs > from - 60 && endMs < to + 60);
        expect(inside).toBe(true);
      }
    },
  );

  test('pauses over 600 ms end a phrase within the hangover', (context) => {
    verifies(context, 'audio:vad:pauses');
    const ends = createEnergyVad()
      .push(load('jfk.wav').samples)
      .filter((edge) => edge.type === 'speechEnd');
    for (const pauseMs of [2120, 4300, 7520]) {
      const nearest = ends.map((edge) => edge.atMs - pauseMs).find((lag) => lag > -LABEL_TOLERANCE_MS);
      expect(nearest).toBeLessThanOrEqual(8 * FRAME_MS + LABEL_TOLERANCE_MS);
    }
  });

  test('speech under typing is found: in place at 10 dB, within 300 ms at 5 dB', (context) => {
    verifies(context, 'audio:vad:speechInNoise');
    const speech = load('jfk.wav').samples;
    const typing = load('keyboard_noise_16k.wav').samples;
    for (const [snrDb, toleranceMs] of [
      [10, LABEL_TOLERANCE_MS],
      [5, 300],
    ] as const) {
      const found = detect(mix(speech, typing, snrDb), { preset: 'noisy' });
      for (const [startMs] of JFK_SPEECH)
        expect(nearestStart(found, startMs)).toBeLessThanOrEqual(toleranceMs);
      for (const [startMs] of found) {
        expect(JFK_SPEECH.some(([from, to]) => startMs > from - LABEL_TOLERANCE_MS && startMs < to)).toBe(
          true,
        );
      }
    }
  });

  test('telephone sound at 8 kHz is heard at its own rate', () => {
    const { samples } = load('webrtcvad_leak-test_8k.wav');
    const found = detect(samples, { rateHz: 8000 });
    expect(found).toHaveLength(3);
    for (const [index, [startMs, endMs]] of LEAK_TEST_SPEECH.entries()) {
      expect(Math.abs((found[index]?.[0] ?? 0) - startMs)).toBeLessThanOrEqual(130);
      expect(Math.abs((found[index]?.[1] ?? 0) - endMs)).toBeLessThanOrEqual(140);
    }
  });

  test('three words at 44.1 kHz are found, resampled to 16 kHz or as they are', () => {
    const { samples, rateHz } = load('sr_english_44100.wav');
    const resampled = createResampler({ fromHz: rateHz, toHz: 16_000 }).process(samples);
    for (const found of [detect(resampled), detect(samples, { rateHz })]) {
      expect(found).toHaveLength(3);
      for (const [index, startMs] of [60, 1040, 2060].entries()) {
        // "Two" begins with 130 ms of an unvoiced t: whether a start begins in it depends on the cut of the frames.
        expect(Math.abs((found[index]?.[0] ?? 0) - startMs)).toBeLessThanOrEqual(130);
      }
    }
  });

  test('is closer to the labels than the WebRTC detector on a loud floor, and agrees with it on a quiet one', async (context) => {
    verifies(context, 'audio:vad:oracle');
    const loud = await compareWithWebrtc('jfk.wav', 16_000, [...JFK_SPEECH, [10_820, 11_000]]);
    expect(loud.agreement).toBeGreaterThan(0.7);
    expect(loud.ours).toBeGreaterThan(0.88);
    expect(loud.ours).toBeGreaterThan(loud.theirs);
    const quiet = await compareWithWebrtc('webrtcvad_leak-test_8k.wav', 8000, LEAK_TEST_SPEECH);
    expect(quiet.agreement).toBeGreaterThan(0.9);
    expect(quiet.ours).toBeGreaterThan(0.9);
  });
});

/** Shares of 30 ms frames on which both detectors agree, and on which each agrees with the labels. */
async function compareWithWebrtc(name: string, rateHz: number, labels: readonly Span[]) {
  const { samples } = load(name);
  const theirs = await webrtcFrames(samples, rateHz);
  const vad = createEnergyVad({ rateHz });
  const size = (rateHz * FRAME_MS) / 1000;
  const counts = { agreement: 0, ours: 0, theirs: 0 };
  theirs.forEach((theirVerdict, i) => {
    vad.push(samples.subarray(i * size, (i + 1) * size));
    const { speaking } = vad.snapshot();
    const middleMs = (i + 0.5) * FRAME_MS;
    const isSpeech = labels.some(([from, to]) => middleMs >= from && middleMs < to);
    counts.agreement += Number(speaking === theirVerdict);
    counts.ours += Number(speaking === isSpeech);
    counts.theirs += Number(theirVerdict === isSpeech);
  });
  return {
    agreement: counts.agreement / theirs.length,
    ours: counts.ours / theirs.length,
    theirs: counts.theirs / theirs.length,
  };
}

interface FvadModule {
  readonly HEAP16: Int16Array;
  _malloc(bytes: number): number;
  _fvad_new(): number;
  _fvad_set_mode(handle: number, mode: number): number;
  _fvad_set_sample_rate(handle: number, rateHz: number): number;
  _fvad_process(handle: number, frame: number, samples: number): number;
}

/** One verdict per 30 ms frame of the WebRTC VAD in its aggressive mode. */
async function webrtcFrames(samples: Int16Array, rateHz: number): Promise<boolean[]> {
  // The package has no types: a name that is not a literal keeps the compiler from looking for them.
  const packageName: string = '@echogarden/fvad-wasm';
  const { default: fvad } = await import(packageName);
  const module: FvadModule = await fvad();
  const handle = module._fvad_new();
  module._fvad_set_mode(handle, 2);
  module._fvad_set_sample_rate(handle, rateHz);
  const size = (rateHz * FRAME_MS) / 1000;
  const pointer = module._malloc(size * 2);
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => {
    module.HEAP16.set(samples.subarray(i * size, (i + 1) * size), pointer / 2);
    return module._fvad_process(handle, pointer, size) === 1;
  });
}
