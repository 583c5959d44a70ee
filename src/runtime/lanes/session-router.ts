/** The road down: each event of the wire session, once, to the fast lane or to the control lane (design §2, §4). */
import type { SessionEvent, SessionEventOf } from '../../wire/index.ts';
import type { LiveParts } from './live-parts.ts';

/**
 * What is audio, media and words goes to listeners at once; what changes the conversation becomes an input of the control
 * lane. Both are synchronous: there is one order of events.
 */
export class SessionRouter {
  readonly #core: LiveParts;
  // What each frame of audio touches, at hand: with many sessions every object on the way there is a miss of the cache.
  readonly #hub: LiveParts['hub'];
  readonly #telemetry: LiveParts['telemetry'];
  readonly #ledger: LiveParts['voice']['ledger'];
  readonly #quiet: LiveParts['voice']['quiet'];
  readonly #speaksText: boolean;
  /** The turn in which the model's first output was noted. */
  #begunTurn = 0;
  #begunAudio = 0;

  constructor(core: LiveParts) {
    this.#core = core;
    this.#hub = core.hub;
    this.#telemetry = core.telemetry;
    this.#ledger = core.voice.ledger;
    this.#quiet = core.voice.quiet;
    this.#speaksText = core.resolved.config.responseModalities?.includes('TEXT') ?? false;
  }

  hear(event: SessionEvent): void {
    this.#core.hearing = event;
    try {
      if (event.type === 'audioData') return this.#audio(event);
      // The model's reply ends the user's speech, and that must not look like a free floor.
      const replies = event.type === 'phaseChanged' && event.phase === 'modelSpeaking';
      if (replies) this.#core.voice.quiet.modelOutput();
      // Edges of speech come before what follows from them.
      this.#core.voice.uplink.hear(event);
      this.#route(event);
    } finally {
      this.#core.hearing = undefined;
    }
  }

  #route(event: Exclude<SessionEvent, { readonly type: 'audioData' }>): void {
    const { lane, telemetry, words } = this.#core;
    switch (event.type) {
      case 'media':
        return this.#media(event);
      case 'textDelta':
        this.#began(event.turn, false);
        return words.modelWrote(event.text, this.#speaksText);
      case 'thought':
        this.#began(event.turn, false);
        return words.modelThought(event.text);
      case 'textComplete':
        return words.textComplete(event.text);
      case 'inputTranscription':
        return this.#userWords(event);
      case 'outputTranscription':
        telemetry.firstOutput();
        return words.modelSaid(event.text);
      case 'waitingForInput':
        return lane.post({ type: 'waitingForInput' });
      case 'connected':
        this.#begunTurn = 0;
        this.#begunAudio = 0;
        return lane.post({ type: 'connected', resumed: event.resumed, reseeded: event.reseeded ?? false });
      case 'turnCutOff':
        return lane.post({ type: 'turnCutOff', turn: event.turn });
      case 'rotated':
        return lane.post({ type: 'rotated', report: event });
      case 'interrupted':
        return lane.post({ type: 'interrupted', turn: event.turn, generation: event.generation });
      case 'generationComplete':
      case 'turnComplete':
        return lane.post({ type: event.type, turn: event.turn });
      case 'toolCall':
        return lane.post({ type: 'toolCall', calls: event.calls });
      case 'toolCallCancelled':
        return lane.post({ type: 'toolCallCancelled', ids: event.ids });
      case 'usage':
        return lane.post({ type: 'usage', usage: event.usage });
      case 'goAway':
        return lane.post({ type: 'goAway', timeLeftMs: event.timeLeftMs });
      case 'sessionResumeUpdate':
        return this.#resumption(event);
      case 'error':
        return lane.post({ type: 'fault', error: event.error });
      case 'disconnected':
        return lane.post(this.#end(event));
      // For whoever subscribes to the wire session; nothing follows from them here.
      case 'phaseChanged':
      case 'connectionChanged':
      case 'voiceActivityStart':
      case 'voiceActivityEnd':
      case 'grounding':
      case 'executableCode':
      case 'codeExecutionResult':
      case 'interactionStatus':
      case 'unknown':
        return;
    }
  }

  /** Per frame: counters, the ledger, and whoever listens. */
  #audio({ data, mimeType, rateHz, turn, generation }: SessionEventOf<'audioData'>): void {
    const hub = this.#hub;
    this.#telemetry.audioOut(data.length);
    this.#ledger.onAudio(data.length, rateHz, turn, generation);
    if (this.#begunAudio !== turn) this.#began(turn, true);
    this.#quiet.audioOutput();
    if (!hub.hears('audio')) return;
    hub.deliver({ type: 'audio', data, mimeType, rateHz, seq: hub.nextSeq(), turn, generation });
  }

  #media({ data, mimeType, turn, generation }: SessionEventOf<'media'>): void {
    const { hub } = this.#core;
    this.#began(turn, false);
    if (hub.hears('media')) hub.publish({ type: 'media', mimeType, data }, turn, generation);
  }

  #userWords(event: SessionEventOf<'inputTranscription'>): void {
    const turn = this.#core.words.userSaid(event);
    if (event.text.trim() === '') return;
    if (turn < event.turn && !event.interim) this.#core.lane.post({ type: 'lateWords', turn });
    // By the session's turn: words that may be late rather end an agreement than let it outlive a "no".
    this.#core.tools?.userWords(event.turn);
    this.#core.voice.quiet.userTranscript();
  }

  /** The model's first output of a turn, and its first audio. */
  #began(turn: number, audio: boolean): void {
    if (audio) this.#begunAudio = turn;
    else this.#core.voice.quiet.modelOutput();
    if (this.#begunTurn === turn && !audio) return;
    this.#begunTurn = turn;
    this.#core.lane.post({ type: 'modelBegan', audio });
  }

  #resumption(event: SessionEventOf<'sessionResumeUpdate'>): void {
    const { handle, lastConsumedIndex, resumable, turn } = event;
    const index = lastConsumedIndex === undefined ? {} : { lastConsumedIndex };
    const held = handle === undefined ? {} : { handle };
    this.#core.lane.post({ type: 'resumption', resumable, ...index, ...held, holdsTurn: turn - 1 });
  }

  #end({ reason, error }: SessionEventOf<'disconnected'>): Parameters<LiveParts['lane']['post']>[0] {
    return { type: 'disconnected', reason, ...(error !== undefined && { error }) };
  }
}
