/** Waits for the answer to one input, bounded in time. */
import type { Cancel, Clock, SessionEvent } from '../../wire/index.ts';
import { ANSWER_START, type AnswerInput, type AnswerState, transitionAnswer } from './answer-state.ts';

/** How a wait ended. */
export type AnswerOutcome =
  | 'answered'
  /** What was answered began before the last word, and nothing more came. */
  | 'answeredEarlier'
  /** Nothing, or not the end of it, came in time. */
  | 'timedOut';

/** What a wait needs. */
export interface AnswerWaitOptions {
  readonly clock: Clock;
  /** Longest silence of the server once the input is sent. */
  readonly quietMs: number;
  /** When the agent's voice will have been played, on the clock: it is not silent before. */
  readonly playingUntilMs: () => number;
}

/** An earlier answer is taken for the answer after this much silence. */
const SETTLE_MS = 6000;
/** However much the server says, a wait ends after this many quiet times. */
const LONGEST_IN_QUIET_TIMES = 10;
const CHECK_MS = 100;

/** Feed it the session's events and the progress of the input; `outcome` resolves once. */
export class AnswerWait {
  readonly outcome: Promise<AnswerOutcome>;
  readonly #options: AnswerWaitOptions;
  #state: AnswerState = ANSWER_START;
  #resolve: (outcome: AnswerOutcome) => void = () => {};
  #lastEventMs = 0;
  #inputSentMs: number | undefined;
  #cancel: Cancel | undefined;

  constructor(options: AnswerWaitOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Whether anything of an answer has come since the last word. */
  get begun(): boolean {
    return this.#state.kind !== 'waiting' && !(this.#state.kind === 'answering' && !this.#state.final);
  }

  event(event: SessionEvent): void {
    this.#lastEventMs = this.#options.clock.nowMs();
    this.#step({ type: 'event', event });
  }

  lastWordSent(): void {
    this.#step({ type: 'lastWordSent' });
  }

  /** Starts the time limits. */
  inputSent(): void {
    this.#inputSentMs ??= this.#options.clock.nowMs();
    this.#step({ type: 'inputSent' });
    if (this.#state.kind !== 'done') this.#check();
  }

  /** Gives up waiting; `outcome` stays open. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #step(input: AnswerInput): void {
    this.#state = transitionAnswer(this.#state, input);
    if (this.#state.kind === 'done') this.#finish('answered');
  }

  #check(): void {
    const { clock, quietMs, playingUntilMs } = this.#options;
    const nowMs = clock.nowMs();
    const startMs = this.#inputSentMs ?? nowMs;
    const quietForMs = nowMs - Math.max(startMs, this.#lastEventMs, playingUntilMs());
    const settled = this.#state.kind === 'waiting' && this.#state.earlier && quietForMs >= SETTLE_MS;
    if (settled) return this.#finish('answeredEarlier');
    if (quietForMs >= quietMs || nowMs - startMs >= quietMs * LONGEST_IN_QUIET_TIMES) {
      return this.#finish('timedOut');
    }
    this.#cancel = clock.schedule(CHECK_MS, () => this.#check());
  }

  #finish(outcome: AnswerOutcome): void {
    this.stop();
    this.#resolve(outcome);
  }
}
