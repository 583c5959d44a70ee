import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import * as node from './base64.node.ts';
import * as web from './base64.web.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const oracle = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
/** Text that is nearly base64: the alphabet, both dialects, padding, and what is neither. */
const nearly = fc
  .array(
    fc.constantFrom(...'ABYZabyz0189+/-_', '=', '==', ' ', '\n', '\\', '"', 'é', '\u0000', '\u007f', '.'),
    { maxLength: 40 },
  )
  .map((letters) => letters.join(''));

describe.each([
  ['on Node', node],
  ['without Buffer', web],
] as const)('base64 %s', (_, base64) => {
  test('encodes every length as Buffer does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(base64.encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  test('decodes what was encoded, in both dialects and without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const plain = Uint8Array.from(bytes);
        expect(base64.decodeBase64(text)).toEqual(plain);
        expect(base64.decodeBase64(Buffer.from(bytes).toString('base64url'))).toEqual(plain);
        expect(base64.decodeBase64(text.replaceAll('=', ''))).toEqual(plain);
      }),
    );
  });

  test('decodes what is nearly base64 as Buffer does', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        expect(base64.decodeBase64(text)).toEqual(oracle(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('decodes a range exactly when it is whole padded base64, and then as the text is decoded', (context) => {
    verifies(context, 'wire:codec:fast-audio-in');
    fc.assert(
      fc.property(nearly, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (text, before, after) => {
        const frame = bytesOf(`${'"'.repeat(before)}${text}${'"'.repeat(after)}`);
        const decoded = base64.decodeBase64Range(frame, before, before + text.length);
        const whole = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}==|[\w+/-]{3}=)?$/.test(text) && text !== '';
        expect(decoded).toEqual(whole ? oracle(text) : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('writes a frame of prefix, payload and suffix, whatever came before', (context) => {
    verifies(context, 'wire:codec:fast-audio-out');
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('{"a":"', '['),
            fc.uint8Array({ maxLength: 40 }),
            fc.constantFrom('"}', ']'),
          ),
          { minLength: 1, maxLength: 8 },
        ),
        (frames) => {
          for (const [prefix, chunk, suffix] of frames) {
            const frame = base64.encodeBase64Frame(prefix, chunk, suffix);
            const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8');
            expect(text).toBe(prefix + Buffer.from(chunk).toString('base64') + suffix);
          }
        },
      ),
    );
  });

  test('finds bytes and text where Buffer finds them', () => {
    const letters = fc.array(fc.constantFrom(...'aab"'), { maxLength: 30 }).map((list) => list.join(''));
    fc.assert(
      fc.property(
        letters,
        letters.filter((text) => text !== ''),
        fc.nat({ max: 30 }),
        (text, needle, from) => {
          const bytes = bytesOf(text);
          expect(base64.indexOfAscii(bytes, needle, from)).toBe(text.indexOf(needle, from));
          expect(base64.indexOfByte(bytes, 0x22, from)).toBe(text.indexOf('"', from));
          const there = text.slice(from, from + needle.length) === needle;
          expect(base64.equalsAt(bytes, from, bytesOf(needle))).toBe(there);
        },
      ),
    );
  });

  test('reads views that do not begin at their buffer', () => {
    const view = bytesOf(`xxx${Buffer.from('hello there').toString('base64')}xxx`).subarray(3, 19);
    expect(base64.decodeBase64Range(view, 0, 16)).toEqual(bytesOf('hello there'));
    expect(base64.decodeUtf8(view)).toBe('aGVsbG8gdGhlcmU=');
    expect(base64.indexOfAscii(view, 'aGVs', 0)).toBe(0);
  });

  test('reads UTF-8, broken sequences as U+FFFD, and keeps a byte order mark', () => {
    for (const bytes of [
      [0xc3, 0xa9],
      [0xff, 0x41],
      [0xe2, 0x82],
      [0xef, 0xbb, 0xbf, 0x41],
    ]) {
      expect(base64.decodeUtf8(Uint8Array.from(bytes))).toBe(Buffer.from(bytes).toString('utf8'));
    }
  });
});

test('a character over U+00FF that ends in the code of = does not end the payload', () => {
  expect(web.decodeBase64('QUJD\u013dQUJD')).toEqual(oracle('QUJDQUJD'));
});

test('a payload that turns out not to be base64 costs no slab', () => {
  const good = bytesOf('QUJDQUJD');
  const bad = bytesOf('QUJD"UJD');
  const before = node.decodeBase64Range(good, 0, 8);
  for (let round = 0; round < 1000; round++) expect(node.decodeBase64Range(bad, 0, 8)).toBeUndefined();
  expect(node.decodeBase64Range(good, 0, 8)?.buffer).toBe(before?.buffer);
});
