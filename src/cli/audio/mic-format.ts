/** What a microphone sends: PCM16 mono at 16 kHz in chunks of 20 ms (spec: wire §4, Audio pacing). */

export const MIC_RATE_HZ = 16_000;
export const MIC_CHUNK_MS = 20;
export const MIC_CHUNK_SAMPLES: number = (MIC_RATE_HZ * MIC_CHUNK_MS) / 1000;
