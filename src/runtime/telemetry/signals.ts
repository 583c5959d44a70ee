import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel, Clock } from '../../wire/index.ts';
import { type RuntimeStateWriter, runtimeWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import type { SessionTelemetry } from './session-telemetry.ts';

/** How long a session may last without context compression, counted from the first connection (spec: wire §4). */
const AUDIO_BUDGET_MS = 15 * 60_000;
const VIDEO_BUDGET_MS = 2 * 60_000;
/** What a GoAway means that does not say how long (spec: control §3.6). */
const GO_AWAY_MS = 60_000;

export interface SignalOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly state: State;
  readonly telemetry: Pick<SessionTelemetry, 'responseCount' | 'lastResponseLatencyMs' | 'tokens'>;
  /** How long nobody has spoken: neither the user nor the model as it is heard. */
  readonly silenceMs: () => number;
  /** Context compression is on: the session may last for ever, and there is no budget. Default false. */
  readonly unlimited?: boolean;
}

/** What a turn leaves in the signals. The words are redacted, and the model's cut to what was heard. */
export interface TurnSignals {
  /** The session's number of the turn, which is how many turns there were. */
  readonly number: number;
  readonly userWords: string;
  readonly modelWords: string;
}

/**
 * The `session:` keys that tell rules how the session stands (spec: voice §13). Those that change by the passing of time
 * are computed when they are read; the others are written when they change, so that watchers see it. Reconnects reset
 * only what is of a connection: `goAwayReceived`, `goAwayTimeLeftMs`, `resumable`.
 */
export class SessionSignals {
  readonly #options: SignalOptions;
  readonly #writer: RuntimeStateWriter;
  #live: readonly Cancel[] = [];
  #connectedMs: number | undefined;
  #goAwayAtMs: number | undefined;
  #hasVideo = false;
  #interruptions = 0;
  #errors = 0;

  constructor(options: SignalOptions) {
    this.#options = options;
    this.#writer = runtimeWriter(options.state);
  }

  /** Setup is complete, for the first time or again. */
  connected(): void {
    this.#goAwayAtMs = undefined;
    if (this.#connectedMs === undefined) this.#begin();
    this.#write('goAwayReceived', false);
    this.#write('resumable', false);
    this.#write('disconnected', false);
  }

  userSpeaking(speaking: boolean): void {
    this.#write('isUserSpeaking', speaking);
  }

  modelSpeaking(speaking: boolean): void {
    this.#write('isModelSpeaking', speaking);
  }

  interruption(): void {
    this.#write('interruptCount', ++this.#interruptions);
  }

  /** An `error` event was published. The text must hold no secret. */
  error(code: string, message: string): void {
    this.#write('errorCount', ++this.#errors);
    this.#write('lastError', `${code}: ${message}`);
  }

  goAway(timeLeftMs: number = GO_AWAY_MS): void {
    this.#goAwayAtMs = this.#options.clock.nowMs() + timeLeftMs;
    this.#write('goAwayReceived', true);
  }

  resumption(update: { readonly resumable: boolean; readonly lastConsumedIndex?: number }): void {
    this.#write('resumable', update.resumable);
    if (update.lastConsumedIndex !== undefined) {
      this.#write('lastConsumedClientIndex', update.lastConsumedIndex);
    }
  }

  /** A frame of video was sent: the budget is that of video from now on. Cheap after the first. */
  videoSent(): void {
    if (this.#hasVideo) return;
    this.#hasVideo = true;
    this.#write('sessionType', 'audioVideo');
  }

  /** A turn is over, and the telemetry knows of it. */
  turnEnded(turn: TurnSignals): void {
    const { telemetry } = this.#options;
    if (turn.userWords !== '') this.#write('lastInputTranscription', turn.userWords);
    if (turn.modelWords !== '') this.#write('lastOutputTranscription', turn.modelWords);
    if (telemetry.responseCount > 0) {
      this.#write('lastResponseLatencyMs', telemetry.lastResponseLatencyMs);
    }
    const { tokensByModality: _, ...tokens } = telemetry.tokens;
    for (const [name, count] of Object.entries(tokens)) this.#write(name, count);
    this.#write('turnCount', turn.number);
  }

  /** The end: `elapsedMs` stands still, what else passes with time is gone, and the state lets go of the session. */
  disconnected(): void {
    if (this.#connectedMs !== undefined) this.#write('elapsedMs', this.#elapsedMs());
    this.#write('isUserSpeaking', false);
    this.#write('isModelSpeaking', false);
    this.#write('disconnected', true);
    for (const cancel of this.#live) cancel();
    this.#live = [];
  }

  #begin(): void {
    this.#connectedMs = this.#options.clock.nowMs();
    this.#write('connectedAtMs', this.#connectedMs);
    this.#write('sessionType', this.#hasVideo ? 'audioVideo' : 'audioOnly');
    this.#write('isUserSpeaking', false);
    this.#write('isModelSpeaking', false);
    this.#write('interruptCount', this.#interruptions);
    this.#write('errorCount', this.#errors);
    this.#live = [
      this.#writer.live('session:elapsedMs', () => this.#elapsedMs()),
      this.#writer.live('session:silenceMs', () => Math.round(this.#options.silenceMs())),
      this.#writer.live('session:remainingBudgetMs', () => this.#remainingBudgetMs()),
      this.#writer.live('session:goAwayTimeLeftMs', () => this.#goAwayTimeLeftMs()),
    ];
  }

  #elapsedMs(): number {
    // Whole: a long fraction can look like the number of a card.
    return Math.round(this.#options.clock.nowMs() - (this.#connectedMs ?? 0));
  }

  #remainingBudgetMs(): number | undefined {
    if (this.#options.unlimited === true) return undefined;
    return Math.max(0, (this.#hasVideo ? VIDEO_BUDGET_MS : AUDIO_BUDGET_MS) - this.#elapsedMs());
  }

  #goAwayTimeLeftMs(): number | undefined {
    return this.#goAwayAtMs === undefined
      ? undefined
      : Math.max(0, Math.round(this.#goAwayAtMs - this.#options.clock.nowMs()));
  }

  #write(name: string, value: JsonValue): void {
    this.#writer.set(`session:${name}`, value);
  }
}
