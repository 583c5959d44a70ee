import { ConverterType, create } from '@alexanderolsen/libsamplerate-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { AudioError } from './audio-error.ts';
import { createFloat32Resampler, createResampler, type ResamplerOptions } from './resampler.ts';

const RATES = [8_000, 16_000, 24_000, 44_100, 48_000] as const;
const PAIRS = RATES.flatMap((fromHz) =>
  RATES.filter((to) => to !== fromHz).map((toHz) => ({ fromHz, toHz })),
);

function sine(frequencyHz: number, rateHz: number, samples: number, amplitude: number): Float32Array {
  return Float32Array.from(
    { length: samples },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
  );
}

function wholeInt16(options: ResamplerOptions, input: Int16Array): Int16Array {
  const resampler = createResampler(options);
  return Int16Array.from([...resampler.process(input), ...resampler.flush()]);
}

function wholeFloat32(options: ResamplerOptions, input: Float32Array): Float32Array {
  const resampler = createFloat32Resampler(options);
  const body = resampler.process(input);
  const tail = resampler.flush();
  const output = new Float32Array(body.length + tail.length);
  output.set(body);
  output.set(tail, body.length);
  return output;
}

/** The middle of a signal, away from the ends where any filter rings. */
function middle(signal: ArrayLike<number>): [start: number, end: number] {
  return [Math.floor(signal.length * 0.2), Math.floor(signal.length * 0.8)];
}

function powerDb(signal: ArrayLike<number>): number {
  const [start, end] = middle(signal);
  let sum = 0;
  for (let i = start; i < end; i++) sum += (signal[i] as number) ** 2;
  return 10 * Math.log10(sum / (end - start) + 1e-30);
}

/** Fits a sine of a known frequency by least squares: its gain, delay and the ratio to everything else. */
function fitSine(signal: ArrayLike<number>, frequencyHz: number, rateHz: number) {
  const [start, end] = middle(signal);
  let [ss, sc, cc, xs, xc] = [0, 0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const s = Math.sin((2 * Math.PI * frequencyHz * i) / rateHz);
    const c = Math.cos((2 * Math.PI * frequencyHz * i) / rateHz);
    const x = signal[i] as number;
    ss += s * s;
    sc += s * c;
    cc += c * c;
    xs += x * s;
    xc += x * c;
  }
  const a = (xs * cc - xc * sc) / (ss * cc - sc * sc);
  const b = (xc * ss - xs * sc) / (ss * cc - sc * sc);
  let [power, residue] = [0, 0];
  for (let i = start; i < end; i++) {
    const angle = (2 * Math.PI * frequencyHz * i) / rateHz;
    const model = a * Math.sin(angle) + b * Math.cos(angle);
    power += model * model;
    residue += ((signal[i] as number) - model) ** 2;
  }
  return {
    snrDb: 10 * Math.log10(power / residue),
    amplitude: Math.hypot(a, b),
    delayMs: (-Math.atan2(b, a) / (2 * Math.PI * frequencyHz)) * 1000,
  };
}

async function oracle({ fromHz, toHz }: ResamplerOptions, input: Float32Array): Promise<Float32Array> {
  const src = await create(1, fromHz, toHz, { converterType: ConverterType.SRC_SINC_MEDIUM_QUALITY });
  const output = src.simple(input).slice();
  src.destroy();
  return output;
}

