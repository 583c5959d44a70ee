/** Base64 on Node and Bun: `Buffer` does the work, and decoded audio shares slabs. */
import { Buffer } from 'node:buffer';
import { decodeBlocks, SIMD_MIN_LENGTH } from './base64-simd.node.ts';

/**
 * Buffer's own conversions, applied to any bytes without wrapping them: a wrapper costs more than the conversion of
 * a short chunk. Not in the types, but in Node and Bun from their first versions on.
 */
const { base64Slice, base64Write, latin1Slice } = Buffer.prototype as unknown as {
  base64Slice(this: Uint8Array, start: number, end: number): string;
  base64Write(this: Uint8Array, text: string, offset: number, length: number): number;
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

const SLAB_BYTES = 256 * 1024;

/**
 * Where decoded chunks are carved from, as Node does for small buffers. It is process-wide so that a thousand
 * sessions share one; a chunk is handed out once and never written again.
 */
let slab: Buffer = Buffer.alloc(0);
let slabUsed = 0;

function carve(lengthBytes: number): number {
  const start = (slabUsed + 7) & ~7; // aligned for Int16Array and Float32Array views
  if (start + lengthBytes <= slab.length) return start;
  slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, lengthBytes));
  slabUsed = 0;
  return 0;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Bytes to standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  return base64Slice.call(bytes, 0, bytes.length);
}

/** Base64 or base64url to bytes; characters outside the alphabet are skipped. */
export function decodeBase64(text: string): Uint8Array {
  const most = Math.ceil((text.length * 3) / 4);
  const start = carve(most);
  const written = slab.write(text, start, most, 'base64');
  slabUsed = start + written;
  return new Uint8Array(slab.buffer, slab.byteOffset + start, written);
}

/**
 * Decodes the base64 that stands in `bytes` from `start` to `end`, or returns undefined when it is anything but
 * plain padded base64, so that the caller can fall back to the full parser.
 */
export function decodeBase64Range(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const length = end - start;
  if (length % 4 !== 0 || length === 0) return undefined;
  const pads = bytes[end - 1] !== 0x3d ? 0 : bytes[end - 2] !== 0x3d ? 1 : 2;
  const expected = (length / 4) * 3 - pads;
  const at = carve(expected);
  const head = length < SIMD_MIN_LENGTH ? 0 : decodeBlocks(bytes, start, (length - 1) & ~15, slab, at);
  const done = (head / 4) * 3;
  // A skipped character (an escape, a quote, a byte over 127) shortens the result, which is how it is noticed.
  const tail = latin1Slice.call(bytes, start + head, end);
  if (done + base64Write.call(slab, tail, at + done, expected - done) !== expected) return undefined;
  slabUsed = at + expected;
  return new Uint8Array(slab.buffer, slab.byteOffset + at, expected);
}

/** The last frame written: chunks of one stream differ in their payload only. */
let scratch: Buffer = Buffer.alloc(0);
let scratchPrefix = '';
let scratchSuffix = '';

/**
 * The frame `prefix + base64(chunk) + suffix` as UTF-8 bytes, in a buffer that the next call overwrites: the
 * socket copies it (it must be masked anyway). `prefix` and `suffix` are ASCII.
 */
export function encodeBase64Frame(prefix: string, chunk: Uint8Array, suffix: string): Uint8Array | string {
  const payload = encodeBase64(chunk);
  const length = prefix.length + payload.length + suffix.length;
  if (scratch.length !== length || scratchPrefix !== prefix || scratchSuffix !== suffix) {
    scratch = Buffer.allocUnsafe(length);
    scratch.write(prefix, 0, 'latin1');
    scratch.write(suffix, prefix.length + payload.length, 'latin1');
    scratchPrefix = prefix;
    scratchSuffix = suffix;
  }
  scratch.write(payload, prefix.length, 'latin1');
  return scratch;
}

/** Position of a byte at or after `from`, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  return asBuffer(bytes).indexOf(byte, from);
}

/** Position of ASCII text in bytes at or after `from`, or -1. */
export function indexOfAscii(bytes: Uint8Array, text: string, from: number): number {
  return asBuffer(bytes).indexOf(text, from, 'latin1');
}

/** Whether `bytes` holds exactly `expected` at `offset`. */
export function equalsAt(bytes: Uint8Array, offset: number, expected: Uint8Array): boolean {
  const end = offset + expected.length;
  return end <= bytes.length && asBuffer(bytes).compare(expected, 0, expected.length, offset, end) === 0;
}

/** UTF-8 bytes to text; invalid sequences become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('utf8');
}
