/** The user's half of a session: what they type, show and say, until it is a turn. */
import type { ModelProfile } from '../../wire/model/profile.ts';
import type { ClientContent, RealtimeInput } from '../../wire/protocol/client-messages.ts';
import type { Blob, Content } from '../../wire/protocol/content.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import { Hearing, type HearingEvent, type Utterance } from '../hearing/hearing.ts';
import type { AudioTally } from '../ledger/audio-tally.ts';
import { type ChunkSpan, textOfContent } from '../ledger/ledger-entry.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { Conversation } from './conversation.ts';
import type { Line } from './line.ts';
import { initialSeeding, type SeedingState, seed } from './seeding.ts';
import { audioInTokens, imageTokens, NO_TOKENS } from './tokens.ts';
import type { TurnEngine } from './turn-engine.ts';

/** What the user's side is made of. */
export interface UserSideOptions {
  readonly profile: ModelProfile;
  readonly setup: Setup;
  readonly conversation: Conversation;
  readonly engine: TurnEngine;
  readonly line: Line;
  readonly tally: AudioTally;
  readonly resumed: boolean;
  /** Whether somebody wants the sound of an utterance. */
  readonly keepSamples: boolean;
  /** What an utterance said: nothing here recognises speech, so somebody has to know. */
  readonly wordsOf: (utterance: Utterance) => string | Promise<string>;
}

/** Turns client input into turns of the engine. */
export class UserSide {
  readonly #options: UserSideOptions;
  readonly #hearing: Hearing;
  #seeding: SeedingState;
  /** Text of a turn that is not complete yet. */
  #typed = '';
  /** Typed within a window of activity, which the client will close. */
  #typedInWindow = '';
  #ended = false;
  /** The chunk in which the utterance began. */
  #firstChunk = 0;

