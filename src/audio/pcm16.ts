/**
 * PCM16: signed 16-bit linear samples, little-endian on the wire, mono unless said otherwise.
 * The views below reinterpret memory, so they assume a little-endian host: every platform that runs JavaScript
 * in practice (x86, ARM, RISC-V, wasm). A big-endian host would hear noise.
 */

const BYTES_PER_SAMPLE = 2;
const FULL_SCALE = 32_768;

/** The quietest level this module reports, in dBFS: the noise of a 16-bit sample. */
export const SILENCE_DBFS = -96;

/**
 * Sees wire bytes as samples.
 *
 * Shares memory when the bytes start at an even offset, copies otherwise: treat the result as read-only. Half a
 * sample at the end (an odd length) is left out; a stream that may split samples must carry that byte itself.
 */
export function pcm16FromBytes(bytes: Uint8Array): Int16Array {
  const samples = bytes.byteLength >> 1;
  if (bytes.byteOffset % BYTES_PER_SAMPLE === 0) {
    return new Int16Array(bytes.buffer, bytes.byteOffset, samples);
  }
  return new Int16Array(bytes.slice(0, samples * BYTES_PER_SAMPLE).buffer);
}

/** Sees samples as wire bytes. Always shares memory with `samples`. */
export function pcm16ToBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Rounds to the nearest 16-bit sample and saturates at −32,768 and 32,767; NaN becomes 0. */
export function saturateInt16(value: number): number {
  if (value >= 32_767) return 32_767;
  if (value <= -32_768) return -32_768;
  return Math.floor(value + 0.5) | 0;
}

/** Converts samples to floats in [−1, 1): divides by 32,768. The caller owns the result. */
export function pcm16ToFloat32(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) floats[i] = (samples[i] as number) / FULL_SCALE;
  return floats;
}

/**
 * Converts floats to samples: multiplies by 32,768, rounds, and saturates, so 1.0 becomes 32,767 and NaN becomes 0.
 * Exactly undoes `pcm16ToFloat32`. The caller owns the result.
 */
export function pcm16FromFloat32(floats: Float32Array): Int16Array {
  const samples = new Int16Array(floats.length);
  for (let i = 0; i < floats.length; i++) samples[i] = saturateInt16((floats[i] as number) * FULL_SCALE);
  return samples;
}

/** How long `lengthBytes` of mono PCM16 plays, in milliseconds (fractional); half a sample counts for nothing. */
export function pcm16DurationMs(lengthBytes: number, rateHz: number): number {
  return (Math.floor(lengthBytes / BYTES_PER_SAMPLE) * 1000) / rateHz;
}

/** How many samples `durationMs` lasts at `rateHz`, to the nearest whole sample. */
export function pcm16Samples(durationMs: number, rateHz: number): number {
  return Math.round((durationMs * rateHz) / 1000);
}

/** How many bytes of mono PCM16 `durationMs` takes at `rateHz`, to the nearest whole sample. */
export function pcm16LengthBytes(durationMs: number, rateHz: number): number {
  return pcm16Samples(durationMs, rateHz) * BYTES_PER_SAMPLE;
}

/**
 * Root-mean-square level in dB relative to full scale (a square wave of 32,768 is 0 dBFS, a full-scale sine −3.01).
 * Never below `SILENCE_DBFS`; an empty range is silence. `start` and `end` are sample indices, as in `slice`.
 */
export function rmsDbfs(samples: Int16Array, start = 0, end: number = samples.length): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const sample = samples[i] as number;
    sum += sample * sample;
  }
  return meanSquareDbfs(end > start ? sum / (end - start) : 0);
}

/** Level in dBFS of a mean square given in squared 16-bit units; never below `SILENCE_DBFS`. */
export function meanSquareDbfs(meanSquare: number): number {
  if (meanSquare <= 0) return SILENCE_DBFS;
  return Math.max(SILENCE_DBFS, 10 * Math.log10(meanSquare / (FULL_SCALE * FULL_SCALE)));
}

/**
 * Averages interleaved channels into one. Returns `interleaved` itself when `channels` is 1; otherwise the caller
 * owns the result. An incomplete last frame is left out.
 */
export function downmixToMono(interleaved: Int16Array, channels: number): Int16Array {
  if (channels === 1) return interleaved;
  const mono = new Int16Array(Math.floor(interleaved.length / channels));
  for (let frame = 0; frame < mono.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += interleaved[frame * channels + channel] as number;
    mono[frame] = Math.round(sum / channels);
  }
  return mono;
}
