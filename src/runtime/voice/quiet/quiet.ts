/** Everything that happens because nothing does: silence, reprompts, soft turns, dead air (spec: voice §10). */
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import type { DeadAirCause } from '../../live-event.ts';
import type { FloorView } from '../context/context-queue.ts';
import type { CutOff, PlaybackLedger } from '../playback/playback-ledger.ts';
import type { SpeechSource } from '../speech-edges.ts';
import { type AnswerDue, type AnswerNews, transitionAnswerDue } from './answer-due.ts';
import { type DeadAirOptions, DeadAirWatchdog } from './dead-air-watchdog.ts';
import { Reprompt, type RepromptStage } from './reprompt.ts';
import { SilenceMeter } from './silence-meter.ts';
import { SoftTurn } from './soft-turn.ts';

export interface QuietHost extends Pick<RuntimeHost, 'clock' | 'emit'> {
  readonly ledger: Pick<PlaybackLedger, 'endsAtMs' | 'playbackActive'>;
  /** Whether the server has been told that the user speaks, and not yet that they stopped. Default: as they are heard. */
  readonly userTurnOpen?: () => boolean;
  /** Whether there is a connection. Default: always. */
  readonly isReachable?: () => boolean;
  /** Sends the stage's reprompt as a completing turn of the user; do not tell it back as {@link Quiet.userText}. */
  readonly reprompt: (text: string) => void;
  /** Delivers this context at once, with a prompt. */
  readonly nudge: (text: string, cause: DeadAirCause) => void;
  /** Goes on over another connection, at once. */
  readonly rotate: () => void;
  readonly softTurn: () => void;
  /** The floor changed without an event of the session: the model's turn is over although nobody said so. */
  readonly turnAbandoned: () => void;
}

export interface QuietOptions {
  /** How long after the end of speech a model that says nothing makes a soft turn. @default no soft turns */
  readonly softTurnMs?: number;
  /** @default no watchdog */
  readonly deadAir?: DeadAirOptions;
  /** The model ends the turn of its calls before it speaks about their answers, in a turn of its own. @default false */
  readonly repliesInOwnTurn?: boolean;
}

/** How long before an interruption the user counts as its cause. */
const CAUSE_MS = 2000;

/**
 * Told what happens, in order, it knows who has the floor and how long nobody was heard, and feeds the parts that
 * wait for too much of it. A part that is not asked for does not exist; the session's events cost a field or two.
 */
export class Quiet implements FloorView {
  readonly silence: SilenceMeter;
  readonly #host: QuietHost;
  readonly #softTurn: SoftTurn | undefined;
  readonly #watchdog: DeadAirWatchdog | undefined;
  #reprompt: Reprompt | undefined;
  #modelSpeaks = false;
  #toolsRun = false;
  /** Tools were answered, and the model is about to speak about it: what goes out now would cut that off. */
  #replyDue = false;
  #answerDue: AnswerDue = 'no';
  readonly #repliesInOwnTurn: boolean;
  #userHeardAtMs = Number.NEGATIVE_INFINITY;
  /** Nobody marks where the user's speech ends: only the model's reply will tell. */
  #isEndUnmarked = false;

  constructor(host: QuietHost, options: QuietOptions = {}) {
    this.#host = host;
    this.silence = new SilenceMeter(host, host.ledger);
    const { softTurnMs, deadAir } = options;
    this.#repliesInOwnTurn = options.repliesInOwnTurn ?? false;
    if (softTurnMs !== undefined) this.#softTurn = new SoftTurn(host, host.softTurn, softTurnMs);
    if (deadAir !== undefined) this.#watchdog = this.#watch(deadAir);
  }

  // Who has the floor

  /** They are heard, or their turn is not over yet. */
  get userSpeaking(): boolean {
    return this.silence.userSpeaking || this.#host.userTurnOpen?.() === true;
  }

  /**
   * From the model's first output to its end, while tools run, and until it speaks about their answers; and while there is
   * no connection: nobody is there to be asked.
   */
  get modelInTurn(): boolean {
    const isReachable = this.#host.isReachable?.() ?? true;
    return this.#modelSpeaks || this.#toolsRun || this.#replyDue || !isReachable;
  }

