import type { SessionEvent } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import type { VoiceEffect, VoiceEvent, VoiceRule, VoiceRuntimeState } from '../reactor.ts';
import { ReactorRunner } from '../reactor-runner.ts';
import { type SpeechEdge, SpeechEdges, type SpeechSource } from '../speech-edges.ts';
import { ServerSpeech } from '../speech-edges-server.ts';
import type { TurnMark } from '../turn-commit.ts';
import type { BackendVadSnapshot } from './input-vad.ts';
import { MicPath, type MicSession } from './mic-path.ts';
import type { VoiceSettings } from './voice-options.ts';

/** What the uplink leaves to others: effects of the reactor that are not its own. */
export type DelegatedVoiceEffect = Extract<
  VoiceEffect,
  { readonly type: 'promptModel' | 'cancelDeferredPrompt' | 'sendContext' | 'updateInstruction' }
>;

export interface VoiceUplinkHost extends RuntimeHost {
  readonly session: MicSession;
  /** Words of the user are about to go out: send pending context first. Called per chunk, or per turn of the client. */
  flushContext(): void;
  perform(effect: DelegatedVoiceEffect): void;
  /**
   * The user's turn begins: an utterance, or under the authority of the client a turn that was committed. Comes before
   * the reactor's effects.
   */
  onUserTurnStarted(): void;
  /** The user's turn is over. Comes after the reactor's effects. */
  onUserTurnEnded(): void;
  /** For telemetry: the user began; `atMs` is on the session's clock. */
  onSpeechStart(atMs: number, source: SpeechSource): void;
  /** For telemetry: the user stopped. */
  onSpeechEnd(atMs: number, source: SpeechSource): void;
  /** The turn commit sent a mark. */
  onTurnMark?(mark: TurnMark): void;
}

/** What the active stage of the conversation wants of the voice; undefined is what the options say. */
export interface StageVoice {
  readonly floorHold?: boolean;
  readonly endOfSpeechMs?: number;
}

/**
 * The voice road up of one session: the microphone's path, the bus of speech edges, the turn commit and the reactor,
 * wired together. Small until audio flows.
 */
export class VoiceUplink {
  readonly #host: VoiceUplinkHost;
  readonly #settings: VoiceSettings;
  readonly #edges: SpeechEdges;
  readonly #server: ServerSpeech;
  readonly #reactor: ReactorRunner;
  readonly #mic: MicPath;
  #isFloorHold: boolean;

