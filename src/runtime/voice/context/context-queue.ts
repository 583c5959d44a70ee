/** Context beside the user's words: when it goes out, and that it does (spec: voice §7.2, §16.26). */
import { type ModelProfile, type SessionWriter, WireError } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { ContextDelivery, ContextPlan, DeliveryMode, PromptCancelReason } from './context-delivery.ts';
import { type PendingTurn, PendingTurns, textOf } from './pending-turns.ts';

/** Who has the floor now; each is read, never kept. */
export interface FloorView {
  readonly userSpeaking: boolean;
  /** From the model's first output to its `turnComplete` or `interrupted`, unanswered tool calls included. */
  readonly modelInTurn: boolean;
  readonly playbackActive: boolean;
}

export interface ContextHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  /** The raw one: it flushes nothing. */
  readonly writer: Pick<SessionWriter, 'sendClientContent' | 'sendText'>;
  readonly profile: Pick<ModelProfile, 'clientContentMidSession'>;
  readonly floor: FloorView;
  /** A prompt waits for the floor: feed it to the reactor as `promptArmed`. */
  readonly promptArmed?: () => void;
  /** The model was asked to speak: an answer is due. */
  readonly prompted?: () => void;
  readonly promptCancelled?: (reason: PromptCancelReason) => void;
}

export interface ContextQueueOptions {
  /** How many turns may wait; beyond it the oldest is dropped and one error is reported. @default 64 */
  readonly maxPendingTurns?: number;
  /** Whether speech edges will come (a local or server VAD); the first one proves it anyway. @default false */
  readonly speechEdges?: boolean;
}

/** What a model is asked that takes nothing but text and has nothing new to be told. */
const BARE_PROMPT = 'Continue.';
/** A pause of the stream of audio after which the next chunk begins a turn of the user: push to talk. */
const STREAM_PAUSE_MS = 500;

/**
 * The one road of context to the model. *Immediate* goes out now, but for its prompt. *Deferred* waits, because `clientContent` cuts off
 * whatever the model is saying; it leaves, all in one frame:
 *
 * - before a text of the user, always;
 * - in a turn of the user (from its speech edge) as soon as the model is not in its own turn;
 * - before the first audio or image after a pause of the stream, and, where there are no speech edges, before any
 *   audio or image: when the model is not in its turn and nothing plays;
 * - before a prompt, and at the end of the session.
 *
 * A prompt is armed with its batch, survives flushes, and is sent as soon as the user is silent, nothing plays
 * and the model is not in its turn; the user's speech cancels it and keeps the context.
 *
 * A model that takes no `clientContent` in mid-session (3.1) is given the context as text: in front of the user's
 * next text or as the prompt. For its audio there is no legal way: that is reported once (`contextUndelivered`).
 */
export class ContextQueue implements ContextDelivery {
  readonly #host: ContextHost;
  readonly #maxPendingTurns: number;
  readonly #turns: PendingTurns = new PendingTurns();
  #pending = false;
  #promptArmed = false;
  #speechEdges: boolean;
  #userTurn = false;
  #lastStreamMs = 0;
  #saidTextOnly = false;
  #saidOverflow = false;

  constructor(host: ContextHost, options: ContextQueueOptions = {}) {
    this.#host = host;
    this.#maxPendingTurns = options.maxPendingTurns ?? 64;
    this.#speechEdges = options.speechEdges ?? false;
  }

  /** Whether context waits: all that the microphone's path looks at. */
  get pending(): boolean {
    return this.#pending;
  }

  get promptArmed(): boolean {
    return this.#promptArmed;
  }

