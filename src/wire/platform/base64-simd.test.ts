import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { decodeBase64Range } from './base64.node.ts';
import { decodeBlocks, MODULE_BASE64 } from './base64-simd.node.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes that look random, from a seed. */
function noise(lengthBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  let state = seed | 1;
  for (let index = 0; index < lengthBytes; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

describe('Base64 by SIMD', () => {
  test('is the module that its source assembles to', async () => {
    const file = 'base64-simd.wat';
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const module = (await wabt()).parseWat(file, source, { simd: true });
    expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(MODULE_BASE64);
  });

  test('takes each byte of the alphabet for what it is, at every lane, and refuses every other byte', () => {
    const out = new Uint8Array(12);
    for (let byte = 0; byte < 256; byte++) {
      for (let lane = 0; lane < 16; lane++) {
        const text = Buffer.alloc(16, 'A');
        text[lane] = byte;
        const legal = byte < 128 && ALPHABET.includes(String.fromCharCode(byte));
        expect(decodeBlocks(text, 0, 16, out, 0), `${byte} at ${lane}`).toBe(legal ? 16 : 0);
        if (legal) expect(Buffer.from(out).toString('base64')).toBe(text.toString());
      }
    }
  });

  test('decodes long payloads of any length and padding to what they were made of, in as many rounds as it takes', () => {
    const sizes = fc.integer({ min: 12_000, max: 160_000 });
    const check = (lengthBytes: number, seed: number, before: number): void => {
      const pcm = noise(lengthBytes, seed);
      const text = pcm.toString('base64');
      const frame = Buffer.from(`${'"'.repeat(before)}${text}"}`);
      const decoded = decodeBase64Range(frame, before, before + text.length);
      expect(decoded?.length).toBe(lengthBytes);
      expect(pcm.equals(decoded as Uint8Array)).toBe(true);
      const out = Buffer.alloc(lengthBytes);
      const blocks = (text.length - 1) & ~15;
      expect(decodeBlocks(frame, before, blocks, out, 0)).toBe(blocks);
      expect(out.compare(pcm, 0, (blocks / 4) * 3, 0, (blocks / 4) * 3)).toBe(0);
    };
    fc.assert(fc.property(sizes, fc.nat(), fc.nat(40), check), { numRuns: 60 });
  });

  test('leaves a long payload with one wrong character anywhere to the full parser, and takes base64url as Buffer does', () => {
    const good = Buffer.from(noise(60_000, 7).toString('base64'));
    const check = (index: number, wrong: string): void => {
      const frame = Buffer.from(good);
      frame[index] = wrong.charCodeAt(0);
      const decoded = decodeBase64Range(frame, 0, frame.length);
      if (!'-_'.includes(wrong)) expect(decoded).toBeUndefined();
      else expect(Buffer.from(frame.toString('latin1'), 'base64').equals(decoded as Uint8Array)).toBe(true);
    };
    const wrong = fc.constantFrom(...'"\\=-_ \n\u00ff');
    fc.assert(fc.property(fc.nat(good.length - 3), wrong, check), { numRuns: 400 });
  });
});
