import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { createEnergyVad, type EnergyVad, type VadEdge } from './energy-vad.ts';
import { pcm16ToBytes } from './pcm16.ts';

const RATE_HZ = 16_000;

/** A deterministic noise in [-1, 1). */
function noiseSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

/** Noise of an exact level with the falling spectrum of a room, so that it crosses zero about as often as speech. */
function noise(durationMs: number, levelDbfs: number, rateHz = RATE_HZ): Int16Array {
  const next = noiseSource(levelDbfs + durationMs);
  const keep = 0.7 ** (RATE_HZ / rateHz);
  let last = 0;
  const shaped = Float64Array.from({ length: (durationMs * rateHz) / 1000 }, () => {
    last = keep * last + next();
    return last;
  });
  const rms = Math.sqrt(shaped.reduce((sum, x) => sum + x * x, 0) / shaped.length);
  const gain = (32_768 * 10 ** (levelDbfs / 20)) / rms;
  return Int16Array.from(shaped, (x) => Math.round(Math.max(-32_768, Math.min(32_767, gain * x))));
}

/** Harmonics of a 130 Hz voice with a formant near 650 Hz. */
const HARMONICS = [1, 0.7, 0.6, 0.9, 1.6, 0.9, 0.4];

/** Something like a vowel, on a faint background. */
function vowel(durationMs: number, levelDbfs: number, rateHz = RATE_HZ): Int16Array {
  const rms = Math.sqrt(HARMONICS.reduce((sum, weight) => sum + weight * weight, 0) / 2);
  const amplitude = (32_768 * 10 ** (levelDbfs / 20)) / rms;
  return noise(durationMs, -60, rateHz).map((hiss, i) => {
    const angle = (2 * Math.PI * 130 * i) / rateHz;
    const voice = HARMONICS.reduce((sum, weight, k) => sum + weight * Math.sin((k + 1) * angle + k * k), 0);
    return Math.round(hiss + amplitude * voice);
  });
}

function join(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

const starts = (edges: readonly VadEdge[]) => edges.filter((edge) => edge.type === 'speechStart');
const ends = (edges: readonly VadEdge[]) => edges.filter((edge) => edge.type === 'speechEnd');

const ROOM = noise(600, -55);
const DIALOGUE = join(ROOM, vowel(600, -20), noise(900, -55), vowel(450, -24), noise(900, -55));

describe('edges', () => {
  test('come in order with their place on the audio clock, several in one chunk', (context) => {
    verifies(context, 'audio:vad:edges');
    const edges = createEnergyVad().push(DIALOGUE);
    expect(edges.map((edge) => edge.type)).toEqual(['speechStart', 'speechEnd', 'speechStart', 'speechEnd']);
    expect(edges.map((edge) => edge.atMs)).toEqual([660, 1440, 2160, 2790]);
    expect(edges.map((edge) => edge.atSample)).toEqual(edges.map((edge) => edge.atMs * 16));
    expect(starts(edges).map((edge) => edge.onsetMs)).toEqual([600, 2100]);
    expect(ends(edges).map((edge) => edge.offsetMs)).toEqual([1200, 2550]);
  });

  test('are the same however the bytes are cut, even inside a sample', (context) => {
    verifies(context, 'audio:vad:streaming');
    const bytes = pcm16ToBytes(DIALOGUE);
    const expected = createEnergyVad().push(DIALOGUE);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60, size: 'max' }), (cuts) => {
        const vad = createEnergyVad();
        const edges: VadEdge[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          edges.push(...vad.push(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        expect(edges).toEqual(expected);
        expect(vad.snapshot().framesProcessed).toBe(Math.floor(DIALOGUE.length / 480));
      }),
      { numRuns: 60 },
    );
  });

  test('hand over the audio before the start, so that nothing of the first word is lost', (context) => {
    verifies(context, 'audio:vad:preSpeech');
    const [start] = starts(createEnergyVad().push(DIALOGUE));
    expect(start?.preSpeech).toEqual(DIALOGUE.slice(((600 - 90) * RATE_HZ) / 1000, (660 * RATE_HZ) / 1000));
  });

  test('never hand over audio that the last utterance already had', () => {
    const options = { preSpeechFrames: 20, hangoverFrames: 2 };
    const edges = createEnergyVad(options).push(
      join(ROOM, vowel(300, -20), noise(150, -55), vowel(300, -20)),
    );
    const [, end, second] = edges;
    if (end?.type !== 'speechEnd' || second?.type !== 'speechStart')
      throw new Error('expected an end, a start');
    expect(second.preSpeech.length).toBe(second.atSample - end.atSample);
  });

  test('hand over less at the very start of the stream', () => {
    const [start] = starts(createEnergyVad().push(vowel(300, -15)));
    expect(start?.atMs).toBe(60);
    expect(start?.preSpeech.length).toBe(960);
  });
});

