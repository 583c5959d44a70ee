import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { AudioError } from './audio-error.ts';
import { encodeMulaw } from './g711.ts';
import { readWav } from './wav-reader.ts';
import { WAV_HEADER_LENGTH_BYTES, wavHeader, writeWav } from './wav-writer.ts';

const text = (value: string): number[] => [...value].map((character) => character.charCodeAt(0));
const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

interface Format {
  readonly tag?: number;
  readonly channels?: number;
  readonly rateHz?: number;
  readonly bits?: number;
  readonly blockAlign?: number;
  readonly extra?: readonly number[];
}

function fmt(format: Format = {}): number[] {
  const { tag = 1, channels = 1, rateHz = 16_000, bits = 16, extra = [] } = format;
  const blockAlign = format.blockAlign ?? channels * Math.ceil(bits / 8);
  const body = [
    ...u16(tag),
    ...u16(channels),
    ...u32(rateHz),
    ...u32(rateHz * blockAlign),
    ...u16(blockAlign),
  ];
  return [...text('fmt '), ...u32(16 + extra.length), ...body, ...u16(bits), ...extra];
}

function data(bytes: readonly number[], size: number = bytes.length): number[] {
  return [...text('data'), ...u32(size), ...bytes];
}

function riff(parts: readonly (readonly number[])[], size?: number): Uint8Array {
  const body = [...text('WAVE'), ...parts.flat()];
  return Uint8Array.from([...text('RIFF'), ...u32(size ?? body.length), ...body]);
}

function extensible(tag: number, validBits: number): number[] {
  const guid = [...u16(tag), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
  return [...u16(22), ...u16(validBits), ...u32(0), ...guid];
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AudioError) return error.code;
    throw error;
  }
  return 'none';
}

