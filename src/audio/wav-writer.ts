import { AudioError, requireInteger } from './audio-error.ts';
import { pcm16ToBytes } from './pcm16.ts';

/** What a WAV header says. */
export interface WavHeaderOptions {
  /** Frames per second, 1 to 384,000. */
  readonly rateHz: number;
  /** Interleaved channels, 1 to 32. @default 1 */
  readonly channels?: number;
  /**
   * Bytes of audio that follow; leave out when streaming and the length is not known yet (written as 0xFFFFFFFF,
   * which `readWav`, ffmpeg and sox take as "to the end of the file").
   */
  readonly dataLengthBytes?: number;
}

/** What to write. */
export interface WriteWavOptions {
  /** Interleaved PCM16. */
  readonly samples: Int16Array;
  /** Frames per second, 1 to 384,000. */
  readonly rateHz: number;
  /** Interleaved channels, 1 to 32; `samples` must hold whole frames. @default 1 */
  readonly channels?: number;
}

/** Length of the header made by `wavHeader`, in bytes. */
export const WAV_HEADER_LENGTH_BYTES = 44;

const BYTES_PER_SAMPLE = 2;
const UNKNOWN_SIZE = 0xffff_ffff;
const MAX_DATA_LENGTH_BYTES = UNKNOWN_SIZE - WAV_HEADER_LENGTH_BYTES;

/**
 * Makes the 44-byte header of a PCM16 WAV file. The caller owns the result.
 *
 * @throws AudioError `invalidArgument`, or `wavTooLarge` above 4 GiB, which RIFF cannot describe.
 */
export function wavHeader(options: WavHeaderOptions): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_LENGTH_BYTES);
  writeHeader(bytes, options);
  return bytes;
}

/**
 * Makes a complete PCM16 WAV file. The caller owns the result.
 *
 * @throws AudioError `invalidArgument` (also for an incomplete last frame), or `wavTooLarge` above 4 GiB.
 */
export function writeWav(options: WriteWavOptions): Uint8Array {
  const { samples, rateHz, channels = 1 } = options;
  requireInteger('channels', channels, 1, 32);
  if (samples.length % channels !== 0) {
    throw new AudioError(
      'invalidArgument',
      `${samples.length} samples do not divide into ${channels} channels: pass whole interleaved frames.`,
    );
  }
  checkDataLength(samples.byteLength);
  const bytes = new Uint8Array(WAV_HEADER_LENGTH_BYTES + samples.byteLength);
  writeHeader(bytes, { rateHz, channels, dataLengthBytes: samples.byteLength });
  bytes.set(pcm16ToBytes(samples), WAV_HEADER_LENGTH_BYTES);
  return bytes;
}

function writeHeader(bytes: Uint8Array, options: WavHeaderOptions): void {
  const rateHz = requireInteger('rateHz', options.rateHz, 1, 384_000);
  const channels = requireInteger('channels', options.channels ?? 1, 1, 32);
  const known = options.dataLengthBytes;
  if (known !== undefined) {
    requireInteger('dataLengthBytes', known, 0, Number.MAX_SAFE_INTEGER);
    checkDataLength(known);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, WAV_HEADER_LENGTH_BYTES);
  const blockAlign = channels * BYTES_PER_SAMPLE;
  setFourCharacters(view, 0, 'RIFF');
  view.setUint32(4, known === undefined ? UNKNOWN_SIZE : WAV_HEADER_LENGTH_BYTES - 8 + known, true);
  setFourCharacters(view, 8, 'WAVE');
  setFourCharacters(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  setFourCharacters(view, 36, 'data');
  view.setUint32(40, known ?? UNKNOWN_SIZE, true);
}

function checkDataLength(lengthBytes: number): void {
  if (lengthBytes > MAX_DATA_LENGTH_BYTES) {
    throw new AudioError(
      'wavTooLarge',
      `${lengthBytes} bytes of audio do not fit a WAV file (4 GiB): split the recording.`,
    );
  }
}

function setFourCharacters(view: DataView, at: number, text: string): void {
  for (let i = 0; i < 4; i++) view.setUint8(at + i, text.charCodeAt(i));
}