  constructor(options: UserSideOptions) {
    const { profile, setup } = options;
    this.#options = options;
    this.#seeding = initialSeeding(setup, profile.family, options.resumed);
    this.#hearing = new Hearing({
      platform: profile.platform,
      detection: setup.realtimeInputConfig?.automaticActivityDetection ?? {},
      keepSamples: options.keepSamples,
    });
  }

  /** Whether the user is in the middle of an utterance. */
  get speaking(): boolean {
    return this.#hearing.speaking;
  }

  /** Audio heard so far, in milliseconds. */
  get heardMs(): number {
    return this.#hearing.heardMs;
  }

  end(): void {
    this.#ended = true;
  }

  /** Ordered input: history while seeding, otherwise it interrupts and, when complete, begins a turn. */
  clientContent({ turns = [], turnComplete = false }: ClientContent): Refusal | undefined {
    const { profile, conversation, engine } = this.#options;
    const { use, state } = seed(this.#seeding, turnComplete, profile.family);
    this.#seeding = state;
    if (use === 'refuse') return refusals.invalidArgument;
    if (turns.some(({ role }) => role === 'system') && profile.platform === 'googleAi') {
      return refusals.invalidArgument;
    }
    if (use === 'turn') engine.interrupt();
    for (const turn of turns) {
      // Content of no role that completes no turn is steering: history, not the words of the user.
      const isUser = turn.role === 'user' || (turn.role === undefined && turnComplete);
      const isTurn = use === 'turn' && isUser;
      const text = textOfContent(turn);
      const completes = isTurn && turnComplete && turn === turns.at(-1);
      conversation.append({ ...turn, parts: turn.parts ?? [] }, [
        completes ? { type: 'userText', text } : { type: 'context', role: turn.role ?? 'user', text },
      ]);
      if (isTurn) this.#type(textOf(turn));
    }
    if (use === 'turn' && turnComplete) this.#requestTyped();
    return undefined;
  }

  /** One field of realtime input. */
  realtimeInput(input: RealtimeInput): Refusal | undefined {
    if ('audio' in input) return this.#listen(input.audio);
    if ('text' in input) return this.#realtimeText(input.text);
    if ('video' in input) return this.#see(input.video);
    if ('mediaChunks' in input) return this.#mediaChunks(input.mediaChunks);
    const manual = this.#hearing.manual;
    if ('activityStart' in input) {
      return manual ? this.#hear(this.#hearing.activityStart()) : refusals.explicitActivity;
    }
    if ('activityEnd' in input) {
      return manual ? this.#hear(this.#hearing.activityEnd()) : refusals.explicitActivity;
    }
    if (input.audioStreamEnd !== true) return undefined;
    return manual ? refusals.invalidArgument : this.#hear(this.#hearing.streamEnd());
  }

  #mediaChunks(chunks: readonly Blob[]): Refusal | undefined {
    if (['flash3.1', 'live3.8', 'extended3.8'].includes(this.#options.profile.family)) {
      return refusals.mediaChunks;
    }
    for (const chunk of chunks) {
      const picture = /^(image|video)\//.test(chunk.mimeType ?? '');
      const refusal = picture ? this.#see(chunk) : this.#listen(chunk);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** The picture itself is not kept: only that there was one, and what it costs. */
  #see(picture: Blob): undefined {
    const mimeType = picture.mimeType ?? 'image/jpeg';
    const content: Content = { role: 'user', parts: [{ inlineData: { mimeType, data: '' } }] };
    this.#options.conversation.append(content, [{ type: 'picture', mimeType }], imageTokens);
  }

  #realtimeText(text: string): undefined {
    // In a window of activity the client says itself when the turn is over.
    const inWindow = this.#hearing.manual && this.#hearing.speaking;
    // First the end of the model's turn, whose handle knows nothing of this one.
    if (!inWindow && this.#interrupts) this.#options.engine.interrupt();
    this.#options.conversation.append({ role: 'user', parts: [{ text }] }, [{ type: 'userText', text }]);
    if (inWindow) {
      this.#typedInWindow = joined(this.#typedInWindow, text);
      return;
    }
    this.#type(text);
    this.#requestTyped();
  }

  #listen(blob: Blob): Refusal | undefined {
    const events = this.#hearing.hear(blob);
    this.#options.tally.heard(blob.data ?? '', this.#hearing.heardMs);
    return this.#hear(events);
  }

  #hear(events: readonly HearingEvent[] | undefined): Refusal | undefined {
    if (events === undefined) return refusals.invalidArgument;
    for (const event of events) this.#noticed(event);
    return undefined;
  }

  #noticed(event: HearingEvent): void {
    const { engine, profile } = this.#options;
    if (profile.family === 'transcribe') return this.#writeDown(event);
    this.#sendVoiceActivity(event);
    if (event.type === 'started') {
      this.#firstChunk = this.#options.tally.chunkAt(event.offsetMs);
      engine.hold(true);
      if (this.#interrupts) engine.interrupt();
      return;
    }
    if (this.#typedInWindow !== '') return this.#commitTyped();
    const { tally, wordsOf } = this.#options;
    const audio: ChunkSpan = {
      connection: tally.connection,
      first: this.#firstChunk,
      last: tally.chunkAt(event.offsetMs),
    };
    const words = wordsOf(event.utterance);
    if (typeof words === 'string') this.#commitSpeech(event.utterance, words, audio);
    else void words.then((text) => this.#commitSpeech(event.utterance, text, audio));
  }

  /** A window of activity in which the user typed. */
  #commitTyped(): void {
    this.#type(this.#typedInWindow);
    this.#typedInWindow = '';
    this.#requestTyped();
    this.#options.engine.hold(this.speaking);
  }

  #commitSpeech({ durationMs }: Utterance, text: string, audio: ChunkSpan): void {
    const { conversation, engine, setup } = this.#options;
    if (this.#ended) return;
    // What was typed and not completed is in the history: the model answers what it hears.
    this.#typed = '';
    const tokens = { ...NO_TOKENS, audio: audioInTokens(durationMs) };
    const content: Content = { role: 'user', parts: [{ text }] };
    conversation.append(content, [{ type: 'userSpeech', text, durationMs, audio }], tokens);
    if (setup.inputAudioTranscription !== undefined) this.#sendTranscription(text);
    engine.request({ type: 'speech', text, durationMs });
    engine.hold(this.speaking);
  }

  /** Transcribe models write down and never answer: interim, final, generationComplete, then the end of activity. */
  #writeDown(event: HearingEvent): void {
    if (event.type === 'started') return this.#sendVoiceActivity(event);
    const { line, wordsOf } = this.#options;
    void Promise.resolve(wordsOf(event.utterance)).then((text) => {
      if (this.#ended) return;
      const half = text.slice(0, Math.ceil(text.length / 2));
      for (const interim of [half, text]) {
        line.send({ serverContent: { interimInputTranscription: { text: interim } } });
      }
      this.#sendTranscription(text);
      line.send({ serverContent: { generationComplete: true } });
      this.#sendVoiceActivity(event);
    });
  }

  /** Append-only deltas of a word or two, spaces kept. */
  #sendTranscription(text: string): void {
    const { line, profile } = this.#options;
    for (const piece of text.match(/\s*\S+(?:\s+\S+)?/g) ?? []) {
      line.send({ serverContent: { inputTranscription: { text: piece } } });
    }
    if (profile.platform === 'vertex') {
      line.send({ serverContent: { inputTranscription: { finished: true } } });
    }
  }

  #sendVoiceActivity(event: HearingEvent): void {
    const { line, profile, setup } = this.#options;
    const always = profile.family === 'live3.8' || profile.family === 'transcribe';
    if (!always && setup.explicitVadSignal !== true) return;
    const type = event.type === 'started' ? 'ACTIVITY_START' : 'ACTIVITY_END';
    const audioOffset = `${(event.offsetMs / 1000).toFixed(3)}s`;
    line.send({ serverContent: {}, voiceActivity: { type, audioOffset } });
  }

  get #interrupts(): boolean {
    return this.#options.setup.realtimeInputConfig?.activityHandling !== 'NO_INTERRUPTION';
  }

  #type(text: string): void {
    this.#typed = joined(this.#typed, text);
  }

  #requestTyped(): void {
    const text = this.#typed;
    this.#typed = '';
    this.#options.engine.request({ type: 'text', text });
  }
}

function textOf(content: Content): string {
  return (content.parts ?? []).map((part) => part.text ?? '').join('');
}

function joined(before: string, text: string): string {
  return before === '' ? text : `${before}\n${text}`;
}
