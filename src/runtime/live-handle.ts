/// <reference lib="esnext.disposable" preserve="true" />
import type { PhaseVisit } from '../flow/phases/index.ts';
import type {
  ConnectionStatus,
  EventReceiver,
  FunctionResponse,
  IgnoredSetting,
  ReceiverOptions,
  RotateOptions,
  SessionEvent,
  SessionPhase,
  SessionWriter,
  SubscribeOptions,
} from '../wire/index.ts';
import type { HandoffPacket } from './converse/handoff.ts';
import { requireEventType, requireListener } from './event-names.ts';
import { nextEvent } from './lanes/next-event.ts';
import type { LiveCore } from './live-core.ts';
import type { LiveEvent, LiveEventOf, LiveEventType } from './live-event.ts';
import { packetOf } from './live-handoff.ts';
import type { RestoredReport } from './persist/restored-report.ts';
import type { TurnRecord } from './record/turn-record.ts';
import { applyInput, type HandleInput, type HandleTap } from './replay/app-input.ts';
import type { State } from './state/state.ts';
import type { Explanation } from './steer/guide.ts';
import type { SessionTelemetry } from './telemetry/session-telemetry.ts';
import { PlaybackView } from './voice/playback/playback-view.ts';
import type { VoiceRuntimeState } from './voice/reactor.ts';
import type { BackendVadSnapshot } from './voice/uplink/input-vad.ts';

/**
 * A running live session (seed: LiveHandle). It is shared by reference. Sends resolve when written to the socket, or kept
 * until there is one; they reject with a `WireError` (`sessionEnded`, `sendQueueFull`, `unsupportedByModel`,
 * `invalidArgument`), and a rejection that nobody awaits is not an unhandled one.
 *
 * `Extracted` is the type of each extractor's result by its name; it is inferred.
 */
