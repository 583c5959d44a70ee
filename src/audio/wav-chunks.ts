import { AudioError } from './audio-error.ts';

/** How a WAV file stores its samples. */
export type WavEncoding = 'pcm' | 'float' | 'mulaw' | 'alaw';

/**
 * Where the length of the audio comes from: `declared` by the header and present; `open`, a streaming header that
 * does not know, so it lasts to the end of the file; `truncated`, the file ends before the declared length.
 */
export type WavLength = 'declared' | 'open' | 'truncated';

/** The `fmt ` chunk, checked. */
export interface WavFormat {
  readonly encoding: WavEncoding;
  readonly rateHz: number;
  readonly channels: number;
  /** Container size of one sample of one channel, in bytes. */
  readonly bytesPerSample: number;
}

/** The two chunks that matter. */
export interface WavSections {
  readonly format: WavFormat;
  /** A view of the audio bytes in the file. */
  readonly data: Uint8Array;
  readonly length: WavLength;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const UNKNOWN_SIZE = 0xffff_ffff;
/** sox, espeak-ng and others that write to a pipe declare just under 2 GiB, in whole frames. */
const PIPED_SIZE = 0x7fff_0000;
const MAX_CHANNELS = 32;
const MAX_RATE_HZ = 384_000;
const EXTENSIBLE = 0xfffe;
/** The bytes of every KSDATAFORMAT_SUBTYPE GUID after its two-byte format tag. */
const SUBTYPE_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/**
 * Finds and checks the format and the audio of a RIFF/WAVE file, without copying.
 *
 * @throws AudioError `wavMalformed` or `wavUnsupported`.
 */
export function findWavChunks(bytes: Uint8Array): WavSections {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkRiffHeader(view);
  let format: WavFormat | undefined;
  let at = RIFF_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= bytes.byteLength) {
    const id = fourCharacters(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + CHUNK_HEADER_BYTES;
    if (id === 'data') {
      if (!format) throw malformed('its audio comes before its format');
      return { format, ...dataSection(bytes, view, body, size) };
    }
    if (id === 'fmt ') {
      if (body + size > bytes.byteLength) throw malformed('its format chunk is cut off');
      format = readFormat(new DataView(bytes.buffer, bytes.byteOffset + body, size));
    }
    at = body + size + paddingAfter(view, body + size, size);
  }
  throw malformed(format ? 'it has no audio (no data chunk)' : 'it has no format (no fmt chunk)');
}

function checkRiffHeader(view: DataView): void {
  if (view.byteLength < RIFF_HEADER_BYTES) {
    throw malformed(`it has ${view.byteLength} bytes, fewer than a header`);
  }
  const container = fourCharacters(view, 0);
  if (container === 'RIFX' || container === 'RF64' || container === 'BW64') {
    throw unsupported(`the container '${container}'`);
  }
  if (container !== 'RIFF' || fourCharacters(view, 8) !== 'WAVE') {
    throw malformed('it does not begin with RIFF and WAVE');
  }
}

/** Chunks are padded to even sizes, but some writers forget: then the next id begins at once. */
function paddingAfter(view: DataView, end: number, size: number): number {
  if (size % 2 === 0) return 0;
  const forgotten = end < view.byteLength && view.getUint8(end) !== 0 && isChunkId(view, end);
  return forgotten && !isChunkId(view, end + 1) ? 0 : 1;
}

function isChunkId(view: DataView, at: number): boolean {
  if (at + CHUNK_HEADER_BYTES > view.byteLength) return false;
  for (let i = at; i < at + 4; i++) {
    const character = view.getUint8(i);
    if (character < 0x20 || character > 0x7e) return false;
  }
  return true;
}

function dataSection(
  bytes: Uint8Array,
  view: DataView,
  body: number,
  size: number,
): { readonly data: Uint8Array; readonly length: WavLength } {
  const rest = bytes.subarray(body);
  // Zero is honest if the RIFF size agrees that the file is complete, else a placeholder that was never filled in.
  const riffSize = view.getUint32(4, true);
  const riffEnd = riffSize === UNKNOWN_SIZE ? 0 : riffSize + CHUNK_HEADER_BYTES;
  const isEmpty = size === 0 && riffEnd >= bytes.byteLength;
  if (size === UNKNOWN_SIZE || (size === 0 && !isEmpty)) return { data: rest, length: 'open' };
  if (size > rest.byteLength) return { data: rest, length: size >= PIPED_SIZE ? 'open' : 'truncated' };
  return { data: rest.subarray(0, size), length: 'declared' };
}

function readFormat(chunk: DataView): WavFormat {
  if (chunk.byteLength < 16)
    throw malformed(`its format chunk has ${chunk.byteLength} bytes instead of 16 or more`);
  const channels = chunk.getUint16(2, true);
  const rateHz = chunk.getUint32(4, true);
  const blockAlign = chunk.getUint16(12, true);
  const bitsPerSample = chunk.getUint16(14, true);
  if (channels === 0) throw malformed('it has no channels');
  if (channels > MAX_CHANNELS) throw unsupported(`${channels} channels (the limit is ${MAX_CHANNELS})`);
  if (rateHz === 0) throw malformed('its sample rate is 0');
  if (rateHz > MAX_RATE_HZ) throw unsupported(`a sample rate of ${rateHz} Hz (the limit is ${MAX_RATE_HZ})`);
  if (blockAlign === 0 || blockAlign % channels !== 0) {
    throw malformed(`its frames of ${blockAlign} bytes do not divide into ${channels} channels`);
  }
  const bytesPerSample = blockAlign / channels;
  if (bitsPerSample === 0 || bitsPerSample > bytesPerSample * 8) {
    throw malformed(`its samples of ${bitsPerSample} bits do not fit ${bytesPerSample} bytes`);
  }
  return { encoding: readEncoding(chunk, bytesPerSample), rateHz, channels, bytesPerSample };
}

function readEncoding(chunk: DataView, bytesPerSample: number): WavEncoding {
  const declared = chunk.getUint16(0, true);
  const tag = declared === EXTENSIBLE ? extensibleTag(chunk) : declared;
  const bits = bytesPerSample * 8;
  if (tag === 1) {
    if (bytesPerSample > 4) throw unsupported(`${bits}-bit PCM`);
    return 'pcm';
  }
  if (tag === 3) {
    if (bytesPerSample !== 4) throw unsupported(`${bits}-bit float`);
    return 'float';
  }
  if (tag === 6 || tag === 7) {
    if (bytesPerSample !== 1) throw malformed(`G.711 takes 8 bits and it says ${bits}`);
    return tag === 6 ? 'alaw' : 'mulaw';
  }
  throw unsupported(`the encoding with format tag 0x${tag.toString(16).padStart(4, '0')}`);
}

function extensibleTag(chunk: DataView): number {
  if (chunk.byteLength < 40) throw malformed('its extensible format chunk is shorter than 40 bytes');
  for (const [index, expected] of SUBTYPE_TAIL.entries()) {
    if (chunk.getUint8(26 + index) !== expected) throw unsupported('an unknown extensible sub-format');
  }
  return chunk.getUint16(24, true);
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

function malformed(what: string): AudioError {
  return new AudioError(
    'wavMalformed',
    `Not a readable WAV file: ${what}. Check that the file is complete and really is RIFF/WAVE.`,
  );
}

function unsupported(what: string): AudioError {
  return new AudioError(
    'wavUnsupported',
    `This WAV file uses ${what}, which is not supported: convert it, for example to 16-bit PCM.`,
  );
}