describe('reading', () => {
  const floatBytes = [...new Uint8Array(Float32Array.of(0.5, -2, Number.NaN).buffer)];

  test.each([
    ['8-bit', fmt({ bits: 8 }), [128, 255, 0], [0, 32_512, -32_768]],
    ['16-bit', fmt(), [0x34, 0x12, 0x00, 0x80], [0x1234, -32_768]],
    [
      '24-bit, rounded',
      fmt({ bits: 24 }),
      [0x80, 0x34, 0x12, 0x7f, 0x34, 0x12, 0xff, 0xff, 0x7f],
      [0x1235, 0x1234, 32_767],
    ],
    ['32-bit', fmt({ bits: 32 }), [0, 0, 0x34, 0x12, 0, 0, 0, 0x80], [0x1234, -32_768]],
    ['float', fmt({ tag: 3, bits: 32 }), floatBytes, [16_384, -32_768, 0]],
    ['A-law', fmt({ tag: 6, bits: 8 }), [0xd5, 0xaa], [8, 32_256]],
    ['μ-law', fmt({ tag: 7, bits: 8 }), [...encodeMulaw(Int16Array.of(0, 32_124))], [0, 32_124]],
    ['extensible PCM', fmt({ tag: 0xfffe, extra: extensible(1, 16) }), [0x34, 0x12], [0x1234]],
    [
      'extensible 20 bits in 24',
      fmt({ tag: 0xfffe, bits: 24, extra: extensible(1, 20) }),
      [0, 0x34, 0x12],
      [0x1234],
    ],
    [
      'extensible float',
      fmt({ tag: 0xfffe, bits: 32, extra: extensible(3, 32) }),
      floatBytes.slice(0, 4),
      [16_384],
    ],
    ['12 bits in 16', fmt({ bits: 12, blockAlign: 2 }), [0x30, 0x12], [0x1230]],
  ])('understands %s', (_, format, bytes, expected) => {
    const audio = readWav(riff([format, data(bytes)]));
    expect([...audio.samples]).toEqual(expected);
    expect(audio).toMatchObject({ rateHz: 16_000, channels: 1, length: 'declared' });
  });

  test('keeps channels interleaved and counts whole frames only', () => {
    const audio = readWav(riff([fmt({ channels: 2, rateHz: 8000 }), data([1, 0, 2, 0, 3, 0, 4, 0, 5, 0])]));
    expect(audio).toMatchObject({ channels: 2, durationMs: 0.25, bitsPerSample: 16, encoding: 'pcm' });
    expect([...audio.samples]).toEqual([1, 2, 3, 4]);
  });

  test('skips unknown chunks of odd size, with their padding or without', () => {
    const list = [...text('LIST'), ...u32(3), 1, 2, 3];
    for (const chunk of [[...list, 0], [...list, 0x20], list]) {
      expect([...readWav(riff([chunk, fmt(), chunk, data([1, 0])])).samples]).toEqual([1]);
    }
  });

  test('reads from any offset in a larger buffer', () => {
    const file = writeWav({ samples: Int16Array.of(5, -6), rateHz: 8000 });
    const buffer = new Uint8Array(file.length + 10);
    buffer.set(file, 3);
    expect([...readWav(buffer.subarray(3, 3 + file.length)).samples]).toEqual([5, -6]);
  });

  test('takes a streaming header to the end of the file', (context) => {
    verifies(context, 'audio:wav:read');
    const bytes = [1, 0, 2, 0, 3, 0];
    for (const file of [
      riff([fmt(), data(bytes, 0xffff_ffff)], 0xffff_ffff),
      riff([fmt(), data(bytes, 0)], 0),
      riff([fmt(), data(bytes, 0)], 36),
      riff([fmt(), data(bytes, 0)], 0xffff_ffff),
    ]) {
      const audio = readWav(file);
      expect(audio.length).toBe('open');
      expect([...audio.samples]).toEqual([1, 2, 3]);
    }
  });

  test('does not call a whole file truncated because sox or espeak-ng wrote it to a pipe', () => {
    for (const size of [0x7fff_f000, 0x7fff_efff]) {
      const audio = readWav(riff([fmt(), data([1, 0, 2, 0], size)], size + 36));
      expect(audio).toMatchObject({ length: 'open', samples: Int16Array.of(1, 2) });
    }
  });

  test('believes an empty file that says it is complete', () => {
    const audio = readWav(riff([fmt(), data([]), [...text('LIST'), ...u32(2), 1, 2]]));
    expect(audio).toMatchObject({ length: 'declared', durationMs: 0 });
    expect(audio.samples).toHaveLength(0);
  });

  test('reads what is left of a truncated file and says so', () => {
    const file = writeWav({ samples: Int16Array.of(1, 2, 3, 4), rateHz: 8000 });
    const audio = readWav(file.subarray(0, file.length - 3));
    expect(audio.length).toBe('truncated');
    expect([...audio.samples]).toEqual([1, 2]);
  });

  test.each([
    ['no bytes', new Uint8Array(0), 'wavMalformed'],
    ['a bare header', riff([]), 'wavMalformed'],
    ['an MP3', Uint8Array.from(text('ID3....................')), 'wavMalformed'],
    ['big-endian RIFX', Uint8Array.from(text('RIFX....WAVE')), 'wavUnsupported'],
    ['64-bit RF64', Uint8Array.from(text('RF64....WAVE')), 'wavUnsupported'],
    ['audio before its format', riff([data([1, 0]), fmt()]), 'wavMalformed'],
    ['no audio', riff([fmt()]), 'wavMalformed'],
    ['a short format', riff([[...text('fmt '), ...u32(4), 1, 0, 1, 0], data([])]), 'wavMalformed'],
    ['a format cut off', riff([fmt().slice(0, 15)]), 'wavMalformed'],
    ['no channels', riff([fmt({ channels: 0, blockAlign: 2 }), data([])]), 'wavMalformed'],
    ['too many channels', riff([fmt({ channels: 33 }), data([])]), 'wavUnsupported'],
    ['rate 0', riff([fmt({ rateHz: 0 }), data([])]), 'wavMalformed'],
    ['an absurd rate', riff([fmt({ rateHz: 4_000_000_000 }), data([])]), 'wavUnsupported'],
    ['frames that do not divide', riff([fmt({ channels: 2, blockAlign: 3 }), data([])]), 'wavMalformed'],
    ['samples larger than their frame', riff([fmt({ bits: 32, blockAlign: 2 }), data([])]), 'wavMalformed'],
    ['bits 0', riff([fmt({ bits: 0, blockAlign: 2 }), data([])]), 'wavMalformed'],
    ['64-bit float', riff([fmt({ tag: 3, bits: 64 }), data([])]), 'wavUnsupported'],
    ['64-bit PCM', riff([fmt({ bits: 64 }), data([])]), 'wavUnsupported'],
    ['16-bit μ-law', riff([fmt({ tag: 7, bits: 16 }), data([])]), 'wavMalformed'],
    ['MP3 in WAV', riff([fmt({ tag: 0x55 }), data([])]), 'wavUnsupported'],
    ['a short extensible format', riff([fmt({ tag: 0xfffe, extra: [0, 0] }), data([])]), 'wavMalformed'],
    [
      'an unknown sub-format',
      riff([fmt({ tag: 0xfffe, extra: extensible(1, 16).fill(9, 10) }), data([])]),
      'wavUnsupported',
    ],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf(() => readWav(bytes))).toBe(code);
  });

  test('refuses more audio than its limit', () => {
    const file = writeWav({ samples: new Int16Array(100), rateHz: 8000 });
    expect(codeOf(() => readWav(file, { maxDataLengthBytes: 199 }))).toBe('wavTooLarge');
    expect(codeOf(() => readWav(file, { maxDataLengthBytes: 200 }))).toBe('none');
    expect(codeOf(() => readWav(file, { maxDataLengthBytes: Number.NaN }))).toBe('invalidArgument');
  });

  test('never fails but with its own error, whatever the bytes', (context) => {
    verifies(context, 'audio:wav:hostile');
    const seeds = [
      riff([fmt(), data([1, 0, 2, 0, 3, 0, 4, 0])]),
      riff([
        fmt({ channels: 2, bits: 24 }),
        [...text('LIST'), ...u32(3), 1, 2, 3, 0],
        data(Array(36).fill(7)),
      ]),
      riff([fmt({ tag: 0xfffe, bits: 32, extra: extensible(3, 32) }), data(Array(16).fill(63))]),
    ];
    const mutation = fc.record({ at: fc.nat(90), value: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xfe, 0xff) });
    const seen = new Set<string>();
    const hostile = fc.tuple(
      fc.constantFrom(...seeds),
      fc.array(mutation, { maxLength: 6, size: 'max' }),
      fc.option(fc.nat(90)),
    );
    fc.assert(
      fc.property(hostile, ([seed, mutations, cut]) => {
        const bytes = seed.slice(0, cut ?? seed.length);
        for (const { at, value } of mutations) if (at < bytes.length) bytes[at] = value;
        const code = codeOf(() => {
          const audio = readWav(bytes);
          expect(audio.samples.length).toBeLessThanOrEqual(bytes.length);
          expect(audio.samples.length % audio.channels).toBe(0);
          expect(Number.isFinite(audio.durationMs)).toBe(true);
        });
        seen.add(code);
      }),
      { numRuns: 4000 },
    );
    expect(seen).toEqual(new Set(['none', 'wavMalformed', 'wavUnsupported']));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100, size: 'max' }), (bytes) => {
        expect(['wavMalformed', 'wavUnsupported']).toContain(codeOf(() => readWav(bytes)));
      }),
    );
  });
});