describe('noise', () => {
  test('a loud floor from the first sample on does not open the detector', (context) => {
    verifies(context, 'audio:vad:floor');
    for (const levelDbfs of [-60, -50, -45, -40]) {
      expect(createEnergyVad().push(noise(6000, levelDbfs))).toEqual([]);
    }
  });

  test('the floor is learnt within 300 ms, even if the first frame was quieter', (context) => {
    verifies(context, 'audio:vad:floor');
    const vad = createEnergyVad();
    vad.push(noise(30, -58));
    vad.push(noise(270, -47));
    expect(Math.abs(vad.snapshot().noiseFloorDbfs + 47)).toBeLessThan(2);
    expect(vad.snapshot().state).toBe('silence');
  });

  test('a floor louder than any room is not speech, and closes again on its own if a voice is not asked for', () => {
    const loud = noise(6000, -18);
    expect(createEnergyVad().push(loud)).toEqual([]);
    const edges = createEnergyVad({ minPeriodicity: 0 }).push(loud);
    expect(edges.map((edge) => edge.type)).toEqual(['speechStart', 'speechEnd']);
    expect(edges[1]?.atMs).toBeLessThanOrEqual(2 * 1200 + 8 * 30);
  });

  test('a rise of the noise does not latch the detector open', (context) => {
    verifies(context, 'audio:vad:floor');
    for (const levelDbfs of [-45, -35, -28]) {
      const vad = createEnergyVad();
      vad.push(noise(3000, -65));
      vad.push(noise(4000, levelDbfs));
      expect(vad.snapshot()).toMatchObject({ speaking: false });
      expect(Math.abs(vad.snapshot().noiseFloorDbfs - levelDbfs)).toBeLessThan(levelDbfs === -45 ? 10 : 2);
      const [start] = starts(vad.push(join(vowel(600, -11), noise(600, levelDbfs))));
      expect(start?.onsetMs).toBeGreaterThanOrEqual(6990);
      expect(start?.onsetMs).toBeLessThanOrEqual(7050);
    }
  });

  test('speech with its natural gaps is not taken for noise, however long', () => {
    const phrase = join(vowel(400, -18), noise(80, -55));
    const speech = join(...Array.from({ length: 25 }, () => phrase));
    const edges = createEnergyVad().push(join(ROOM, speech, noise(900, -55)));
    expect(edges.map((edge) => edge.type)).toEqual(['speechStart', 'speechEnd']);
    expect(edges[1]?.atMs).toBeGreaterThan(600 + 25 * 480 - 100);
  });

  test('a click, a hum or a hiss is not speech', () => {
    const click = noise(2000, -60);
    for (let at = 4000; at < click.length; at += 8000) click.fill(25_000, at, at + 60);
    expect(createEnergyVad().push(click)).toEqual([]);
    const hum = ROOM.map((x, i) => Math.round(x * 0.1 + 8000 * Math.sin((2 * Math.PI * 50 * i) / RATE_HZ)));
    expect(createEnergyVad().push(join(noise(300, -60), hum))).toEqual([]);
    const next = noiseSource(7);
    const hiss = ROOM.map((x, i) => Math.round(x + 9000 * (i % 2 === 0 ? 1 : -1) + 2000 * next()));
    expect(createEnergyVad().push(join(noise(300, -60), hiss))).toEqual([]);
  });

  test('a constant offset is not a sound', () => {
    expect(createEnergyVad().push(new Int16Array(32_000).fill(9000))).toEqual([]);
    expect(starts(createEnergyVad().push(DIALOGUE.map((x) => x + 3000)))).toHaveLength(2);
  });

  test('an unmuted microphone is listened to afresh and its noise is not speech', () => {
    const vad = createEnergyVad();
    vad.push(noise(3000, -62));
    vad.push(new Int16Array(66 * 480));
    expect(vad.push(noise(3000, -42))).toEqual([]);
  });

  test('a gated microphone does not hide quiet words: digital silence lowers the floor, a lost packet does not', () => {
    const vad = createEnergyVad();
    vad.push(join(noise(900, -42), new Int16Array(60 * 16)));
    expect(vad.snapshot().noiseFloorDbfs).toBeGreaterThan(-46);
    vad.push(new Int16Array(700 * 16));
    expect(vad.snapshot().noiseFloorDbfs).toBeLessThan(-54);
    expect(starts(vad.push(vowel(300, -36)))).toHaveLength(1);
  });

  test('speech out of digital silence is found, from the first sample and after pauses', () => {
    const clean = (durationMs: number) => vowel(durationMs, -26);
    const edges = createEnergyVad().push(
      join(clean(500), new Int16Array(9600), clean(500), new Int16Array(32_000), clean(500)),
    );
    expect(starts(edges).map((edge) => edge.onsetMs)).toEqual([0, 1110, 3600]);
  });
});

