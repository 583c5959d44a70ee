import type { Cancel } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import type { FloorView } from '../context/context-queue.ts';
import type { SilenceMeter } from './silence-meter.ts';

/** What the active stage says about a user who is silent. */
export interface RepromptStage {
  /** After how much silence. */
  readonly afterMs: number;
  /** A turn in the user's name that makes the model speak, for example `(The user is silent. Ask again.)` */
  readonly text: string;
}

export interface RepromptHost extends Pick<RuntimeHost, 'clock' | 'emit'> {
  readonly silence: SilenceMeter;
  readonly floor: FloorView;
  /** Sends a completing turn of the user. Not to be told back as the user's activity. */
  readonly send: (text: string) => void;
}

/** How often in a row a user who does not say a word is asked. */
const MAX_IN_A_ROW = 3;

/**
 * Asks again when nobody has spoken for as long as the active stage allows (spec: voice §10): once per silence, never
 * while the user speaks, the model is in its turn, a tool runs or something plays. Any activity arms it anew; after
 * three in a row it waits for the user. One timer, only while a stage asks for it and it may come to that.
 */
export class Reprompt {
  readonly #host: RepromptHost;
  #stage: RepromptStage | undefined;
  /** When the silence began in which the user was last asked: there is one question per silence. */
  #askedInMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;
  #waitsFromMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: Cancel | undefined;

  constructor(host: RepromptHost) {
    this.#host = host;
  }

  /** The stage changed; undefined when the present one asks for nothing. */
  stage(stage: RepromptStage | undefined): void {
    this.#stage = stage;
    this.#stop();
    this.#arm();
  }

  /** The user was heard, or read. */
  userActivity(): void {
    this.#inARow = 0;
    this.activity();
  }

  /** Anybody was, or what kept the floor busy is over. */
  activity(): void {
    this.#arm();
  }

  /** The model was prompted by somebody else: the silence goes on, but the wait begins anew. */
  wait(): void {
    this.#waitsFromMs = this.#host.clock.nowMs();
  }

  close(): void {
    this.stage(undefined);
  }

  #arm(): void {
    if (this.#stage === undefined || this.#inARow >= MAX_IN_A_ROW) return;
    if (this.#host.silence.sinceMs === this.#askedInMs) return;
    if (this.#cancelTimer !== undefined) return; // it looks again when it is due
    const inMs = Math.max(1, Math.ceil(this.#missingMs(this.#stage)));
    this.#cancelTimer = this.#host.clock.schedule(inMs, this.#onTimer);
  }

  /** How much silence is still missing. */
  #missingMs({ afterMs }: RepromptStage): number {
    const { clock, silence } = this.#host;
    return Math.max(silence.sinceMs, this.#waitsFromMs) + afterMs - clock.nowMs();
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  readonly #onTimer = (): void => {
    this.#cancelTimer = undefined;
    const { emit, floor, send, silence } = this.#host;
    const stage = this.#stage;
    if (stage === undefined || floor.userSpeaking || floor.modelInTurn) return; // their end is an activity
    if (this.#missingMs(stage) > 0) {
      this.#arm();
      return;
    }
    const { silenceMs, sinceMs } = silence;
    if (sinceMs === this.#askedInMs) return;
    this.#askedInMs = sinceMs;
    this.#inARow++;
    send(stage.text);
    emit({ type: 'reprompted', silenceMs });
  };
}
