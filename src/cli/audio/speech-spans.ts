/** Where a recording holds speech. */
import { createEnergyVad } from '../../audio/index.ts';
import { MIC_RATE_HZ } from './mic-format.ts';

/** One stretch of speech, in milliseconds from the start of the recording. */
export interface SpeechSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Pauses shorter than this do not end a span. */
const PAUSE_FRAMES = 15;
const BLOCK_SAMPLES = MIC_RATE_HZ;

/** Finds the speech in 16 kHz mono audio; empty for silence or steady noise. */
export function findSpeech(samples: Int16Array): readonly SpeechSpan[] {
  const vad = createEnergyVad({ rateHz: MIC_RATE_HZ, frameDurationMs: 20, hangoverFrames: PAUSE_FRAMES });
  const spans: SpeechSpan[] = [];
  let startMs: number | undefined;
  for (let at = 0; at < samples.length; at += BLOCK_SAMPLES) {
    for (const edge of vad.push(samples.subarray(at, at + BLOCK_SAMPLES))) {
      if (edge.type === 'speechStart') startMs = edge.onsetMs;
      else if (startMs !== undefined) {
        spans.push({ startMs, endMs: edge.offsetMs });
        startMs = undefined;
      }
    }
  }
  if (startMs !== undefined) spans.push({ startMs, endMs: (samples.length * 1000) / MIC_RATE_HZ });
  return spans;
}