describe('resampler quality', () => {
  test.each(PAIRS)('keeps a 1 kHz tone clean and in place from $fromHz to $toHz Hz', async (pair) => {
    const input = sine(1000, pair.fromHz, pair.fromHz, 0.9);
    const ours = fitSine(wholeFloat32(pair, input), 1000, pair.toHz);
    const theirs = fitSine(await oracle(pair, input), 1000, pair.toHz);
    expect(ours.snrDb).toBeGreaterThan(105);
    expect(theirs.snrDb).toBeGreaterThan(105);
    expect(Math.abs(20 * Math.log10(ours.amplitude / theirs.amplitude))).toBeLessThan(0.01);
    expect(Math.abs(ours.delayMs)).toBeLessThan(0.0001);
  });

  test.each(PAIRS)('loses less than rounding allows in PCM16 from $fromHz to $toHz Hz', (pair) => {
    const input = Int16Array.from(sine(1000, pair.fromHz, pair.fromHz, 0.9), (x) => Math.round(x * 32_767));
    expect(fitSine(wholeInt16(pair, input), 1000, pair.toHz).snrDb).toBeGreaterThan(92);
  });

  test.each(PAIRS.filter((pair) => pair.toHz < pair.fromHz))(
    'removes what would alias from $fromHz to $toHz Hz',
    async (pair) => {
      const nyquistHz = pair.toHz / 2;
      for (const frequencyHz of [nyquistHz * 1.02, Math.min(nyquistHz * 1.3, pair.fromHz / 2.1)]) {
        const input = sine(frequencyHz, pair.fromHz, pair.fromHz, 0.9);
        expect(powerDb(wholeFloat32(pair, input)) - powerDb(input)).toBeLessThan(-94);
        expect(powerDb(await oracle(pair, input)) - powerDb(input)).toBeLessThan(-60);
      }
    },
  );

  test.each(PAIRS.filter((pair) => pair.toHz > pair.fromHz))(
    'leaves no image above the old Nyquist frequency from $fromHz to $toHz Hz',
    (pair) => {
      const frequencyHz = pair.fromHz * 0.42;
      const input = sine(frequencyHz, pair.fromHz, pair.fromHz, 0.9);
      expect(fitSine(wholeFloat32(pair, input), frequencyHz, pair.toHz).snrDb).toBeGreaterThan(94);
    },
  );

  test('agrees with libsamplerate sample by sample on band-limited noise', async (context) => {
    verifies(context, 'audio:resampler:quality');
    const pair = { fromHz: 44_100, toHz: 16_000 };
    const input = new Float32Array(22_050);
    for (let tone = 0; tone < 40; tone++) {
      const part = sine(100 + tone * 155, pair.fromHz, input.length, 0.02);
      for (let i = 0; i < input.length; i++) input[i] = (input[i] as number) + (part[i] as number);
    }
    const [ours, theirs] = [wholeFloat32(pair, input), await oracle(pair, input)];
    const difference = ours.map((x, i) => x - (theirs[i] ?? 0));
    expect(powerDb(difference) - powerDb(theirs)).toBeLessThan(-75);
  });

  test.each([
    ['low', 0.7, 78],
    ['medium', 0.85, 94],
    ['high', 0.93, 94],
  ] as const)(
    'quality %s is flat to its stated passband and suppresses as stated',
    (quality, passband, db) => {
      const options = { fromHz: 24_000, toHz: 16_000, quality };
      const edge = sine(8000 * passband, 24_000, 24_000, 0.9);
      expect(
        Math.abs(
          20 * Math.log10(fitSine(wholeFloat32(options, edge), 8000 * passband, 16_000).amplitude / 0.9),
        ),
      ).toBeLessThan(0.1);
      const alias = sine(8160, 24_000, 24_000, 0.9);
      expect(powerDb(wholeFloat32(options, alias)) - powerDb(alias)).toBeLessThan(-db);
    },
  );

  test('saturates an overshoot instead of wrapping it', () => {
    const square = Int16Array.from({ length: 800 }, (_, i) =>
      Math.floor(i / 40) % 2 === 0 ? 32_767 : -32_768,
    );
    const output = wholeInt16({ fromHz: 8000, toHz: 16_000 }, square);
    const interior = output.subarray(200, 1400);
    const wrapped = interior.filter((x, i) => Math.abs(x - (interior[i - 1] ?? x)) > 50_000);
    expect(Math.max(...interior)).toBe(32_767);
    expect(Math.min(...interior)).toBe(-32_768);
    expect(wrapped).toHaveLength(0);
  });
});

