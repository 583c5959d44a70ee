/** Base64 where there is no `Buffer`: browsers, workers, Deno. Same contract as `base64.node.ts`. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SKIP = 255;
const PAD = 254;

/** ASCII code to six bits; base64url characters are taken too. */
const sixBits: Uint8Array = decodeTable();

function decodeTable(): Uint8Array {
  const table = new Uint8Array(256).fill(SKIP);
  for (let value = 0; value < 64; value++) table[ALPHABET.charCodeAt(value)] = value;
  table[0x2d] = 62; // -
  table[0x5f] = 63; // _
  table[0x3d] = PAD;
  return table;
}

/** Decodes codes `start..end` into `out`; stops at padding, skips what is not base64; returns the length. */
function decodeInto(codeAt: (index: number) => number, start: number, end: number, out: Uint8Array): number {
  let bits = 0;
  let held = 0;
  let length = 0;
  for (let index = start; index < end; index++) {
    const value = sixBits[codeAt(index)] ?? SKIP;
    if (value === PAD) break;
    if (value === SKIP) continue;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[length++] = (bits >> held) & 0xff;
    }
  }
  return length;
}

/** Bytes to standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const one = bytes[index] ?? 0;
    const two = bytes[index + 1];
    const three = bytes[index + 2];
    text += ALPHABET.charAt(one >> 2);
    text += ALPHABET.charAt(((one & 3) << 4) | ((two ?? 0) >> 4));
    text += two === undefined ? '=' : ALPHABET.charAt(((two & 15) << 2) | ((three ?? 0) >> 6));
    text += three === undefined ? '=' : ALPHABET.charAt(three & 63);
  }
  return text;
}

/** Base64 or base64url to bytes; characters outside the alphabet are skipped. */
export function decodeBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4));
  return out.subarray(
    0,
    decodeInto((index) => text.charCodeAt(index), 0, text.length, out),
  );
}

/** Decodes plain padded base64 out of `bytes`, or returns undefined when it is anything else. */
export function decodeBase64Range(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const length = end - start;
  if (length % 4 !== 0 || length === 0) return undefined;
  const pads = bytes[end - 1] !== 0x3d ? 0 : bytes[end - 2] !== 0x3d ? 1 : 2;
  const out = new Uint8Array((length / 4) * 3 - pads);
  const written = decodeInto((index) => bytes[index] ?? 0, start, end, out);
  return written === out.length ? out : undefined;
}

/** The frame `prefix + base64(chunk) + suffix`. */
export function encodeBase64Frame(prefix: string, chunk: Uint8Array, suffix: string): Uint8Array | string {
  return prefix + encodeBase64(chunk) + suffix;
}

/** Position of a byte at or after `from`, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  return bytes.indexOf(byte, from);
}

/** Position of ASCII text in bytes at or after `from`, or -1. */
export function indexOfAscii(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < text.length && bytes[at + matched] === text.charCodeAt(matched)) matched++;
    if (matched === text.length) return at;
  }
  return -1;
}

/** Whether `bytes` holds exactly `expected` at `offset`. */
export function equalsAt(bytes: Uint8Array, offset: number, expected: Uint8Array): boolean {
  if (offset + expected.length > bytes.length) return false;
  for (let index = 0; index < expected.length; index++) {
    if (bytes[offset + index] !== expected[index]) return false;
  }
  return true;
}

/** UTF-8 bytes to text; invalid sequences become U+FFFD, and a byte order mark stays, as with `Buffer`. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
