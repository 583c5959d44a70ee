import { AudioError, requireNumber } from './audio-error.ts';
import { decodeAlaw, decodeMulaw } from './g711.ts';
import { saturateInt16 } from './pcm16.ts';
import {
  findWavChunks,
  type WavEncoding,
  type WavFormat,
  type WavLength,
  type WavSections,
} from './wav-chunks.ts';

/** Limits of `readWav`. */
export interface ReadWavOptions {
  /**
   * Most bytes of audio data to decode; more is the error `wavTooLarge`. The result takes at most twice as much.
   * @default 268435456 (256 MiB: 46 minutes of 48 kHz stereo PCM16)
   */
  readonly maxDataLengthBytes?: number;
}

/** A decoded WAV file. */
export interface WavAudio {
  /** Frames per second. */
  readonly rateHz: number;
  /** Interleaved channels in `samples`; see `downmixToMono`. */
  readonly channels: number;
  /** How the file stored its samples. */
  readonly encoding: WavEncoding;
  /** Bits per stored sample, padding included: 8, 16, 24 or 32. */
  readonly bitsPerSample: number;
  /** Interleaved PCM16, owned by the caller; whole frames only. */
  readonly samples: Int16Array;
  /** Playing time in milliseconds. */
  readonly durationMs: number;
  /** Whether the header knew the length; `truncated` means audio is missing from the end. */
  readonly length: WavLength;
}

const DEFAULT_MAX_DATA_LENGTH_BYTES = 256 * 1024 * 1024;

/**
 * Reads a RIFF/WAVE file: PCM of 8, 16, 24 or 32 bits, 32-bit float, G.711 μ-law and A-law, plain or
 * WAVE_FORMAT_EXTENSIBLE, 1 to 32 channels, unknown chunks, missing padding, streaming headers (size 0,
 * 0xFFFFFFFF or the almost 2 GiB of sox) and truncated files. Samples become PCM16: wider ones are rounded, floats saturate (±1.0 is full
 * scale) and NaN becomes 0. Source: Microsoft/IBM "Multimedia Programming Interface 1.0" and mmreg.h.
 *
 * @throws AudioError `wavMalformed`, `wavUnsupported`, `wavTooLarge` or, for the options, `invalidArgument`.
 */
export function readWav(bytes: Uint8Array, options: ReadWavOptions = {}): WavAudio {
  const limit = requireNumber(
    'maxDataLengthBytes',
    options.maxDataLengthBytes ?? DEFAULT_MAX_DATA_LENGTH_BYTES,
    0,
    Number.MAX_SAFE_INTEGER,
  );
  const { format, data, length }: WavSections = findWavChunks(bytes);
  if (data.byteLength > limit) {
    throw new AudioError(
      'wavTooLarge',
      `The file holds ${data.byteLength} bytes of audio, over the limit of ${limit}: ` +
        'raise maxDataLengthBytes or split the file.',
    );
  }
  const bytesPerFrame = format.channels * format.bytesPerSample;
  const frames = Math.floor(data.byteLength / bytesPerFrame);
  const samples = decodeSamples(data.subarray(0, frames * bytesPerFrame), format);
  return {
    rateHz: format.rateHz,
    channels: format.channels,
    encoding: format.encoding,
    bitsPerSample: format.bytesPerSample * 8,
    samples,
    durationMs: (frames * 1000) / format.rateHz,
    length,
  };
}

function decodeSamples(data: Uint8Array, format: WavFormat): Int16Array {
  if (format.encoding === 'mulaw') return decodeMulaw(data);
  if (format.encoding === 'alaw') return decodeAlaw(data);
  const width = format.bytesPerSample;
  const samples = new Int16Array(data.byteLength / width);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let i = 0; i < samples.length; i++) samples[i] = sampleAt(view, i * width, width, format.encoding);
  return samples;
}

function sampleAt(view: DataView, at: number, width: number, encoding: WavEncoding): number {
  if (encoding === 'float') return saturateInt16(view.getFloat32(at, true) * 32_768);
  switch (width) {
    case 1:
      return (view.getUint8(at) - 128) << 8;
    case 2:
      return view.getInt16(at, true);
    case 3:
      return saturateInt16(view.getInt16(at + 1, true) + view.getUint8(at) / 256);
    default:
      return saturateInt16(view.getInt32(at, true) / 65_536);
  }
}
