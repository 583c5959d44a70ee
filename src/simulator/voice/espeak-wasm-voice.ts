/** Speaks with the optional peer `@echogarden/espeak-ng-emscripten`, which knows where each word begins. */
import { createResampler } from '../../audio/index.ts';
import { espeakVoiceName } from './espeak-voice.ts';
import {
  OUTPUT_RATE_HZ,
  type Speech,
  type SpokenWord,
  type Voice,
  type VoiceRequest,
  wordsOf,
} from './voice.ts';
import { spreadWords } from './word-timing.ts';

interface EspeakEvent {
  readonly type: string;
  /** Milliseconds. */
  readonly audio_position: number;
  /** Characters into the text, from 1. */
  readonly text_position: number;
}

interface EspeakWorker {
  get_samplerate(): number;
  set_voice(name: string): void;
  set_rate(wordsPerMinute: number): void;
  synthesize(
    text: string,
    callback: (audio: ArrayBuffer | null, events: readonly EspeakEvent[]) => boolean,
  ): void;
}

interface EspeakModule {
  readonly eSpeakNGWorker: new () => EspeakWorker | PromiseLike<EspeakWorker>;
}

const WORDS_PER_MINUTE = 170;

/** Creates the voice; the package is loaded when it first speaks. */
export function createEspeakWasmVoice(): Voice {
  let loading: Promise<EspeakWorker> | undefined;
  return {
    name: 'espeak-ng wasm',
    async speak(text, request) {
      loading ??= load();
      return synthesize(await loading, text, request);
    },
  };
}

async function load(): Promise<EspeakWorker> {
  // A name in a variable: the peer is optional and has no types.
  const name = '@echogarden/espeak-ng-emscripten';
  const { default: init } = (await import(name)) as { default: () => Promise<EspeakModule> };
  const { eSpeakNGWorker } = await init();
  return await new eSpeakNGWorker();
}

function synthesize(worker: EspeakWorker, text: string, request: VoiceRequest): Speech {
  const pieces: Int16Array[] = [];
  const events: EspeakEvent[] = [];
  worker.set_voice(espeakVoiceName(request));
  worker.set_rate(WORDS_PER_MINUTE);
  worker.synthesize(text, (audio, found) => {
    if (audio !== null && audio.byteLength > 0) pieces.push(new Int16Array(audio.slice(0)));
    events.push(...(found ?? []));
    return false;
  });
  const resampler = createResampler({ fromHz: worker.get_samplerate(), toHz: OUTPUT_RATE_HZ });
  const samples = join([...pieces.map((piece) => resampler.process(piece)), resampler.flush()]);
  if (samples.length === 0) throw new Error('espeak-ng wasm gave no audio');
  return { samples, words: timeWords(text, events) ?? spreadWords(text, samples) };
}

/** Words with the time of the event that falls inside them; undefined when the events do not fit the text. */
function timeWords(text: string, events: readonly EspeakEvent[]): readonly SpokenWord[] | undefined {
  const spoken = events.filter(({ type }) => type === 'word');
  let position = 0;
  let lastSample = 0;
  let timed = 0;
  const words = wordsOf(text).map((word): SpokenWord => {
    const from = text.indexOf(word, position);
    position = from + word.length;
    const event = spoken.find(({ text_position: at }) => at - 1 >= from && at - 1 < position);
    if (event !== undefined) {
      timed++;
      lastSample = Math.max(lastSample, Math.round((event.audio_position * OUTPUT_RATE_HZ) / 1000));
    }
    return { text: word, startSample: lastSample };
  });
  return timed * 2 >= words.length ? words : undefined;
}

function join(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
