/** Cuts an utterance into the chunks and transcript pieces that will be sent (spec: wire §3, Audio; §9). */
import { OUTPUT_RATE_HZ, type Speech } from '../voice/voice.ts';

/** One chunk of audio with the transcript that goes with it. */
export interface SpeechChunk {
  readonly samples: Int16Array;
  readonly durationMs: number;
  /** Words to reveal with this chunk, as written, spaces kept; empty for none. */
  readonly transcript: string;
}

/** Observed: the first chunk of a turn has 9,600 bytes, the others 11,520. */
export const FIRST_CHUNK_SAMPLES = 4800;
const CHUNK_SAMPLES = 5760;

/** What the plan needs to know. */
export interface SpeechPlanOptions {
  /** Whether this is the first audio of its turn. */
  readonly first: boolean;
  /** Words are revealed this much before they sound. */
  readonly transcriptAheadMs: number;
  /** Put before the first word; separates utterances of a turn. */
  readonly lead: string;
}

/** The chunks of an utterance, in order. Views share the memory of `speech`. */
export function planSpeech(speech: Speech, options: SpeechPlanOptions): readonly SpeechChunk[] {
  const chunks: SpeechChunk[] = [];
  const aheadSamples = (options.transcriptAheadMs * OUTPUT_RATE_HZ) / 1000;
  let word = 0;
  let start = 0;
  while (start < speech.samples.length || (start === 0 && speech.words.length > 0)) {
    const size = options.first && start === 0 ? FIRST_CHUNK_SAMPLES : CHUNK_SAMPLES;
    const end = Math.min(speech.samples.length, start + size);
    const last = end === speech.samples.length;
    let transcript = '';
    for (; word < speech.words.length; word++) {
      const next = speech.words[word];
      if (next === undefined || (!last && next.startSample >= end + aheadSamples)) break;
      transcript += word === 0 ? options.lead + next.text : ` ${next.text}`;
    }
    const samples = speech.samples.subarray(start, end);
    chunks.push({ samples, durationMs: (samples.length * 1000) / OUTPUT_RATE_HZ, transcript });
    start = end;
    if (last) break;
  }
  return chunks;
}
