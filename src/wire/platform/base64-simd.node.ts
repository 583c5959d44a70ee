/**
 * Base64 of long audio frames without garbage. `Buffer` decodes strings only, and a string as long as each payload costs
 * more in collections than all the decoding (bench: downlink at 48,000 B). This goes from bytes to bytes.
 */
import { Buffer } from 'node:buffer';

/** base64-simd.wat, assembled. */
export const MODULE_BASE64: string =
  'AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAgcTAgZtZW1vcnkCAAZkZWNvZGUAAAqKAgGHAgICfwp7/QwVERERERERERERExobGxsaIQb9DBAQAQ' +
  'IECAQIEBAQEBAQEBAhB/0MABATBL+/ubkAAAAAAAAAACEIQQ/9DyEJQS/9DyEKQf8B/RAhC/0MABABAAAQAQAAEAEAABABACEMQYCABCECA0Ag' +
  'Af0ABAAhAyADQQT9rQEgCf1OIQQgBSAGIAMgCf1O/Q4gByAE/Q79Tv1QIQUgAyAIIAQgAyAK/SP9bv0O/W4hAyADIAv9TkEG/YsBIANBCP2NAf' +
  '1QIQMgAyAM/boBIQMgAiADIAP9DQIBAAYFBAoJCA4NDBAQEBD9CwQAIAFBEGohASACQQxqIQIgASAASQ0ACyAF/VML';

/** Shorter payloads are quicker by `Buffer`, collections included. */
export const SIMD_MIN_LENGTH: number = 32 * 1024;

const OUTPUT_AT = 64 * 1024;
const ROUND_LENGTH = 64 * 1024;

/** The little that is used of it; the types of Node leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly decode: Decoder['decode'];
    };
  };
};

interface Decoder {
  /** The module's memory: text from 0, what it decodes to from `OUTPUT_AT`. */
  readonly memory: Uint8Array;
  /** Decodes that many characters; 0 when all of them belong to the alphabet. */
  readonly decode: (lengthBytes: number) => number;
}

/** Null where WebAssembly or its SIMD is missing (an old processor, `--jitless`); made when first needed. */
let decoder: Decoder | null | undefined;

/**
 * Decodes the first `length` base64 characters (a multiple of 16, no padding) of `bytes` from `start` into `target` at
 * `at`. Returns how many of them it decoded: all, or 0 when one is outside the alphabet or the machine cannot do it.
 */
export function decodeBlocks(
  bytes: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  at: number,
): number {
  if (decoder === undefined) decoder = instantiate();
  if (decoder === null) return 0;
  const { memory, decode } = decoder;
  for (let done = 0; done < length; done += ROUND_LENGTH) {
    const round = Math.min(ROUND_LENGTH, length - done);
    memory.set(bytes.subarray(start + done, start + done + round), 0);
    if (decode(round) !== 0) return 0;
    target.set(memory.subarray(OUTPUT_AT, OUTPUT_AT + (round / 4) * 3), at + (done / 4) * 3);
  }
  return length;
}

function instantiate(): Decoder | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(MODULE_BASE64, 'base64'));
    const { memory, decode } = new WebAssembly.Instance(module).exports;
    return { memory: new Uint8Array(memory.buffer), decode };
  } catch {
    return null;
  }
}
