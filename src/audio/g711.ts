/**
 * ITU-T G.711: μ-law (North America, Japan, Twilio) and A-law (elsewhere), one byte per sample, nominally 8 kHz.
 * Tables are built at first use: 66 KiB per law, shared by everyone.
 */

interface G711Tables {
  /** Code for each sample, indexed by its low 16 bits. */
  readonly encode: Uint8Array;
  /** Sample for each code. */
  readonly decode: Int16Array;
}

let mulawTables: G711Tables | undefined;
let alawTables: G711Tables | undefined;

/** Compresses PCM16 to μ-law. The caller owns the result, one byte per sample. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  mulawTables ??= buildTables(mulawCode, mulawSample);
  return encode(samples, mulawTables.encode);
}

/** Expands μ-law to PCM16. The caller owns the result, one sample per byte. Silence is the code 0xFF. */
export function decodeMulaw(codes: Uint8Array): Int16Array {
  mulawTables ??= buildTables(mulawCode, mulawSample);
  return decode(codes, mulawTables.decode);
}

/** Compresses PCM16 to A-law. The caller owns the result, one byte per sample. */
export function encodeAlaw(samples: Int16Array): Uint8Array {
  alawTables ??= buildTables(alawCode, alawSample);
  return encode(samples, alawTables.encode);
}

/** Expands A-law to PCM16. The caller owns the result, one sample per byte. The quietest code is 0xD5. */
export function decodeAlaw(codes: Uint8Array): Int16Array {
  alawTables ??= buildTables(alawCode, alawSample);
  return decode(codes, alawTables.decode);
}

function encode(samples: Int16Array, table: Uint8Array): Uint8Array {
  const codes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) codes[i] = table[(samples[i] as number) & 0xffff] as number;
  return codes;
}

function decode(codes: Uint8Array, table: Int16Array): Int16Array {
  const samples = new Int16Array(codes.length);
  for (let i = 0; i < codes.length; i++) samples[i] = table[codes[i] as number] as number;
  return samples;
}

function buildTables(toCode: (sample: number) => number, toSample: (code: number) => number): G711Tables {
  const tables = { encode: new Uint8Array(65_536), decode: new Int16Array(256) };
  for (let sample = -32_768; sample <= 32_767; sample++) tables.encode[sample & 0xffff] = toCode(sample);
  for (let code = 0; code < 256; code++) tables.decode[code] = toSample(code);
  return tables;
}

/** Added before compression so that each of the 8 segments begins at a power of two. */
const MULAW_BIAS = 132;

function mulawCode(sample: number): number {
  const magnitude = Math.min(Math.abs(sample) + MULAW_BIAS, 32_767);
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function mulawSample(code: number): number {
  const bits = ~code;
  const segment = (bits >> 4) & 0x07;
  const magnitude = ((((bits & 0x0f) << 3) + MULAW_BIAS) << segment) - MULAW_BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
}

function alawCode(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32_767);
  const segment = Math.max(0, 24 - Math.clz32(magnitude));
  const step = (magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f;
  // A-law sends the sign inverted and every other bit flipped, so that silence has edges to lock on to.
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55;
}

function alawSample(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 0x07;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 256) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}
