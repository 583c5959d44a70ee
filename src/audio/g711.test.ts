import { alaw, mulaw } from 'alawmulaw';
import { expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts';

const SAMPLES = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const CODES = Uint8Array.from({ length: 256 }, (_, i) => i);

test('both laws agree with the oracle on all 65,536 samples and all 256 codes', (context) => {
  verifies(context, 'audio:g711');
  expect(encodeMulaw(SAMPLES)).toEqual(mulaw.encode(SAMPLES));
  expect(decodeMulaw(CODES)).toEqual(mulaw.decode(CODES));
  expect(encodeAlaw(SAMPLES)).toEqual(alaw.encode(SAMPLES));
  expect(decodeAlaw(CODES)).toEqual(alaw.decode(CODES));
});

test('a decoded code encodes to itself, but for the second zero of μ-law', () => {
  expect(encodeAlaw(decodeAlaw(CODES))).toEqual(CODES);
  const expected = CODES.slice();
  expected[0x7f] = 0xff;
  expect(encodeMulaw(decodeMulaw(CODES))).toEqual(expected);
});

test('silence and the extremes have the codes of the standard', () => {
  const samples = Int16Array.of(0, 32_767, -32_768);
  expect([...encodeMulaw(samples)]).toEqual([0xff, 0x80, 0x00]);
  expect([...encodeAlaw(samples)]).toEqual([0xd5, 0xaa, 0x2a]);
  expect([...decodeMulaw(Uint8Array.of(0xff, 0x80, 0x00))]).toEqual([0, 32_124, -32_124]);
  expect([...decodeAlaw(Uint8Array.of(0xd5, 0xaa, 0x2a))]).toEqual([8, 32_256, -32_256]);
});

test('a sine at -10 dBFS keeps the 37 dB that eight companded bits can hold', () => {
  const sine = Int16Array.from({ length: 8000 }, (_, i) => Math.round(10_362 * Math.sin(i * 0.7853)));
  for (const [encode, decode] of [
    [encodeMulaw, decodeMulaw],
    [encodeAlaw, decodeAlaw],
  ] as const) {
    const decoded = decode(encode(sine));
    let [signal, error] = [0, 0];
    for (let i = 0; i < sine.length; i++) {
      signal += (sine[i] as number) ** 2;
      error += ((sine[i] as number) - (decoded[i] as number)) ** 2;
    }
    expect(10 * Math.log10(signal / error)).toBeGreaterThan(36);
  }
});
