import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import {
  downmixToMono,
  meanSquareDbfs,
  pcm16DurationMs,
  pcm16FromBytes,
  pcm16FromFloat32,
  pcm16LengthBytes,
  pcm16Samples,
  pcm16ToBytes,
  pcm16ToFloat32,
  rmsDbfs,
  SILENCE_DBFS,
} from './pcm16.ts';

describe('views', () => {
  test('aligned bytes are seen without a copy', () => {
    const bytes = Uint8Array.of(0, 0, 0x34, 0x12, 0xff, 0xff).subarray(2);
    const samples = pcm16FromBytes(bytes);
    expect([...samples]).toEqual([0x1234, -1]);
    expect(samples.buffer).toBe(bytes.buffer);
  });

  test('misaligned bytes are copied and half a sample at the end is left out', () => {
    const bytes = Uint8Array.of(9, 0x34, 0x12, 0xff, 0xff, 7).subarray(1);
    const samples = pcm16FromBytes(bytes);
    expect([...samples]).toEqual([0x1234, -1]);
    expect(samples.buffer).not.toBe(bytes.buffer);
  });

  test('any alignment reads what a DataView reads, and writes back the same bytes', (context) => {
    verifies(context, 'audio:pcm16');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64, size: 'max' }), fc.nat(8), (data, offset) => {
        const bytes = data.subarray(Math.min(offset, data.length));
        const samples = pcm16FromBytes(bytes);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        expect([...samples]).toEqual(
          Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(i * 2, true)),
        );
        expect(pcm16ToBytes(samples)).toEqual(bytes.slice(0, samples.length * 2));
      }),
    );
  });

  test('samples of a part of a buffer become exactly its bytes', () => {
    const samples = Int16Array.of(1, 2, 3, 4).subarray(1, 3);
    expect([...pcm16ToBytes(samples)]).toEqual([2, 0, 3, 0]);
    expect(pcm16ToBytes(samples).buffer).toBe(samples.buffer);
  });
});

describe('floats', () => {
  test('every sample survives the way through floats', () => {
    const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    const floats = pcm16ToFloat32(all);
    expect(Math.min(...floats.subarray(0, 10))).toBe(-1);
    expect(floats[65_535]).toBeLessThan(1);
    expect(pcm16FromFloat32(floats)).toEqual(all);
  });

  test('out of range values saturate and NaN is silence', () => {
    const floats = Float32Array.of(
      1,
      -1,
      1.5,
      -9,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    );
    expect([...pcm16FromFloat32(floats)]).toEqual([32_767, -32_768, 32_767, -32_768, 32_767, -32_768, 0]);
  });

  test('values are rounded to the nearest sample', () => {
    const floats = Float32Array.of(0.4 / 32_768, 0.6 / 32_768, -0.4 / 32_768, -0.6 / 32_768);
    expect([...pcm16FromFloat32(floats)]).toEqual([0, 1, 0, -1]);
  });
});

describe('durations and levels', () => {
  test('20 ms at 16 kHz are 320 samples in 640 bytes', () => {
    expect(pcm16Samples(20, 16_000)).toBe(320);
    expect(pcm16LengthBytes(20, 16_000)).toBe(640);
    expect(pcm16DurationMs(640, 16_000)).toBe(20);
    expect(pcm16DurationMs(641, 16_000)).toBe(20);
    expect(pcm16LengthBytes(10, 44_100)).toBe(882);
  });

  test('levels are relative to full scale and end at -96', () => {
    const sine = Int16Array.from({ length: 16_000 }, (_, i) => Math.round(32_767 * Math.sin(i * 0.3)));
    expect(rmsDbfs(sine)).toBeCloseTo(-3.01, 1);
    expect(rmsDbfs(new Int16Array(100).fill(-32_768))).toBe(0);
    expect(rmsDbfs(new Int16Array(100))).toBe(SILENCE_DBFS);
    expect(rmsDbfs(new Int16Array(0))).toBe(SILENCE_DBFS);
    expect(rmsDbfs(Int16Array.of(0, 0, 3277, 3277), 2)).toBeCloseTo(-20, 1);
    expect(meanSquareDbfs(1e-9)).toBe(SILENCE_DBFS);
  });

  test('channels are averaged into one, without overflow', () => {
    expect([...downmixToMono(Int16Array.of(32_767, 32_767, -32_768, -32_768, 10, -20, 1, 2, 5), 2)]).toEqual([
      32_767, -32_768, -5, 2,
    ]);
    const mono = Int16Array.of(1, 2);
    expect(downmixToMono(mono, 1)).toBe(mono);
  });
});
