/** The detector on sound it was not tuned on, made here: strokes, breath and voices that no recording holds. */
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { createEnergyVad, type VadEdge } from './energy-vad.ts';
import type { VadPreset } from './vad-options.ts';

const RATE_HZ = 16_000;
const PER_MS = RATE_HZ / 1000;

type Random = () => number;

/** Deterministic, in [0, 1) (mulberry32). */
function randomSource(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Noise of a level; `dullness` from 0 (white) towards 1. */
function noise(durationMs: number, levelDbfs: number, random: Random, dullness = 0.8): Float64Array {
  let last = 0;
  const sound = Float64Array.from({ length: durationMs * PER_MS }, () => {
    last = dullness * last + random() - 0.5;
    return last;
  });
  return atLevel(sound, levelDbfs);
}

function atLevel(sound: Float64Array, levelDbfs: number): Float64Array {
  const rms = Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);
  const gain = (32_768 * 10 ** (levelDbfs / 20)) / rms;
  return sound.map((x) => gain * x);
}

function pcm16(...layers: readonly Float64Array[]): Int16Array {
  return Int16Array.from(layers[0] ?? [], (_, i) => {
    const sum = layers.reduce((total, layer) => total + (layer[i] ?? 0), 0);
    return Math.round(Math.max(-32_768, Math.min(32_767, sum)));
  });
}

/** A burst of noise and resonance that dies away. */
function strike(sound: Float64Array, atMs: number, tauMs: number, peak: number, random: Random): void {
  const from = Math.round(atMs * PER_MS);
  const resonance = (2 * Math.PI * (300 + 3000 * random())) / RATE_HZ;
  const noisiness = 0.5 + 0.5 * random();
  for (let i = 0; i < 7 * tauMs * PER_MS && from + i < sound.length; i++) {
    const tone = Math.sin(resonance * i);
    const burst = noisiness * (2 * random() - 1) + (1 - noisiness) * tone;
    sound[from + i] = (sound[from + i] ?? 0) + peak * Math.exp(-i / (tauMs * PER_MS)) * burst;
  }
}

/** Typing: presses and releases at random times and strengths, up to 40 dB above the room. */
function typing(durationMs: number, seed: number): Int16Array {
  const random = randomSource(seed);
  const sound = noise(durationMs, -60, random);
  for (let at = 300; at < durationMs; at += random() < 0.1 ? 900 : 80 + 160 * random()) {
    const peak = 800 * 10 ** (random() * 0.7);
    strike(sound, at, 4 + 20 * random(), peak, random);
    strike(sound, at + 60 + 60 * random(), 2 + 3 * random(), peak / 2, random);
  }
  return pcm16(sound);
}

/** A phrase of syllables: harmonics of a wandering pitch through two formants, 180 to 260 ms each. */
function phrase(syllables: number, pitchHz: number, random: Random): Float64Array {
  const parts: number[] = [];
  let phase = 0;
  for (let s = 0; s < syllables; s++) {
    const formants = [300 + 500 * random(), 1000 + 1200 * random()];
    const pitch = pitchHz * (0.85 + 0.3 * random());
    const length = Math.round((180 + 80 * random()) * PER_MS);
    for (let i = 0; i < length; i++) {
      phase += (2 * Math.PI * pitch * (1 + 0.03 * Math.sin(i / 400))) / RATE_HZ;
      let x = 0;
      for (let h = 1; h * pitch < 3500; h++) {
        const shape = formants.reduce((sum, f) => sum + 1 / (1 + ((h * pitch - f) / 120) ** 2), 0.02);
        x += shape * Math.sin(h * phase + h * h);
      }
      parts.push(x * Math.sin((Math.PI * i) / length) ** 0.5);
    }
  }
  return Float64Array.from(parts);
}

interface Talk {
  readonly samples: Int16Array;
  readonly spans: readonly (readonly [fromMs: number, toMs: number])[];
}

/** Phrases with pauses over 600 ms, at a level over a background. `gated`: the background is digital silence. */
function talk(seed: number, levelDbfs: number, noiseDbfs: number, gated = false): Talk {
  const random = randomSource(seed);
  const pitchHz = 90 + 200 * random();
  const spans: [number, number][] = [];
  const sound: number[] = [];
  const pause = (ms: number) => sound.push(...new Float64Array(Math.round(ms * PER_MS)));
  pause(900);
  for (let i = 0; i < 4; i++) {
    const fromMs = sound.length / PER_MS;
    sound.push(...phrase(2 + Math.floor(4 * random()), pitchHz, random));
    spans.push([fromMs, sound.length / PER_MS]);
    pause(650 + 600 * random());
  }
  const voice = Float64Array.from(sound);
  const spoken = voice.filter((_, i) => spans.some(([a, b]) => i >= a * PER_MS && i < b * PER_MS));
  const gain = (atLevel(spoken, levelDbfs)[1000] ?? 0) / (spoken[1000] ?? 1);
  const room = gated ? new Float64Array(voice.length) : noise(voice.length / PER_MS, noiseDbfs, random);
  return {
    samples: pcm16(
      voice.map((x) => gain * x),
      room,
    ),
    spans,
  };
}

