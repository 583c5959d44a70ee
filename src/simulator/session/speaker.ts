/** Sends what the model says, at the pace of the service: faster than real time, and never unpaced (spec: wire §4). */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../wire/clock.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { Speech, Voice } from '../voice/voice.ts';
import type { Dialect } from './dialect.ts';
import { sleep, unlessStopped } from './sleep.ts';
import { planSpeech, type SpeechChunk } from './speech-plan.ts';
import type { TurnUsage } from './turn-usage.ts';

/** What a speaker is made of. */
export interface SpeakerOptions {
  readonly clock: Clock;
  readonly voice: Voice;
  readonly dialect: Dialect;
  readonly send: (message: ServerMessage) => void;
  /** TEXT sends text parts and no audio. */
  readonly modality: 'AUDIO' | 'TEXT';
  readonly transcribe: boolean;
  readonly voiceName: string | undefined;
  readonly languageCode: string | undefined;
  /** How much faster than real time audio is sent. */
  readonly speed: number;
}

const TEXT_PIECE_MS = 20;
/** Longer texts are spoken sentence by sentence, so that the first sound need not wait for the last word. */
const UTTERANCE_CHARS = 240;

/** Speaks one turn after another. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #usage: TurnUsage | undefined;
  #firstOfTurn = true;
  /** When the next chunk may be sent. */
  #dueMs = 0;
  /** When the client, playing without a break, will have played what it was sent. */
  #playEndMs = 0;
  #sentText = '';
  /** Whether words of this turn were sent before: the next utterance then begins with a space. */
  #spoke = false;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /** Starts a turn: the next chunk is a first one. */
  startTurn(usage: TurnUsage): void {
    this.#usage = usage;
    this.#firstOfTurn = true;
    this.#dueMs = 0;
    this.#playEndMs = 0;
    this.#sentText = '';
    this.#spoke = false;
  }

  /** All words of the turn are sent. */
  endTurn(): void {
    const { dialect, send, transcribe } = this.#options;
    if (!transcribe || !dialect.framesTranscripts || !this.#spoke) return;
    send({ serverContent: { outputTranscription: { finished: true } } });
  }

  /** How long the client is still playing, in milliseconds; 0 when it is done or had nothing to play. */
  get playoutLeftMs(): number {
    return Math.max(0, this.#playEndMs - this.#options.clock.nowMs());
  }

  /** Takes the words sent since the last call: only those are part of the history. */
  takeSentText(): string {
    const text = this.#sentText.trim();
    this.#sentText = '';
    return text;
  }

  /** Says a text and resolves when its last piece is sent. Rejects with `Stopped` when `signal` aborts. */
  async say(text: string, signal: AbortSignal): Promise<void> {
    if (text.trim() === '') return;
    if (this.#options.modality === 'TEXT') return this.#write(text, signal);
    for (const utterance of utterancesOf(text)) await this.#speak(utterance, signal);
  }

  async #write(text: string, signal: AbortSignal): Promise<void> {
    const pieces = text.match(/\S+\s*\S*\s*\S*\s*/g) ?? [];
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await sleep(this.#options.clock, TEXT_PIECE_MS, signal);
      this.#options.send({
        serverContent: { modelTurn: this.#options.dialect.modelContent([{ text: piece }]) },
      });
      this.#usage?.addText(piece);
      this.#sentText += piece;
    }
  }

  async #speak(text: string, signal: AbortSignal): Promise<void> {
    const { clock, voice, dialect, voiceName, languageCode, speed } = this.#options;
    const spoken = voice.speak(text, { voiceName, languageCode, signal });
    const speech: Speech = spoken instanceof Promise ? await unlessStopped(spoken, signal) : spoken;
    const chunks = planSpeech(speech, {
      first: this.#firstOfTurn,
      transcriptAheadMs: dialect.transcriptAheadMs,
      lead: this.#spoke ? ' ' : '',
    });
    for (const chunk of chunks) {
      const waitMs = this.#dueMs - clock.nowMs();
      if (waitMs > 0) await sleep(clock, waitMs, signal);
      this.#sendChunk(chunk);
      const nowMs = clock.nowMs();
      this.#firstOfTurn = false;
      this.#dueMs = nowMs + chunk.durationMs / speed;
      this.#playEndMs = Math.max(this.#playEndMs, nowMs) + chunk.durationMs;
      this.#usage?.addAudio(chunk.durationMs);
      this.#sentText += chunk.transcript;
      this.#spoke ||= chunk.transcript !== '';
    }
  }

  #sendChunk(chunk: SpeechChunk): void {
    const { dialect, send, transcribe } = this.#options;
    if (transcribe && dialect.framesTranscripts && this.#firstOfTurn) {
      send({ serverContent: { outputTranscription: {} } });
    }
    const outputTranscription =
      transcribe && chunk.transcript !== '' ? { outputTranscription: { text: chunk.transcript } } : undefined;
    const { buffer, byteOffset, byteLength } = chunk.samples;
    const data = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    const modelTurn = dialect.modelContent([{ inlineData: { mimeType: dialect.audioMimeType, data } }]);
    const audio = byteLength > 0 ? { modelTurn } : undefined;
    if (dialect.bundlesTranscript) {
      send({ serverContent: { ...audio, ...outputTranscription } });
      return;
    }
    if (outputTranscription !== undefined) send({ serverContent: outputTranscription });
    if (audio !== undefined) send({ serverContent: audio });
  }
}

/** Sentences, joined while they are short. */
function utterancesOf(text: string): readonly string[] {
  const utterances: string[] = [];
  let current = '';
  for (const sentence of text.trim().match(/[^.!?]+[.!?]*\s*/g) ?? [text]) {
    if (current !== '' && current.length + sentence.length > UTTERANCE_CHARS) {
      utterances.push(current.trim());
      current = '';
    }
    current += sentence;
  }
  if (current.trim() !== '') utterances.push(current.trim());
  return utterances;
}