  deliver(plan: ContextPlan, mode: DeliveryMode): void {
    if (!this.#pending) this.#lastStreamMs = this.#host.clock.nowMs();
    this.#turns.add(plan.turns, plan.tag);
    this.#promptArmed ||= plan.prompt;
    if (mode === 'immediate') {
      this.#pending = this.#turns.size > 0;
      if (plan.prompt && this.#isFloorFree) return this.#prompt();
      // Where context goes as text it waits with its prompt.
      if (!plan.prompt || this.#host.profile.clientContentMidSession) this.flush();
      if (!plan.prompt) return;
    }
    this.#trim();
    this.#pending = this.#turns.size > 0;
    this.floorChanged();
    if (plan.prompt && this.#promptArmed) this.#host.promptArmed?.();
  }

  /** Sends all that waits, in one frame, without a prompt. On a text-only model it goes on waiting. */
  flush(): void {
    if (!this.#pending) return;
    if (!this.#host.profile.clientContentMidSession) {
      this.#reportTextOnly();
      return;
    }
    const turns = this.#take();
    const contents = turns.map(({ content }) => content);
    this.#send(
      () => this.#host.writer.sendClientContent(contents, false),
      () => this.#putBack(turns),
    );
  }

  /**
   * Sends what waits and, if a prompt is armed, the prompt: the effect of the reactor, `flushDeferredPrompt`. While the
   * model is in its turn all waits for the end of it, and a prompt for the user and the playback, too.
   */
  promptModel(): void {
    if (this.#host.floor.modelInTurn) return;
    if (!this.#promptArmed) this.flush();
    else if (this.#isFloorFree) this.#prompt();
  }

  /** Takes an armed prompt back; the context stays. */
  cancelPrompt(reason: PromptCancelReason): void {
    if (!this.#promptArmed) return;
    this.#promptArmed = false;
    this.#host.promptCancelled?.(reason);
  }

  /** The user began to speak, or the turn commit says so where there is one. */
  userTurnStarted(): void {
    this.#speechEdges = true;
    this.#userTurn = true;
    this.cancelPrompt('userSpoke');
    this.#flushInUserTurn();
  }

  userTurnEnded(): void {
    this.#userTurn = false;
  }

  /** Playback ended, the model's turn ended, or the user fell silent: what waited for that goes out now. */
  floorChanged(): void {
    this.#flushInUserTurn();
    if (this.#promptArmed) this.promptModel();
  }

  /** A chunk of audio or an image is about to be sent, and something is {@link pending}. */
  beforeStream(): void {
    const { clock, floor, profile } = this.#host;
    if (!profile.clientContentMidSession) return;
    const nowMs = clock.nowMs();
    const first = nowMs - this.#lastStreamMs >= STREAM_PAUSE_MS;
    this.#lastStreamMs = nowMs;
    if (this.#userTurn) this.#flushInUserTurn();
    else if ((first || !this.#speechEdges) && !floor.modelInTurn && !floor.playbackActive) this.flush();
  }

  /** A text of the user is about to be sent; returns what to send in its place. */
  beforeText(text: string): string {
    if (this.#host.profile.clientContentMidSession) {
      this.flush();
      return text;
    }
    const context = this.#asText(this.#take());
    return context === '' ? text : `${context}\n\n${text}`;
  }

  /** The session ends: context goes out while it still can, a prompt does not. */
  close(): void {
    this.cancelPrompt('sessionEnded');
    if (this.#host.profile.clientContentMidSession) this.flush();
    this.#take();
  }

  #prompt(): void {
    this.#promptArmed = false;
    const rearm = (): void => {
      this.#promptArmed = true;
    };
    if (this.#host.profile.clientContentMidSession) {
      this.flush();
      this.#send(() => this.#host.writer.sendClientContent([], true), rearm);
    } else {
      const turns = this.#take();
      const text = this.#asText(turns) || BARE_PROMPT;
      this.#send(
        () => this.#host.writer.sendText(text),
        () => {
          this.#putBack(turns);
          rearm();
        },
      );
    }
    this.#host.prompted?.();
  }

  get #isFloorFree(): boolean {
    const { userSpeaking, playbackActive, modelInTurn } = this.#host.floor;
    return !userSpeaking && !playbackActive && !modelInTurn;
  }

  #flushInUserTurn(): void {
    if (this.#pending && this.#userTurn && !this.#host.floor.modelInTurn) this.flush();
  }

  #take(): readonly PendingTurn[] {
    this.#pending = false;
    return this.#turns.take();
  }

  #putBack(turns: readonly PendingTurn[]): void {
    this.#turns.putBack(turns);
    this.#trim();
    this.#pending = this.#turns.size > 0;
  }

  #trim(): void {
    const dropped = this.#turns.trim(this.#maxPendingTurns);
    if (dropped === 0 || this.#saidOverflow) return;
    this.#saidOverflow = true;
    this.#report(
      `More than ${this.#maxPendingTurns} context turns wait for the user: the oldest are dropped. Tag batches that replace each other, or deliver immediately.`,
    );
  }

  #asText(turns: readonly PendingTurn[]): string {
    const texts = turns.map(({ content }) => textOf(content));
    if (texts.includes(undefined)) this.#reportTextOnly();
    return texts.filter((text) => text !== undefined).join('\n');
  }

  #reportTextOnly(): void {
    if (this.#saidTextOnly) return;
    this.#saidTextOnly = true;
    this.#report(
      'This model takes no context in mid-session: texts go with the next text of the user or prompt, other parts are dropped. Put what it must know into the system instruction or into tool results.',
    );
  }

  /** A full queue is a moment, not an end: what it refused is kept for the next occasion. */
  #send(send: () => Promise<void>, keep: () => void): void {
    const failed = (cause: unknown): void => {
      const code = cause instanceof WireError ? cause.code : undefined;
      if (code === 'sendQueueFull') keep();
      else if (code !== 'sessionEnded')
        this.#report('Context could not be sent and is dropped: see the cause.', cause);
    };
    try {
      send().catch(failed);
    } catch (cause) {
      failed(cause);
    }
  }

  #report(message: string, cause?: unknown): void {
    this.#host.report(new RuntimeError('contextUndelivered', message, cause === undefined ? {} : { cause }));
  }
}