const starts = (edges: readonly VadEdge[]) => edges.filter((edge) => edge.type === 'speechStart');

/** Every phrase starts within `latencyMs` of its beginning and has ended before the next, and nothing else starts. */
function expectFound({ samples, spans }: Talk, preset: VadPreset, latencyMs: number): void {
  const edges = createEnergyVad({ preset }).push(samples);
  const found = starts(edges);
  for (const [fromMs, toMs] of spans) {
    const start = found.find((edge) => edge.atMs >= fromMs && edge.atMs < toMs);
    expect(start?.atMs, `${preset}: the phrase at ${fromMs} ms`).toBeLessThanOrEqual(fromMs + latencyMs);
    const end = edges.find((edge) => edge.type === 'speechEnd' && edge.atMs > toMs);
    expect(end?.atMs, `${preset}: the pause at ${toMs} ms`).toBeLessThanOrEqual(toMs + 420);
  }
  for (const { onsetMs } of found) {
    expect(spans.some(([fromMs, toMs]) => onsetMs >= fromMs - 60 && onsetMs < toMs)).toBe(true);
  }
}

describe('noise', () => {
  test.for([1, 2, 3, 4, 5, 6])('half a minute of random key strokes (%d) is not speech', (seed, context) => {
    verifies(context, 'audio:vad:strokes');
    const edges = (preset: VadPreset) => createEnergyVad({ preset }).push(typing(30_000, seed));
    expect(starts(edges('runtime'))).toEqual([]);
    expect(starts(edges('noisy'))).toEqual([]);
  });

  test.each(['library', 'runtime', 'noisy'] as const)(
    'half a minute of breath, of rustling, of sudden steps of the noise starts at most one speech with %s',
    (preset) => {
      const random = randomSource(17);
      const breath = noise(30_000, -36, random, 0.5).map((x, i) => {
        const phase = (i / PER_MS) % 3500;
        return phase < 1200 ? x * Math.sin((Math.PI * phase) / 1200) ** 2 : 0;
      });
      const room = noise(30_000, -62, random);
      let gust = 0;
      const rustle = noise(30_000, -32, random, 0.3).map((x, i) => {
        if (i % 800 === 0) gust = random() < 0.3 ? random() : 0;
        return gust * x;
      });
      const stepped = noise(30_000, -30, random).map((x, i) => (Math.floor(i / 80_000) % 2 ? x : x * 0.05));
      for (const layer of [breath, rustle, stepped]) {
        expect(starts(createEnergyVad({ preset }).push(pcm16(room, layer))).length).toBeLessThanOrEqual(1);
      }
    },
  );
});

describe('voices', () => {
  test.for([1, 2, 3, 4, 5, 6])('voice %d is found at every level and 25 dB over noise', (seed, context) => {
    verifies(context, 'audio:vad:voices');
    for (const levelDbfs of [-9, -20, -33]) {
      for (const preset of ['library', 'runtime', 'noisy'] as const) {
        expectFound(talk(seed, levelDbfs, levelDbfs - 25), preset, 250);
      }
      expectFound(talk(seed, levelDbfs, levelDbfs - 20), 'runtime', 250);
    }
  });

  test.each([1, 2, 3, 4])('words after gated pauses are not missed by noisy (voice %d)', (seed) => {
    for (const preset of ['runtime', 'noisy'] as const) {
      expectFound(talk(seed, -24, -96, true), preset, 250);
    }
  });
});

test('half an hour of noise leaves no drift: no start, an exact clock, and the next word is found', (context) => {
  verifies(context, 'audio:vad:floor');
  const random = randomSource(99);
  const minute = pcm16(noise(60_000, -48, random));
  const vad = createEnergyVad();
  for (let i = 0; i < 30; i++) expect(vad.push(minute)).toEqual([]);
  expect(vad.snapshot().framesProcessed).toBe(60_000);
  expect(Math.abs(vad.snapshot().noiseFloorDbfs + 48)).toBeLessThan(2);
  const { samples, spans } = talk(5, -22, -48);
  const [first] = starts(vad.push(samples));
  expect((first?.onsetMs ?? 0) - 1_800_000 - (spans[0]?.[0] ?? 0)).toBeLessThanOrEqual(90);
});