describe('options', () => {
  test.each([8000, 16_000, 24_000, 44_100, 48_000])('finds the same speech at %d Hz', (rateHz) => {
    const frameDurationMs = 20;
    const audio = join(noise(600, -55, rateHz), vowel(600, -20, rateHz), noise(900, -55, rateHz));
    const edges = createEnergyVad({ rateHz, frameDurationMs }).push(audio);
    expect(edges.map((edge) => [edge.type, edge.atMs])).toEqual([
      ['speechStart', 640],
      ['speechEnd', 1360],
    ]);
  });

  test('presets are those of the reference, and single parameters override them', () => {
    const startAt = (vad: EnergyVad) => vad.push(DIALOGUE)[0]?.atMs;
    expect(startAt(createEnergyVad({ preset: 'library' }))).toBe(690);
    expect(startAt(createEnergyVad({ preset: 'runtime' }))).toBe(660);
    expect(startAt(createEnergyVad({ preset: 'noisyStreet' }))).toBe(630);
    expect(startAt(createEnergyVad({ preset: 'noisyStreet', minSpeechFrames: 5 }))).toBe(750);
  });

  test.each([
    { rateHz: 7999 },
    { frameDurationMs: 5 },
    { rateHz: 11_025, frameDurationMs: 30 },
    { minSpeechFrames: 0 },
    { hangoverFrames: 0.5 },
    { stopThresholdDb: 16 },
    { startThresholdDb: Number.NaN },
    { maxZeroCrossingRate: 0.01 },
    { initialNoiseFloorDbfs: 3 },
    { minPeriodicity: 1.1 },
    { preSpeechFrames: -1 },
    { preset: 'constructor' as 'noisy' },
  ])('refuses %o', (options) => {
    expect(() => createEnergyVad(options)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
  });

  test('a classifier replaces energy and zero crossings', (context) => {
    verifies(context, 'audio:vad:classifier');
    const verdicts = [0.2, 0.5, 0.9, 0.49, 0.1, 0.1];
    let frame = 0;
    const classifier = { name: 'scripted', probability: () => verdicts[frame++] ?? 0 };
    const vad = createEnergyVad({ classifier, hangoverFrames: 3 });
    const edges = vad.push(new Int16Array(6 * 480));
    expect(edges.map((edge) => [edge.type, edge.atMs])).toEqual([
      ['speechStart', 90],
      ['speechEnd', 180],
    ]);
    expect(vad.snapshot()).toMatchObject({ backend: 'scripted', lastProbability: 0.1 });
  });
});

test('the snapshot tells all that is known', (context) => {
  verifies(context, 'audio:vad:snapshot');
  const vad = createEnergyVad();
  expect(vad.snapshot()).toEqual({
    backend: 'energy-zcr',
    sampleRate: 16_000,
    frameDurationMs: 30,
    frameSize: 480,
    state: 'silence',
    speaking: false,
    lastProbability: 0,
    framesProcessed: 0,
    lastTransitionMsAgo: undefined,
    energyDbfs: -96,
    noiseFloorDbfs: -60,
  });
  vad.push(join(ROOM, vowel(300, -20)));
  expect(vad.snapshot()).toMatchObject({
    state: 'speech',
    speaking: true,
    lastProbability: 1,
    framesProcessed: 30,
    lastTransitionMsAgo: 240,
  });
  vad.push(noise(60, -55));
  expect(vad.snapshot()).toMatchObject({ state: 'hangover', speaking: true, lastProbability: 0 });
  vad.reset();
  expect(vad.snapshot()).toEqual(createEnergyVad().snapshot());
  expect(vad.push(DIALOGUE)).toEqual(createEnergyVad().push(DIALOGUE));
});