  /** Text of the user was sent, and the model has not begun to answer it: context that goes out now would cut that off. */
  get answerDue(): boolean {
    return this.#answerDue !== 'no';
  }

  get playbackActive(): boolean {
    return this.#host.ledger.playbackActive;
  }

  /** Since the end of the last user speech, model output or playback; 0 while somebody is heard. For signals. */
  get silenceMs(): number {
    return this.silence.silenceMs;
  }

  /** What the active stage wants after a silence; undefined for nothing. */
  stage(stage: RepromptStage | undefined): void {
    if (stage === undefined && this.#reprompt === undefined) return;
    this.#reprompt ??= new Reprompt({
      clock: this.#host.clock,
      emit: this.#host.emit,
      silence: this.silence,
      floor: this,
      send: (text) => {
        this.#watchdog?.feed({ type: 'asked', atMs: this.#host.clock.nowMs() });
        this.#host.reprompt(text);
      },
    });
    this.#reprompt.stage(stage);
  }

  // What the user does

  userSpeechStarted(source: SpeechSource): void {
    this.#replyDue = false;
    this.silence.userSpeechStarted();
    this.#isEndUnmarked = source === 'transcript';
    this.#softTurn?.reset();
    this.#userHeard(source === 'transcript' ? 'transcript' : 'edge');
    this.#watchdog?.feed({ type: 'userSpeechStarted' });
  }

  userSpeechEnded(): void {
    this.silence.userSpeechEnded();
    this.#isEndUnmarked = false;
    this.#userHeardAtMs = this.#host.clock.nowMs();
    this.#softTurn?.userSpeechEnded();
    this.#watchdog?.feed({ type: 'userSpeechEnded', atMs: this.#userHeardAtMs });
    this.#reprompt?.userActivity();
  }

  /** The server is told that the user stopped. */
  userTurnEnded(): void {
    this.#reprompt?.activity();
  }

  /** A piece of input transcription that says something. */
  userTranscript(): void {
    this.silence.mark();
    this.#userHeard('transcript');
    this.#watchdog?.feed({ type: 'userTranscript', atMs: this.#userHeardAtMs });
    // Each of the words may be the last, and a reply is due behind that.
    if (this.#isEndUnmarked) this.#watchdog?.feed({ type: 'userSpeechEnded', atMs: this.#userHeardAtMs });
  }

  /** The user, or the application for them, sent a text or a completing content. */
  userText(): void {
    const modelInTurn = this.#modelSpeaks || this.#toolsRun || this.#replyDue;
    this.#noteAnswer({ type: 'asked', modelInTurn });
    this.#replyDue = false;
    this.silence.mark();
    this.#userHeard('text');
    this.#watchdog?.feed({ type: 'asked', atMs: this.#userHeardAtMs });
  }

  /** The runtime asked the model to speak: a prompt, or a background result that is not silent. */
  prompted(): void {
    const atMs = this.#host.clock.nowMs();
    this.#reprompt?.wait();
    this.#watchdog?.feed({ type: 'asked', atMs });
    this.#userHeardAtMs = atMs; // an interruption that follows is ours
  }

  // What the model does

  /** Text, a thought or media; not a transcript, which may trail its turn. */
  modelOutput(): void {
    this.silence.mark();
    this.audioOutput();
  }

  /** A frame of audio: until when it is heard is the ledger's to know. For the fast lane. */
  audioOutput(): void {
    this.#watchdog?.modelOutput();
    if (!this.#modelSpeaks) this.#modelBegan();
  }

  turnComplete(): void {
    this.#noteAnswer({ type: 'turnComplete' });
    this.#modelSpeaks = false;
    if (!this.#repliesInOwnTurn) this.#replyDue = false;
    this.#softTurn?.reset();
    this.#watchdog?.feed({ type: 'turnComplete' });
    this.#reprompt?.activity();
  }

  /** The model said that it has nothing to say. */
  waitingForInput(): void {
    this.#noteAnswer({ type: 'waitingForInput' });
    this.#modelSpeaks = false;
    this.#replyDue = false;
    this.#watchdog?.feed({ type: 'waitingForInput' });
    this.#reprompt?.activity();
  }

  /** @param cutOff what the ledger answered to the same interruption. */
  interrupted(cutOff: CutOff | undefined): void {
    this.#noteAnswer({ type: 'interrupted' });
    const atMs = this.#host.clock.nowMs();
    const wasHeard = atMs - this.#userHeardAtMs <= CAUSE_MS;
    const user = this.userSpeaking ? 'speaking' : wasHeard ? 'heard' : 'unheard';
    const fellSilent = this.#modelSpeaks || cutOff !== undefined;
    this.#modelSpeaks = false;
    this.#replyDue = false;
    this.#watchdog?.feed({ type: 'interrupted', atMs, fellSilent, user });
    this.#reprompt?.activity();
  }

  /** The model called tools that the conversation waits for. Not background ones: their results are prompts. */
  toolCall(): void {
    this.#noteAnswer({ type: 'modelBegan' });
    this.silence.mark();
    this.#modelSpeaks = false; // whatever it says from here on comes beside the tools
    this.#replyDue = false;
    this.#toolsRun = true;
    this.#softTurn?.reset();
    this.#watchdog?.feed({ type: 'toolCall' });
  }

  /** All of them are answered. `replyDue` is false when the model is to say nothing about it. */
  toolsAnswered(replyDue: boolean): void {
    if (!this.#toolsRun) return;
    this.#replyDue = replyDue;
    this.#toolsEnded(replyDue);
  }

  /** The service took the last of them back. What the model says next is about whatever made it do so. */
  toolsCancelled(): void {
    if (this.#toolsRun) this.#toolsEnded(true);
  }

  /** A fresh connection: what the old one had begun is not to come; what was asked is asked again. */
  connected(): void {
    this.#noteAnswer({ type: 'reconnected' });
    this.#modelSpeaks = false;
    this.#toolsRun = false;
    this.#replyDue = false;
    this.#softTurn?.reset();
    this.#watchdog?.feed({ type: 'reconnected', atMs: this.#host.clock.nowMs() });
    this.#reprompt?.activity();
  }

  /** The session ended: no timer is left. */
  close(): void {
    this.#softTurn?.reset();
    this.#watchdog?.close();
    this.#reprompt?.close();
  }

  #noteAnswer(news: AnswerNews): void {
    if (this.#answerDue !== 'no' || news.type === 'asked') {
      this.#answerDue = transitionAnswerDue(this.#answerDue, news);
    }
  }

  #modelBegan(): void {
    this.#noteAnswer({ type: 'modelBegan' });
    this.#modelSpeaks = true;
    this.#replyDue = false;
    this.#softTurn?.reset();
    this.#reprompt?.activity();
  }

  #toolsEnded(replyDue: boolean): void {
    this.#toolsRun = false;
    this.#userHeardAtMs = this.#host.clock.nowMs(); // a response may interrupt on purpose
    this.silence.mark();
    this.#watchdog?.feed({ type: 'toolsAnswered', atMs: this.#userHeardAtMs, replyDue });
    if (this.#modelSpeaks) this.#watchdog?.modelOutput();
    this.#reprompt?.activity();
  }

  #userHeard(witness: 'edge' | 'transcript' | 'text'): void {
    this.#userHeardAtMs = this.#host.clock.nowMs();
    this.#watchdog?.userHeard(witness);
    this.#reprompt?.userActivity();
  }

  #watch(options: DeadAirOptions): DeadAirWatchdog {
    const { clock, emit, nudge, rotate, turnAbandoned } = this.#host;
    const isHeard = (): boolean => !this.#isEndUnmarked && this.userSpeaking;
    return new DeadAirWatchdog(
      {
        clock,
        emit,
        silence: this.silence,
        floor: {
          get userSpeaking() {
            return isHeard();
          },
        },
        nudge: (text, cause) => {
          this.#replyDue = false; // it did not come
          this.#reprompt?.wait();
          nudge(text, cause);
        },
        rotate,
        turnAbandoned: () => {
          this.#modelSpeaks = false;
          this.#replyDue = false;
          this.#reprompt?.activity();
          turnAbandoned();
        },
      },
      options,
    );
  }
}