export class LiveHandle<Extracted extends object = Readonly<Record<string, unknown>>>
  implements AsyncDisposable
{
  readonly #core: LiveCore;
  /** Undefined unless the session is recorded. */
  readonly #tap: HandleTap | undefined;
  #playback: PlaybackView | undefined;

  /** Use `live({...}).connect()` or `Live.builder()`. */
  constructor(core: LiveCore, tap?: HandleTap) {
    this.#core = core;
    this.#tap = tap;
  }

  // Sending

  /** A chunk of the microphone: PCM16 little-endian mono at the configured rate, best 20 to 100 ms at a time. */
  sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    if (this.#tap !== undefined) return this.#tap.writer.sendAudio(data);
    return this.#core.voice.uplink.sendAudio(data);
  }

  /** A whole turn of the user; the model answers. Pending context goes first. */
  sendText(text: string): Promise<void> {
    return this.writer().sendText(text);
  }

  /** One still image, JPEG by default; at most one a second. Pending context goes first. */
  sendVideo(data: Uint8Array, mimeType?: string): Promise<void> {
    return this.writer().sendVideo(data, mimeType);
  }

  /**
   * Answers calls by hand: those of raw declarations, or, for a call of a tool that still runs, in the tool's place. An
   * answer to a call that was answered or cancelled is dropped and reported.
   */
  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void> {
    return this.writer().sendToolResponse(responses);
  }

  /**
   * Replaces the instruction of the session in mid-call, by the way that the model allows. Where phases or functions steer
   * the session, theirs stays, and it goes out when the model is not in its turn.
   */
  updateInstruction(instruction: string): Promise<void> {
    return this.writer().updateInstruction(instruction);
  }

  /** Sends as this handle does: what waits to be said goes before the user's words. For custom senders. */
  writer(): SessionWriter {
    return this.#tap?.writer ?? this.#core.writer;
  }

  // Voice

  /** The player has played everything: a prompt that waited for that goes out, unless the user speaks. */
  playbackDrained(): Promise<void> {
    this.#do({ do: 'playbackDrained' });
    return Promise.resolve();
  }

  /** The application hears the user begin to speak: a pending prompt is cancelled, queued context is kept. */
  userSpeechStarted(): Promise<void> {
    this.#do({ do: 'speechStarted' });
    return Promise.resolve();
  }

  /** The application hears the user stop. */
  userSpeechEnded(): Promise<void> {
    this.#do({ do: 'speechEnded' });
    return Promise.resolve();
  }

  /** Sends the deferred context and the armed prompt; `playbackDrained` is what voice clients should call. */
  flushDeferredPrompt(): Promise<void> {
    this.#do({ do: 'flushPrompt' });
    return Promise.resolve();
  }

  /** Who speaks, and whether a prompt waits. */
  voiceState(): VoiceRuntimeState {
    return this.#core.voice.uplink.voiceState;
  }

  /** The local VAD on the microphone; `backend: 'off'` where there is none. */
  inputVadState(): BackendVadSnapshot {
    return this.#core.voice.uplink.inputVadState;
  }

  /** What the listener hears, and where a player reports what it has played. */
  get playback(): PlaybackView {
    const { ledger } = this.#core.voice;
    this.#playback ??= new PlaybackView(
      this.#tap?.ledger(ledger) ?? ledger,
      () => void this.playbackDrained(),
    );
    return this.#playback;
  }

  // Events

  /** A receiver of live events, from now on: `recv()` rejects once with `lagged` after a loss. */
  events(options?: ReceiverOptions): EventReceiver<LiveEvent> {
    return this.#core.hub.subscribe(options);
  }

  /** Live events as an async iterable; losses are skipped. Leaving the loop ends it. */
  stream(options?: ReceiverOptions): AsyncIterable<LiveEvent> {
    return this.#core.hub.subscribe(options);
  }

  /**
   * Calls `listener` for each event of one type, synchronously, in order. Returns what ends it. Throws `invalidArgument`
   * for a type that there is not.
   */
  on<T extends LiveEventType>(
    type: T,
    listener: (event: LiveEventOf<T>) => void,
    options?: SubscribeOptions,
  ): () => void {
    requireEventType(type);
    requireListener(listener);
    return this.#core.hub.on(type, listener, options);
  }

  /** Calls `listener` for every event. */
  onEvent(listener: (event: LiveEvent) => void, options?: SubscribeOptions): () => void {
    requireListener(listener);
    return this.#core.hub.onAny(listener, options);
  }

  /**
   * The next event of one type, from now on: `const turn = call.next('turnRecord')`, then say something, then `await turn`.
   * Rejects with `sessionEnded` when the session ends without one, and with `aborted`.
   */
  next<T extends LiveEventType>(type: T, options?: SubscribeOptions): Promise<LiveEventOf<T>> {
    requireEventType(type);
    return nextEvent(this.#core.hub, type, options);
  }

  /** Raw events of the wire session. */
  subscribe(options?: ReceiverOptions): EventReceiver<SessionEvent> {
    return this.#core.session.subscribe(options);
  }

  // State and knowledge

  state(): State {
    return this.#core.state;
  }

  /** Metrics, collected as they happen: `telemetry().snapshot()`. */
  telemetry(): Pick<SessionTelemetry, 'snapshot'> {
    return this.#core.telemetry;
  }

  /** The latest result of an extractor. */
  extracted<Name extends keyof Extracted & string>(name: Name): Extracted[Name] | undefined {
    // What is stored under an extractor's name is what the extractor gave: JSON of its type.
    return this.#core.state.get(name) as Extracted[Name] | undefined;
  }

  /** Why the conversation stands where it stands; undefined when nothing governs it. */
  explain(): Explanation | undefined {
    return this.#core.guide?.explain();
  }

  /** The same, under the name of the question. */
  whyBlocked(): Explanation | undefined {
    return this.explain();
  }

  /** What a person needs to take this conversation over: who, where in it, what was collected, the last words. Redacted. */
  handoffPacket(reason: string): HandoffPacket {
    return packetOf(this.#core, reason);
  }

  /** One record per turn, the last 50. */
  get turns(): readonly TurnRecord[] {
    return this.#core.recorder.turns;
  }

  // Phases

  /** The phase of the conversation; empty when there are none. */
  get conversationPhase(): string {
    return this.#core.guide?.position ?? '';
  }

  /** The last 100 moves between phases, oldest first. */
  get phaseHistory(): readonly PhaseVisit[] {
    return this.#core.guide?.history ?? [];
  }

  /** Goes to a phase, along a transition or not. `source` stands in the reason of the move. */
  goToPhase(phase: string, source = 'the application'): void {
    this.#do({ do: 'goTo', phase, source });
  }

  // Life

  /** The phase of the wire session. */
  get phase(): SessionPhase {
    return this.#core.session.phase;
  }

  get connection(): ConnectionStatus {
    return this.#core.session.connection;
  }

  /** Of a session that is kept, its name in the store; else a UUID made on this side. The same across reconnects. */
  get sessionId(): string {
    return this.#core.session.sessionId;
  }

  /** What the session was restored with; undefined where the conversation began here. */
  get restored(): RestoredReport | undefined {
    return this.#core.keeping?.restored;
  }

  /**
   * Resolves when everything so far is in the store, and after the end when the last snapshot is. Rejects with the
   * `StoreError` that kept it from that, and with `aborted`. At once where the session is not kept.
   */
  async saved(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#core.keeping?.saved(options.signal);
  }

  /** Settings that the model would have refused, and that were left out. */
  get ignoredSettings(): readonly IgnoredSetting[] {
    return this.#core.session.ignoredSettings;
  }

  /** The newest handle to resume from, if the server gave one. */
  resumeHandle(): string | undefined {
    return this.#core.session.resumeHandle;
  }

  /**
   * Replaces the connection at the next pause that loses nothing (within a minute), or with `atOnce` now; `rotated` tells of
   * it. Resolves when the new one is up; rejects with `sessionEnded`.
   */
  rotate(options?: RotateOptions): Promise<void> {
    // What a rotation gives is the session's promise.
    return this.#do({ do: 'rotate', options }) as Promise<void>;
  }

  /**
   * Ends the session, in any phase, once for all callers: pending context goes out, teardown hooks run (bounded), then
   * the connection closes. Resolves when it has ended.
   */
  disconnect(reason?: string): Promise<void> {
    return this.writer().disconnect(reason);
  }

  /** Resolves when the session has ended, for every waiter, whoever ended it. */
  done(): Promise<void> {
    return this.#core.teardown.done();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  #do(input: HandleInput): unknown {
    const run = (): unknown => applyInput(this.#core, input);
    return this.#tap === undefined ? run() : this.#tap.input(input, run);
  }
}
