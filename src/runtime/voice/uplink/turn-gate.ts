import {
  commitTurn,
  isTurnOpen,
  TURN_IDLE,
  type TurnCommitEvent,
  type TurnCommitPolicy,
  type TurnCommitState,
  type TurnMark,
  turnDeadlineMs,
} from '../turn-commit.ts';
import { HeldAudio } from './held-audio.ts';

/** Where a gate puts what passes; each is called with the gate's own work done. */
export interface TurnGateOutput {
  /** The user's turn begins: send the mark. Its audio follows. */
  openTurn(mark: Exclude<TurnMark, 'activityEnd'>): void;
  /** Audio of the open turn. */
  sendAudio(samples: Int16Array): void;
  /** The user's turn is over: send the mark. Its audio is sent. */
  closeTurn(): void;
}

/**
 * The one owner of activity marks when the client decides (spec: voice §16.24). It opens and closes the user's turns by
 * the turn commit, and lets audio pass only within them: the service discards audio outside a turn, or closes the
 * session on it (spec: wire §4, "Manual activity"). What was spoken before a turn opened is kept and follows its mark.
 *
 * Its clock is the audio: samples that came in, at their rate.
 */
export class TurnGate {
  readonly #rateHz: number;
  readonly #output: TurnGateOutput;
  readonly #held: HeldAudio;
  #policy: TurnCommitPolicy;
  #state: TurnCommitState = TURN_IDLE;
  /** Samples that came in. */
  #position = 0;
  /** Where the state changes by itself. */
  #deadline = Number.POSITIVE_INFINITY;
  /** Where the speech began that makes the next turn. */
  #speechFrom = 0;

  /** @param preSpeechMs how much audio before an edge may belong to its speech. */
  constructor(rateHz: number, policy: TurnCommitPolicy, preSpeechMs: number, output: TurnGateOutput) {
    this.#rateHz = rateHz;
    this.#policy = policy;
    this.#output = output;
    this.#held = new HeldAudio(Math.ceil((rateHz * (policy.sustainMs + preSpeechMs)) / 1000));
  }

  /** Whether the server has been told that the user speaks. */
  get isOpen(): boolean {
    return isTurnOpen(this.#state);
  }

  /** Whether time alone will change something. */
  get isWaiting(): boolean {
    return this.#deadline !== Number.POSITIVE_INFINITY;
  }

  get position(): number {
    return this.#position;
  }

  /** How long silence must last to end a turn; holds for a silence that runs, too. */
  set holdMs(holdMs: number) {
    this.#policy = { ...this.#policy, holdMs };
    this.#setDeadline();
  }

  /** Takes the next stretch of the stream, `samples[from..to)`: sends or keeps it. */
  pass(samples: Int16Array, from: number, to: number): void {
    let next = from;
    while (this.#deadline <= this.#position + to - next) {
      const due = next + Math.max(0, this.#deadline - this.#position);
      this.#stream(samples, next, due);
      next = due;
      this.#expire();
    }
    this.#stream(samples, next, to);
  }

  /** The user begins, now. @param speechFrom the sample where the speech began. */
  speechStarted(speechFrom: number, modelAudible: boolean): void {
    if (this.#state.kind === 'idle') this.#speechFrom = speechFrom;
    this.#step({ type: 'speechStarted', atMs: this.#nowMs(), modelAudible });
  }

  /** The user stops, now. */
  speechEnded(): void {
    this.#step({ type: 'speechEnded', atMs: this.#nowMs() });
  }

  /** The model is no longer heard. */
  floorFreed(): void {
    this.#step({ type: 'floorFreed' });
  }

  /** No audio has come for so long: what would have become due with it is due. */
  quiet(quietMs: number): void {
    if (this.#deadline <= this.#position + (quietMs * this.#rateHz) / 1000) this.#expire();
  }

  #nowMs(): number {
    return (this.#position * 1000) / this.#rateHz;
  }

  #stream(samples: Int16Array, from: number, to: number): void {
    if (from === to) return;
    const at = this.#position;
    this.#position += to - from;
    if (!this.isOpen) this.#held.write(samples, from, to, at);
    else this.#output.sendAudio(to - from === samples.length ? samples : samples.subarray(from, to));
  }

  #expire(): void {
    this.#step({ type: 'timePassed', atMs: turnDeadlineMs(this.#state, this.#policy) });
  }

  #step(event: TurnCommitEvent): void {
    const { state, mark } = commitTurn(this.#state, event, this.#policy);
    this.#state = state;
    this.#setDeadline();
    if (mark === 'activityEnd') this.#output.closeTurn();
    else if (mark !== undefined) this.#open(mark);
  }

  #open(mark: Exclude<TurnMark, 'activityEnd'>): void {
    const spoken = this.#held.take(this.#speechFrom);
    this.#output.openTurn(mark);
    if (spoken !== undefined) this.#output.sendAudio(spoken);
  }

  #setDeadline(): void {
    this.#deadline = Math.round((turnDeadlineMs(this.#state, this.#policy) * this.#rateHz) / 1000);
  }
}
