/** Speaks with the `espeak-ng` program, when it is installed. */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { createResampler, downmixToMono, readWav } from '../../audio/index.ts';
import { voiceRegister } from '../setup/voice-names.ts';
import { OUTPUT_RATE_HZ, type Speech, type Voice, type VoiceRequest } from './voice.ts';
import { spreadWords } from './word-timing.ts';

const LIMIT_MS = 8000;
const LIMIT_BYTES = 32 * 1024 * 1024;
const WORDS_PER_MINUTE = '170';

/** Creates the voice; whether the program is there shows when it first speaks. */
export function createEspeakVoice(): Voice {
  return {
    name: 'espeak-ng',
    async speak(text, request) {
      const audio = readWav(await runInAnyLanguage(text, request));
      const mono = downmixToMono(audio.samples, audio.channels);
      return toSpeech(text, mono, audio.rateHz);
    },
  };
}

/** Samples at the output rate, with the words spread over them. */
function toSpeech(text: string, samples: Int16Array, rateHz: number): Speech {
  const resampler = createResampler({ fromHz: rateHz, toHz: OUTPUT_RATE_HZ });
  const head = resampler.process(samples);
  const tail = resampler.flush();
  const whole = new Int16Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return { samples: whole, words: spreadWords(text, whole) };
}

/** The name espeak-ng knows a voice by: a language and a variant for the register. */
export function espeakVoiceName({ voiceName, languageCode }: VoiceRequest): string {
  const asked = (languageCode ?? 'en-us').toLowerCase();
  const language = /^cmn/.test(asked) ? 'cmn' : /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/.test(asked) ? asked : 'en-us';
  return `${language}+${voiceRegister(voiceName) === 'low' ? 'm3' : 'f3'}`;
}

/** A language that espeak-ng does not have is spoken in English. */
async function runInAnyLanguage(text: string, request: VoiceRequest): Promise<Uint8Array> {
  try {
    return await run(text, request);
  } catch (cause) {
    if (request.languageCode === undefined || request.signal.aborted) throw cause;
    return run(text, { ...request, languageCode: undefined });
  }
}

/** Runs the program: no shell, text on stdin, bounded in time and output. Resolves with a WAV file. */
function run(text: string, request: VoiceRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const args = ['--stdin', '--stdout', '-b', '1', '-s', WORDS_PER_MINUTE, '-v', espeakVoiceName(request)];
    const child = spawn('espeak-ng', args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      signal: request.signal,
    });
    const chunks: Buffer[] = [];
    let lengthBytes = 0;
    child.once('error', reject);
    child.stdin.on('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      lengthBytes += chunk.length;
      chunks.push(chunk);
      if (lengthBytes > LIMIT_BYTES) child.kill('SIGKILL');
    });
    child.once('close', (code) => {
      if (code === 0 && lengthBytes > 44) resolve(Buffer.concat(chunks));
      else reject(new Error(`espeak-ng ended with ${code ?? 'a signal'} after ${lengthBytes} bytes`));
    });
    child.stdin.end(text);
  });
}
