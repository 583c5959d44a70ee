/** The callers of the demo: bundled speech, made by scripts/make-demo-speech.mjs. */
import { readFile } from 'node:fs/promises';
import { pcm16Samples } from '../../audio/index.ts';
import { MIC_RATE_HZ } from '../audio/mic-format.ts';
import type { Recording } from '../audio/microphone.ts';
import { readWavInput } from '../audio/wav-input.ts';

/** One thing the caller says. */
export interface DemoUtterance {
  readonly text: string;
  /** Said while the agent still speaks. */
  readonly bargeIn: boolean;
  readonly recording: Recording;
}

/** The file beside the sound; times count from its start. */
interface Sidecar {
  readonly utterances: ReadonlyArray<{
    readonly text: string;
    readonly bargeIn?: boolean;
    readonly startMs: number;
    readonly endMs: number;
  }>;
}

/**
 * Reads both files of a recording of the package.
 * @param name without its ending
 */
export async function loadDemoSpeech(name: string): Promise<readonly DemoUtterance[]> {
  const asset = (ending: string): URL => new URL(`../../../assets/${name}.${ending}`, import.meta.url);
  const { samples } = await readWavInput(asset('wav'));
  // Our own file: its shape is known, and a test reads it.
  const { utterances } = JSON.parse(await readFile(asset('json'), 'utf8')) as Sidecar;
  return utterances.map(({ text, bargeIn = false, startMs, endMs }) => ({
    text,
    bargeIn,
    recording: {
      samples: samples.subarray(pcm16Samples(startMs, MIC_RATE_HZ), pcm16Samples(endMs, MIC_RATE_HZ)),
      spans: [{ startMs: 0, endMs: endMs - startMs }],
    },
  }));
}
