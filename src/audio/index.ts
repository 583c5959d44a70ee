// Samples: bytes, floats, durations and levels of PCM16.

// Refusals.
export { AudioError, type AudioErrorCode } from './audio-error.ts';
// Speech: where it starts and ends.
export { createEnergyVad, type EnergyVad, type VadEdge, type VadSnapshot } from './energy-vad.ts';

// Telephony: ITU-T G.711.
export { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts';
// Playback: an even output from uneven arrivals, and what was heard of it.
export {
  createJitterBuffer,
  type JitterBuffer,
  type JitterBufferOptions,
  type JitterPushResult,
  type JitterSnapshot,
} from './jitter-buffer.ts';
export type { JitterState } from './jitter-machine.ts';
export {
  downmixToMono,
  pcm16DurationMs,
  pcm16FromBytes,
  pcm16FromFloat32,
  pcm16LengthBytes,
  pcm16Samples,
  pcm16ToBytes,
  pcm16ToFloat32,
  rmsDbfs,
  SILENCE_DBFS,
} from './pcm16.ts';
export { createPlaybackClock, type PlaybackClock, type PlaybackClockOptions } from './playback-clock.ts';
// Rates: streaming conversion between 8, 16, 24, 44.1 and 48 kHz.
export {
  createFloat32Resampler,
  createResampler,
  type Resampler,
  type ResamplerOptions,
  type ResamplerQuality,
} from './resampler.ts';
export {
  isSpeaking,
  transitionVad,
  VAD_SILENCE,
  type VadEvidence,
  type VadPatience,
  type VadState,
} from './vad-machine.ts';
export {
  type EnergyVadOptions,
  VAD_PRESETS,
  type VadClassifier,
  type VadParameters,
  type VadPreset,
} from './vad-options.ts';
export type { WavEncoding, WavLength } from './wav-chunks.ts';

// Files: WAV in and out.
export { type ReadWavOptions, readWav, type WavAudio } from './wav-reader.ts';
export {
  WAV_HEADER_LENGTH_BYTES,
  type WavHeaderOptions,
  type WriteWavOptions,
  wavHeader,
  writeWav,
} from './wav-writer.ts';
