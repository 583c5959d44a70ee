/** A WAV file as a microphone would have heard it. */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AudioError, downmixToMono, readWav } from '../../audio/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';
import { MIC_RATE_HZ } from './mic-format.ts';
import { resampleWhole } from './resample-whole.ts';

/** Speech to send. */
export interface WavInput {
  /** 16 kHz mono. */
  readonly samples: Int16Array;
  readonly durationMs: number;
  /** How the file was stored, for people: `44.1 kHz stereo pcm`. */
  readonly format: string;
}

const MAX_LENGTH_BYTES = 512 * 1024 * 1024;

/** Reads any WAV file and converts it. Throws `unreadableFile` or `badAudio`. */
export async function readWavInput(file: string | URL): Promise<WavInput> {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  const bytes = await readBytes(path);
  try {
    const { samples, channels, rateHz, encoding, durationMs } = readWav(bytes);
    if (samples.length === 0) throw new AudioError('wavMalformed', 'The file holds no audio.');
    const mono = resampleWhole(downmixToMono(samples, channels), rateHz, MIC_RATE_HZ);
    const sound = channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`;
    return { samples: mono, durationMs, format: `${rateHz / 1000} kHz ${sound} ${encoding}` };
  } catch (cause) {
    if (!(cause instanceof AudioError)) throw cause;
    throw new CliError('badAudio', `${path} cannot be used as audio: ${cause.message}`, { cause });
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw new CliError('unreadableFile', `${path} is a folder: pass a WAV file`);
    if (facts.size > MAX_LENGTH_BYTES) {
      throw new CliError('badAudio', `${path} is larger than 512 MiB: cut it into pieces`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    // node: the code says it in one word, the path is ours.
    const missing = (cause as { code?: unknown }).code === 'ENOENT';
    const what = missing ? `there is no file ${path}` : `${path} cannot be read: ${messageOf(cause)}`;
    throw new CliError('unreadableFile', what, { cause });
  }
}
