import type { Cancel } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import type { DeadAirAction, DeadAirCause } from '../../live-event.ts';
import type { FloorView } from '../context/context-queue.ts';
import {
  causeOf,
  type DeadAirInput,
  type DeadAirState,
  NOTHING_OWED,
  transitionDeadAir,
} from './dead-air-machine.ts';
import type { SilenceMeter } from './silence-meter.ts';

export interface DeadAirOptions {
  /** How long an answer to the user may take. @default 5000 */
  readonly noReplyMs?: number;
  /** How long after the last output, or the end of its playback, `turnComplete` may come. @default 5000 */
  readonly turnCompleteMs?: number;
  /** How long after an interruption the user must have been heard. @default 2500 */
  readonly phantomMs?: number;
  /** At most so many actions until the user is heard again; each waits twice as long as the one before. @default 2 */
  readonly maxActions?: number;
  /**
   * What to do: `nudge` prompts the model, unseen by the user; `rotate` replaces the connection at once, and what the model
   * has not answered is asked again; `filler` and `escalate` are for the application that
   * listens to `deadAir`; `none` only tells.
   *
   * @default nudge on `noReply` and `phantomInterruption`, none on `missingTurnComplete`
   */
  readonly policy?: Readonly<Partial<Record<DeadAirCause, DeadAirAction>>>;
  /** What a nudge says to the model. */
  readonly nudges?: Readonly<Partial<Record<DeadAirCause, string>>>;
}

export interface DeadAirHost extends Pick<RuntimeHost, 'clock' | 'emit'> {
  readonly silence: SilenceMeter;
  readonly floor: Pick<FloorView, 'userSpeaking'>;
  /** Sends context and asks the model to speak, by the way that is legal for it. */
  readonly nudge: (text: string, cause: DeadAirCause) => void;
  /** Goes on over another connection. */
  readonly rotate: () => void;
  /** The model's turn is over although nobody said so. */
  readonly turnAbandoned: () => void;
}

const MODEL_OUTPUT: DeadAirInput = { type: 'modelOutput' };

const POLICY: Readonly<Record<DeadAirCause, DeadAirAction>> = {
  noReply: 'nudge',
  missingTurnComplete: 'none',
  phantomInterruption: 'nudge',
};

const NUDGES: Readonly<Record<DeadAirCause, string>> = {
  noReply: 'The user waits for an answer.',
  missingTurnComplete: 'The user has heard everything and waits.',
  phantomInterruption: 'You were cut off although the user said nothing. Go on where you stopped.',
};

/**
 * Notices that nothing is heard although something should be, and does one thing about it: no reply to the user, a
 * model that stopped without ending its turn, an interruption by nobody. It cannot loop: at most `maxActions` until
 * the user is heard again. One timer, only while something is owed.
 */
export class DeadAirWatchdog {
  readonly #host: DeadAirHost;
  readonly #options: DeadAirOptions;
  #state: DeadAirState = NOTHING_OWED;
  #actions = 0;
  /** The best witness of the user so far: an edge comes with the speech, a transcript maybe only behind it. */
  #witness: 'none' | 'transcript' | 'edge' = 'none';
  #cancelTimer: Cancel | undefined;
  #timerAtMs = 0;

  constructor(host: DeadAirHost, options: DeadAirOptions = {}) {
    this.#host = host;
    this.#options = options;
  }

  feed(input: DeadAirInput): void {
    const before = this.#state;
    this.#state = transitionDeadAir(before, input);
    if (this.#state !== before) this.#arm();
  }

  /** For the fast lane: most outputs follow another. */
  modelOutput(): void {
    if (this.#state.type !== 'modelTurn') this.feed(MODEL_OUTPUT);
  }

  /** The user was heard or read: the actions are counted from 0 again. */
  userHeard(witness: 'edge' | 'transcript' | 'text'): void {
    this.#actions = 0;
    if (witness === 'edge' || (witness === 'transcript' && this.#witness === 'none')) this.#witness = witness;
  }

  close(): void {
    this.feed({ type: 'reset' });
  }

  /** When waiting turns into dead air; undefined when nothing is owed, or nobody could know. */
  #dueMs(): number | undefined {
    const { noReplyMs = 5000, turnCompleteMs = 5000, phantomMs = 2500 } = this.#options;
    const state = this.#state;
    const patience = 2 ** this.#actions;
    switch (state.type) {
      case 'awaitingReply':
        return Math.max(state.sinceMs, this.#host.silence.sinceMs) + noReplyMs * patience;
      case 'modelTurn':
        return this.#host.silence.sinceMs + turnCompleteMs * patience;
      case 'cutOff':
        if (this.#witness === 'none') return undefined;
        return state.sinceMs + (this.#witness === 'edge' ? phantomMs : phantomMs + noReplyMs) * patience;
      case 'quiet':
      case 'working':
        return undefined;
    }
  }

  #arm(): void {
    const dueMs = this.#dueMs();
    if (dueMs === undefined) {
      this.#stop();
      return;
    }
    if (this.#cancelTimer !== undefined && this.#timerAtMs <= dueMs) return; // it looks again when it is due
    this.#stop();
    const nowMs = this.#host.clock.nowMs();
    const inMs = Math.max(1, Math.ceil(dueMs - nowMs));
    this.#timerAtMs = nowMs + inMs;
    this.#cancelTimer = this.#host.clock.schedule(inMs, this.#onTimer);
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  readonly #onTimer = (): void => {
    this.#cancelTimer = undefined;
    const { clock, floor, silence } = this.#host;
    if (floor.userSpeaking) silence.mark(); // whatever is owed is owed after them
    const cause = causeOf(this.#state);
    const dueMs = this.#dueMs();
    if (cause === undefined || dueMs === undefined) return;
    if (clock.nowMs() < dueMs) this.#arm();
    else this.#act(cause);
  };

  #act(cause: DeadAirCause): void {
    const { clock, emit, nudge, rotate, silence, turnAbandoned } = this.#host;
    const { maxActions = 2, policy, nudges } = this.#options;
    if (cause === 'missingTurnComplete') turnAbandoned();
    if (this.#actions >= maxActions) {
      this.feed({ type: 'reset' });
      return;
    }
    const action = policy?.[cause] ?? POLICY[cause];
    const silentMs = clock.nowMs() - silence.sinceMs;
    this.#actions++;
    this.feed({ type: 'acted', atMs: clock.nowMs(), nudged: action === 'nudge' });
    emit({ type: 'deadAir', cause, action, silentMs });
    if (action === 'nudge') nudge(nudges?.[cause] ?? NUDGES[cause], cause);
    if (action === 'rotate') rotate();
  }
}