  constructor(settings: VoiceSettings, host: VoiceUplinkHost, rules: readonly VoiceRule[] = []) {
    this.#host = host;
    this.#settings = settings;
    this.#isFloorHold = settings.floorHold;
    this.#edges = new SpeechEdges((edge) => this.#onEdge(edge));
    this.#reactor = new ReactorRunner(
      { report: host.report, perform: (effect) => this.#perform(effect) },
      rules,
    );
    this.#mic = new MicPath(settings, {
      clock: host.clock,
      report: host.report,
      session: host.session,
      edges: this.#edges,
      isFloorHeld: () => this.#isFloorHold && this.#reactor.state.playbackActive,
      isModelAudible: () => this.#reactor.state.playbackActive,
      flushContext: () => host.flushContext(),
      onTurnMark: (mark) => this.#onTurnMark(mark),
    });
    this.#server = new ServerSpeech(this.#edges, {
      nowMs: () => host.clock.nowMs(),
      isMicrophoneOn: () => this.#mic.isOn,
    });
  }

  // From the application

  /** A chunk of the microphone; see {@link MicPath.push}. */
  sendAudio(chunk: Uint8Array | Int16Array): Promise<void> {
    return this.#mic.push(chunk);
  }

  /** The application hears the user begin. Its word stands until it says that they stopped. */
  userSpeechStarted(): void {
    if (this.#edges.startHere('application', this.#host.clock.nowMs())) this.#mic.speechStarted();
    this.#edges.announce();
  }

  /** The application hears the user stop. Nothing, unless it said that they began. */
  userSpeechEnded(): void {
    if (this.#edges.end('application', this.#host.clock.nowMs())) this.#mic.speechEnded();
    this.#edges.announce();
  }

  get voiceState(): VoiceRuntimeState {
    return this.#reactor.state;
  }

  get inputVadState(): BackendVadSnapshot {
    return this.#mic.inputVadState;
  }

  /** Who leads the utterance of now; undefined while the user is silent. */
  get speaker(): SpeechSource | undefined {
    return this.#edges.leader;
  }

  // From the runtime

  /** An event of the wire session; audio need not come here. */
  hear(event: SessionEvent): void {
    this.#server.hear(event);
    this.#edges.announce();
    if (event.type === 'disconnected') this.close();
  }

  /** Text or context of ours goes out: an interruption that follows need not be the user's voice. */
  ownWordsSent(): void {
    this.#server.ownWordsSent();
  }

  /** The ledger: the model is heard from now on. */
  playbackStarted(): void {
    this.#reactor.feed({ type: 'playbackStarted' });
  }

  /** The ledger, or the application: the model is no longer heard. @param armed whether a prompt waits. */
  playbackDrained(armed = false): void {
    this.#reactor.feed({ type: 'playbackDrained', armed, atMs: this.#host.clock.nowMs() });
    this.#mic.floorFreed();
  }

  /** Deferred context wants an answer: `promptModel` follows when the floor is free, or `cancelDeferredPrompt`. */
  promptArmed(): void {
    this.#reactor.feed({ type: 'promptArmed' });
  }

  /**
   * Anything else that rules may react to: live events, ticks, soft turns, changes of state. Without custom rules only
   * the live event `disconnected` means something: it cancels a prompt that waits.
   */
  feed(
    event: Extract<VoiceEvent, { readonly type: 'live' | 'timerTick' | 'softTurnComplete' | 'stateChanged' }>,
  ): void {
    this.#reactor.feed(event);
  }

  /** The conversation has come to another stage. */
  setStage(stage: StageVoice): void {
    const isPcm = this.#settings.rateHz !== undefined;
    this.#isFloorHold = isPcm && (stage.floorHold ?? this.#settings.floorHold);
    this.#mic.setEndOfSpeech(stage.endOfSpeechMs);
  }

  /** The session has ended. A speech that was open ends; sends go to the session, which refuses them. */
  close(): void {
    const { leader } = this.#edges;
    this.#reactor.end();
    this.#mic.close();
    if (leader !== undefined) this.#edges.end(leader, this.#host.clock.nowMs());
    this.#edges.announce();
  }

  // Inside

  #onEdge({ type, atMs, source }: SpeechEdge): void {
    const isStart = type === 'speechStarted';
    if (this.#settings.authority === 'server') {
      // Of what it hears itself, the session need not be told; but the end may be one that nobody sent.
      if (source !== 'server' || !isStart) this.#hintPhase(isStart);
      this.#userTurnChanged(isStart, atMs);
    }
    if (isStart) this.#host.onSpeechStart(atMs, source);
    else this.#host.onSpeechEnd(atMs, source);
    this.#host.emit({ type: isStart ? 'vadStart' : 'vadEnd' });
  }

  /** The client decides: the reactor follows the turns, so that no prompt falls into one that is not over yet. */
  #onTurnMark(mark: TurnMark): void {
    this.#userTurnChanged(mark !== 'activityEnd', this.#host.clock.nowMs());
    this.#host.onTurnMark?.(mark);
  }

  #userTurnChanged(isStart: boolean, atMs: number): void {
    if (isStart) this.#host.onUserTurnStarted();
    this.#reactor.feed(
      isStart ? { type: 'userSpeechStarted', atMs } : { type: 'userSpeechEnded', armed: false },
    );
    if (!isStart) this.#host.onUserTurnEnded();
  }

  /** With the server's detection on, a mark does not go on the wire: it only tells the session's phase. */
  #hintPhase(isSpeaking: boolean): void {
    const { session } = this.#host;
    void (isSpeaking ? session.signalActivityStart() : session.signalActivityEnd());
  }

  #perform(effect: VoiceEffect): void {
    switch (effect.type) {
      case 'emit':
        return this.#host.emit(effect.body);
      case 'signalActivityStart':
      case 'signalActivityEnd':
        return; // The turn commit owns the marks, or the server: a custom rule cannot.
      case 'promptModel':
      case 'cancelDeferredPrompt':
      case 'sendContext':
      case 'updateInstruction':
        return this.#host.perform(effect);
    }
  }
}
