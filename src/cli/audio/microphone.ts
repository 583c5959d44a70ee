/** A microphone made of recordings: sends 20 ms at real time, silence when nothing is being said. */
import { pcm16ToBytes, rmsDbfs, SILENCE_DBFS } from '../../audio/index.ts';
import type { Clock } from '../../wire/index.ts';
import { MIC_CHUNK_MS, MIC_CHUNK_SAMPLES, MIC_RATE_HZ } from './mic-format.ts';
import { startPacer } from './pacer.ts';
import type { SpeechSpan } from './speech-spans.ts';

/** A recording to say: 16 kHz mono, and where in it somebody speaks. */
export interface Recording {
  readonly samples: Int16Array;
  readonly spans: readonly SpeechSpan[];
}

/** What a microphone needs. */
export interface MicrophoneOptions {
  readonly clock: Clock;
  /** Gets each chunk: 640 bytes, shared with the recording: do not write to it. */
  readonly send: (chunk: Uint8Array) => void;
  /** Told when speech in a recording begins and ends. */
  readonly onSpeech?: (speaking: boolean) => void;
}

interface Saying {
  readonly recording: Recording;
  readonly done: () => void;
  sentSamples: number;
  /** The last span that has begun. */
  span: number;
}

const SILENCE = new Int16Array(MIC_CHUNK_SAMPLES);

/** Like hardware it sends a chunk when the chunk is over, so a sample goes out at most 20 ms after it sounded. */
export class Microphone {
  readonly #clock: Clock;
  readonly #send: (chunk: Uint8Array) => void;
  readonly #onSpeech: (speaking: boolean) => void;
  #stop: (() => void) | undefined;
  #saying: Saying | undefined;
  #levelDbfs = SILENCE_DBFS;
  #spokeAtMs: number | undefined;
  #speaking = false;

  constructor({ clock, send, onSpeech = () => {} }: MicrophoneOptions) {
    this.#clock = clock;
    this.#send = send;
    this.#onSpeech = onSpeech;
  }

  /** Level of the last chunk, in dBFS. */
  get levelDbfs(): number {
    return this.#levelDbfs;
  }

  /** When speech was last sent, on the clock; undefined before any. */
  get spokeAtMs(): number | undefined {
    return this.#spokeAtMs;
  }

  /** How much of the present recording has been sent, in milliseconds; 0 between recordings. */
  get positionMs(): number {
    return ((this.#saying?.sentSamples ?? 0) * 1000) / MIC_RATE_HZ;
  }

  /** Switches on. */
  start(): void {
    this.#stop ??= startPacer({
      clock: this.#clock,
      periodMs: MIC_CHUNK_MS,
      onBeat: () => this.#beat(),
    });
  }

  /** Says a recording; resolves when its last sample is sent. One at a time. */
  say(recording: Recording): Promise<void> {
    if (this.#saying !== undefined) throw new Error('the microphone is saying something already');
    return new Promise((done) => {
      this.#saying = { recording, done, sentSamples: 0, span: -1 };
    });
  }

  /** Switches off; a recording under way stays unfinished. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#levelDbfs = SILENCE_DBFS;
  }

  #beat(): void {
    const saying = this.#saying;
    const chunk = saying === undefined ? SILENCE : this.#nextChunk(saying);
    this.#levelDbfs = saying === undefined ? SILENCE_DBFS : rmsDbfs(chunk);
    this.#send(pcm16ToBytes(chunk));
    if (saying === undefined || saying.sentSamples < saying.recording.samples.length) return;
    this.#saying = undefined;
    this.#setSpeaking(false);
    saying.done();
  }

  #nextChunk(saying: Saying): Int16Array {
    const { samples, spans } = saying.recording;
    const from = saying.sentSamples;
    const to = Math.min(samples.length, from + MIC_CHUNK_SAMPLES);
    saying.sentSamples = to;
    const [fromMs, toMs] = [(from * 1000) / MIC_RATE_HZ, (to * 1000) / MIC_RATE_HZ];
    while ((spans[saying.span + 1]?.startMs ?? Number.POSITIVE_INFINITY) < toMs) saying.span++;
    this.#setSpeaking((spans[saying.span]?.endMs ?? 0) > fromMs);
    if (to - from === MIC_CHUNK_SAMPLES) return samples.subarray(from, to);
    const padded = new Int16Array(MIC_CHUNK_SAMPLES);
    padded.set(samples.subarray(from, to));
    return padded;
  }

  #setSpeaking(speaking: boolean): void {
    if (speaking) this.#spokeAtMs = this.#clock.nowMs();
    if (speaking === this.#speaking) return;
    this.#speaking = speaking;
    this.#onSpeech(speaking);
  }
}