describe('resampler streaming', () => {
  const chunked = fc.record({
    pair: fc.constantFrom(...PAIRS),
    input: fc.int16Array({ minLength: 0, maxLength: 3000, size: 'max' }),
    cuts: fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 20, size: 'max' }),
  });

  test('gives the same samples however the stream is cut', (context) => {
    verifies(context, 'audio:resampler:streaming');
    fc.assert(
      fc.property(chunked, ({ pair, input, cuts }) => {
        const resampler = createResampler(pair);
        const pieces: number[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(...resampler.process(input.subarray(at, at + cut)));
          at = Math.min(input.length, at + cut);
        }
        pieces.push(...resampler.process(input.subarray(at)), ...resampler.flush());
        const whole = wholeInt16(pair, input);
        expect(Int16Array.from(pieces)).toEqual(whole);
        expect(whole).toHaveLength(Math.ceil((input.length * pair.toHz) / pair.fromHz));
      }),
      { numRuns: 150 },
    );
  });

  test('gives the same samples for one chunk larger than its window', () => {
    const input = Int16Array.from({ length: 30_000 }, (_, i) => ((i * 7919) % 20_001) - 10_000);
    const resampler = createResampler({ fromHz: 44_100, toHz: 16_000 });
    const pieces: number[] = [];
    for (let at = 0; at < input.length; at += 882)
      pieces.push(...resampler.process(input.subarray(at, at + 882)));
    pieces.push(...resampler.flush());
    expect(Int16Array.from(pieces)).toEqual(wholeInt16({ fromHz: 44_100, toHz: 16_000 }, input));
  });

  test('starts afresh after flush and after reset', () => {
    const resampler = createResampler({ fromHz: 16_000, toHz: 24_000 });
    const input = Int16Array.from(sine(440, 16_000, 1600, 0.5), (x) => x * 32_767);
    const first = [...resampler.process(input), ...resampler.flush()];
    resampler.process(input.subarray(0, 777));
    resampler.reset();
    expect([...resampler.process(input), ...resampler.flush()]).toEqual(first);
  });

  test('trails its input by exactly the stated latency', () => {
    const resampler = createResampler({ fromHz: 8000, toHz: 16_000 });
    expect(resampler.latencyMs).toBeCloseTo(5.25, 6);
    expect(resampler.process(new Int16Array(800)).length).toBe(2 * (800 - 42));
    expect(resampler.flush()).toHaveLength(2 * 42);
  });

  test('keeps an exact count over ten minutes', () => {
    const resampler = createResampler({ fromHz: 8000, toHz: 44_100, quality: 'low' });
    const chunk = new Int16Array(8000);
    let samples = 0;
    for (let second = 0; second < 600; second++) samples += resampler.process(chunk).length;
    expect(samples + resampler.flush().length).toBe(600 * 44_100);
  });

  test('passes equal rates through untouched', () => {
    const resampler = createResampler({ fromHz: 16_000, toHz: 16_000 });
    const input = new Int16Array([1, 2, 3]);
    expect(resampler.process(input)).toBe(input);
    expect(resampler.flush()).toHaveLength(0);
    expect(resampler.latencyMs).toBe(0);
  });

  test('passes a constant through exactly at every phase', () => {
    const output = wholeInt16({ fromHz: 44_100, toHz: 48_000 }, new Int16Array(4410).fill(12_345));
    expect(new Set(output.subarray(100, output.length - 100))).toEqual(new Set([12_345]));
  });
});

describe('resampler options', () => {
  test('accepts other integer rates whose ratio is small', () => {
    for (const fromHz of [11_025, 12_000, 22_050, 32_000, 96_000]) {
      const input = sine(700, fromHz, fromHz, 0.9);
      expect(fitSine(wholeFloat32({ fromHz, toHz: 16_000 }, input), 700, 16_000).snrDb).toBeGreaterThan(100);
    }
  });

  test.each([
    [22_050, 24_000],
    [11_025, 16_000],
    [48_000, 44_100],
    [384_000, 375],
  ])(
    'from %d to %d Hz gives the exact count sample by sample, and nothing at a second flush',
    (fromHz, toHz) => {
      const resampler = createResampler({ fromHz, toHz, quality: 'low' });
      let count = 0;
      for (let i = 0; i < 5000; i++) count += resampler.process(Int16Array.of(i)).length;
      expect(count + resampler.flush().length).toBe(Math.ceil((5000 * toHz) / fromHz));
      expect(resampler.flush()).toHaveLength(0);
    },
  );

  test('NaN and infinities pass and leave no trace in what follows', () => {
    const resampler = createFloat32Resampler({ fromHz: 16_000, toHz: 24_000 });
    resampler.process(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38));
    const after = resampler.process(new Float32Array(1000).fill(0.25)).subarray(200);
    expect(after.every((x) => Math.abs(x - 0.25) < 1e-6)).toBe(true);
  });

  test('refuses a ratio whose filter would be too large', () => {
    expect(() => createResampler({ fromHz: 44_101, toHz: 16_000 })).toThrow(
      expect.objectContaining({ name: 'AudioError', code: 'rateUnsupported' }),
    );
  });

  test.each([0, -8000, 8000.5, Number.NaN, Number.POSITIVE_INFINITY, 400_000])(
    'refuses the rate %d',
    (fromHz) => {
      expect(() => createResampler({ fromHz, toHz: 16_000 })).toThrow(AudioError);
      expect(() => createFloat32Resampler({ fromHz: 8000, toHz: fromHz })).toThrow(AudioError);
    },
  );

  test('refuses an unknown quality', () => {
    const quality = 'toString' as 'low';
    expect(() => createResampler({ fromHz: 8000, toHz: 16_000, quality })).toThrow(
      expect.objectContaining({ code: 'invalidArgument' }),
    );
  });
});