describe('writing', () => {
  test('writes what it can read back', (context) => {
    verifies(context, 'audio:wav:write');
    const audio = fc.record({
      frames: fc.nat(50),
      channels: fc.integer({ min: 1, max: 4 }),
      rateHz: fc.constantFrom(8000, 16_000, 24_000, 44_100, 48_000),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(audio, ({ frames, channels, rateHz, seed }) => {
        const samples = Int16Array.from({ length: frames * channels }, (_, i) => Math.imul(seed, i + 1));
        const read = readWav(writeWav({ samples, rateHz, channels }));
        expect(read).toMatchObject({
          rateHz,
          channels,
          encoding: 'pcm',
          bitsPerSample: 16,
          length: 'declared',
        });
        expect(read.samples).toEqual(samples);
      }),
    );
  });

  test('writes the canonical 44 bytes', () => {
    const file = writeWav({ samples: Int16Array.of(1, -1), rateHz: 24_000 });
    expect(file).toEqual(riff([fmt({ rateHz: 24_000 }), data([1, 0, 0xff, 0xff])]));
  });

  test('writes a streaming header that can be read at any time', () => {
    const header = wavHeader({ rateHz: 24_000 });
    expect(header).toHaveLength(WAV_HEADER_LENGTH_BYTES);
    expect(readWav(header)).toMatchObject({ length: 'open', durationMs: 0 });
    expect(readWav(Uint8Array.from([...header, 7, 0])).samples).toEqual(Int16Array.of(7));
  });

  test('refuses what a header cannot say', () => {
    const samples = new Int16Array(3);
    expect(codeOf(() => writeWav({ samples, rateHz: 8000, channels: 2 }))).toBe('invalidArgument');
    expect(codeOf(() => writeWav({ samples, rateHz: 8000, channels: 0 }))).toBe('invalidArgument');
    expect(codeOf(() => writeWav({ samples, rateHz: 0 }))).toBe('invalidArgument');
    expect(codeOf(() => wavHeader({ rateHz: 8000, dataLengthBytes: -1 }))).toBe('invalidArgument');
    expect(codeOf(() => wavHeader({ rateHz: 8000, dataLengthBytes: 2 ** 32 }))).toBe('wavTooLarge');
    expect(codeOf(() => wavHeader({ rateHz: 8000, dataLengthBytes: 2 ** 32 - 45 }))).toBe('none');
  });
});
