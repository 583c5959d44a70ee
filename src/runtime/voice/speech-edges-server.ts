import type { SessionEvent } from '../../wire/index.ts';
import type { SpeechEdges } from './speech-edges.ts';

/** An interruption this soon after words of ours may be their doing, and not the user's. */
const OWN_WORDS_MS = 1000;

export interface ServerSpeechHost {
  readonly nowMs: () => number;
  /** Whether a microphone is being sent: without one nobody can cut in. */
  readonly isMicrophoneOn: () => boolean;
}

/**
 * Finds the edges of the user's speech in what the service sends. Voice activity is taken at its word (it is an opt-in
 * of Vertex). Where nobody marks edges, the first transcribed words, or an interruption, begin an utterance, and the
 * model's reply ends it, as of the last words: an estimate, too late for its start, good for its end.
 */
export class ServerSpeech {
  readonly #edges: SpeechEdges;
  readonly #host: ServerSpeechHost;
  #isModelSpeaking = false;
  /** The model has begun a reply since the server heard the user. */
  #isReplied = false;
  #lastWordsMs = Number.NEGATIVE_INFINITY;
  #ownWordsMs = Number.NEGATIVE_INFINITY;

  constructor(edges: SpeechEdges, host: ServerSpeechHost) {
    this.#edges = edges;
    this.#host = host;
  }

  /** Text or context of ours went out. */
  ownWordsSent(): void {
    this.#ownWordsMs = this.#host.nowMs();
  }

  /** Hears one event; anything but audio may matter. Announces nothing: the caller does. */
  hear(event: SessionEvent): void {
    switch (event.type) {
      case 'voiceActivityStart':
        this.#isReplied = false;
        this.#edges.start('server', this.#host.nowMs());
        return;
      case 'voiceActivityEnd':
        this.#edges.end('server', this.#host.nowMs());
        return;
      case 'inputTranscription':
        if (event.text.trim() !== '' && !this.#isModelSpeaking) this.#hearWords();
        return;
      case 'interrupted':
        return this.#interrupted();
      case 'phaseChanged':
        return this.#modelSpeaks(event.phase === 'modelSpeaking');
      case 'turnComplete':
        // An utterance that outlives a whole reply has lost its end.
        if (this.#isReplied) this.#edges.end('server', this.#host.nowMs());
        this.#edges.end('transcript', this.#lastWordsMs);
        return;
      case 'connectionChanged':
        if (event.connection.state !== 'open') this.#lose();
        return;
      default:
        return;
    }
  }

  #hearWords(): void {
    this.#lastWordsMs = this.#host.nowMs();
    this.#edges.start('transcript', this.#lastWordsMs);
  }

  #interrupted(): void {
    const isOurs = this.#host.nowMs() - this.#ownWordsMs < OWN_WORDS_MS;
    if (!isOurs && this.#host.isMicrophoneOn()) this.#hearWords();
  }

  #modelSpeaks(isSpeaking: boolean): void {
    this.#isModelSpeaking = isSpeaking;
    if (!isSpeaking) return;
    this.#isReplied = true;
    this.#edges.end('transcript', this.#lastWordsMs);
  }

  /** The connection that would have sent the ends is gone. */
  #lose(): void {
    this.#isModelSpeaking = false;
    this.#edges.end('server', this.#host.nowMs());
    this.#edges.end('transcript', this.#lastWordsMs);
  }
}
