/** The microphone beside a call that blocks the model (spec: wire §4, Tools). */
import {
  type Clock,
  callKey,
  type FunctionCall,
  type ModelProfile,
  type SessionHandle,
  type SessionPhase,
  type Tool,
} from '../../../wire/index.ts';
import { hasAsyncTools } from '../../tools/background-delivery.ts';
import type { MicSession } from './mic-path.ts';
import type { VoiceSettings } from './voice-options.ts';

/** What decides whether, and how much of, the microphone is withheld. */
export interface WithheldMicOptions {
  readonly clock: Clock;
  readonly profile: ModelProfile;
  /** What the setup declares. */
  readonly tools: readonly Tool[];
  readonly settings: Pick<VoiceSettings, 'authority' | 'rateHz'>;
  /** `limits.maxQueuedAudioMs`. @default 2_000 */
  readonly maxQueuedAudioMs: number | undefined;
  /** What was withheld is out. */
  readonly onReleased?: () => void;
}

/** A microphone that may wait. */
export interface WaitingMic extends MicSession {
  /** Something of the user's is still to be sent: the server does not know that their turn is over. */
  readonly withholds?: boolean;
  /** How much of what was withheld was dropped over its bound, in milliseconds. */
  readonly droppedAudioMs?: number;
}

const UNCONNECTED: readonly SessionPhase[] = ['disconnected', 'connecting', 'setupSent'];
/** Phases that begin with what the model does, which is told right after: nothing may slip in between. */
const TAKES_THE_FLOOR: readonly SessionPhase[] = ['modelSpeaking', 'toolCallPending'];
/** How often it looks whether the calls are over. */
const LOOK_MS = 100;

type Mark = 'signalActivityStart' | 'signalActivityEnd' | 'audioStreamEnd';
type Chunk = Uint8Array | Int16Array;

const DEFAULT_QUEUED_MS = 2_000;
/** A rate that holds two seconds of any speech codec. */
const ENCODED_BYTES_PER_MS = 8;
/** A call that nobody answers has wedged the model: then only the user's voice may still get it out. */
const MAX_HOLD_MS = 60_000;

/**
 * Where a microphone's audio goes: the session itself, unless its model may close the connection on audio that comes
 * while a blocking call is pending (1008; 2.5 and 3.1) and has functions that block.
 */
export function micSession(session: SessionHandle, options: WithheldMicOptions): WaitingMic {
  const { profile, tools } = options;
  const isTouchy = ['halfCascade', 'native2.5', 'flash3.1'].includes(profile.family);
  const declared = isTouchy ? tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations) : [];
  const free = hasAsyncTools(profile) ? declared.filter(({ behavior }) => behavior === 'NON_BLOCKING') : [];
  if (free.length === declared.length) return session;
  return new WithheldMic(session, new Set(free.map(({ name }) => name)), options);
}

/**
 * Keeps audio, and the marks that belong to it, while a blocking call is pending, and sends them behind its answer. Kept is
 * what a lost connection would keep: `limits.maxQueuedAudioMs`, of which the oldest goes; a turn of which nothing is left
 * goes with its marks. After a minute nothing is withheld any more.
 */
class WithheldMic implements WaitingMic {
  readonly #session: SessionHandle;
  readonly #free: ReadonlySet<string>;
  readonly #options: WithheldMicOptions;
  readonly #bytesPerMs: number;
  readonly #maxBytes: number;
  /** Blocking calls that were open when last looked. */
  #calls: readonly string[] = [];
  #heldSinceMs = 0;
  /** The server has been told that the user speaks; a connection that follows is told so by the session. */
  #isOpen = false;
  #kept: Array<Chunk | Mark> = [];
  #keptBytes = 0;
  #droppedBytes = 0;
  #stopWatching: () => void = () => {};

  /** @param free the functions whose calls let the talk go on. */
  constructor(session: SessionHandle, free: ReadonlySet<string>, options: WithheldMicOptions) {
    this.#session = session;
    this.#free = free;
    this.#options = options;
    const { maxQueuedAudioMs = DEFAULT_QUEUED_MS, settings } = options;
    this.#bytesPerMs = settings.rateHz === undefined ? ENCODED_BYTES_PER_MS : settings.rateHz / 500;
    this.#maxBytes = maxQueuedAudioMs * this.#bytesPerMs;
    session.on('toolCall', ({ calls }) => this.#called(calls));
  }

  get withholds(): boolean {
    return this.#kept.length > 0;
  }

  get droppedAudioMs(): number {
    return this.#droppedBytes / this.#bytesPerMs;
  }

  sendAudio(chunk: Chunk): Promise<void> {
    if (!this.#isHeld() || this.#isRefused(chunk)) return this.#session.sendAudio(chunk);
    this.#kept.push(chunk.slice());
    this.#keptBytes += chunk.byteLength;
    while (this.#keptBytes > this.#maxBytes) this.#dropOldest();
    return Promise.resolve();
  }

  signalActivityStart(): Promise<void> {
    return this.#mark('signalActivityStart');
  }

  signalActivityEnd(): Promise<void> {
    return this.#mark('signalActivityEnd');
  }

  audioStreamEnd(): Promise<void> {
    return this.#mark('audioStreamEnd');
  }

  /** With the server's detection on, activity marks do not go on the wire: they are no part of the stream. */
  #mark(mark: Mark): Promise<void> {
    const isOfStream = mark === 'audioStreamEnd' || this.#options.settings.authority === 'client';
    if (!isOfStream || !this.#isHeld()) {
      this.#isOpen = mark === 'signalActivityStart';
      return this.#session[mark]();
    }
    const last = this.#kept.at(-1);
    if (mark === 'signalActivityEnd' && last === 'signalActivityStart') this.#kept.pop();
    else if (mark !== last) this.#kept.push(mark);
    return Promise.resolve();
  }

  #called(calls: readonly FunctionCall[]): void {
    const blocking = calls.filter(({ name }) => !this.#free.has(name)).map(callKey);
    if (blocking.length === 0) return;
    if (this.#calls.length === 0) this.#hold();
    this.#calls = [...this.#calls, ...blocking];
    this.#settle();
  }

  #hold(): void {
    this.#heldSinceMs = this.#options.clock.nowMs();
    const stop = new AbortController();
    const { signal } = stop;
    for (const type of ['toolCallCancelled', 'connected'] as const)
      this.#session.on(type, () => this.#settle(), { signal });
    this.#session.on(
      'phaseChanged',
      ({ phase }) => {
        if (!TAKES_THE_FLOOR.includes(phase)) this.#settle();
      },
      { signal },
    );
    this.#session.on('disconnected', () => this.#release(), { signal });
    // Nobody tells of the last answer while the model speaks beside the call.
    let stopLooking = (): void => {};
    const look = (): void => {
      stopLooking = this.#options.clock.schedule(LOOK_MS, look);
      this.#settle();
    };
    this.#stopWatching = () => {
      stop.abort();
      stopLooking();
    };
    look();
  }

  #isHeld(): boolean {
    if (this.#calls.length > 0) this.#settle();
    return this.#calls.length > 0;
  }

  /** What is answered, cancelled or forgotten holds nothing any more. */
  #settle(): void {
    // Between connections nobody knows what is still open, and whose turn it is.
    if (this.#calls.length === 0 || UNCONNECTED.includes(this.#session.phase)) return;
    const { openCalls } = this.#session.state;
    const isOverdue = this.#options.clock.nowMs() - this.#heldSinceMs >= MAX_HOLD_MS;
    this.#calls = this.#calls.filter((call) => openCalls.includes(call));
    if (isOverdue || this.#calls.length === 0) this.#release();
  }

  #release(): void {
    this.#stopWatching();
    this.#calls = [];
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    const isMarked = this.#options.settings.authority === 'client';
    for (const item of kept) {
      if (isMarked) this.#bringInTurn(item);
      else this.#send(item);
    }
    if (kept.length > 0) this.#options.onReleased?.();
  }

  /** Audio of which the beginning was dropped has lost its mark. */
  #bringInTurn(item: Chunk | Mark): void {
    const opens = item !== 'signalActivityEnd';
    if (opens !== this.#isOpen) this.#send(opens ? 'signalActivityStart' : 'signalActivityEnd');
    this.#isOpen = opens;
    if (typeof item !== 'string') this.#send(item);
  }

  #send(item: Chunk | Mark): void {
    if (typeof item === 'string') void this.#session[item]();
    else void this.#session.sendAudio(item);
  }

  #dropOldest(): void {
    const at = this.#kept.findIndex((item) => typeof item !== 'string');
    const [chunk] = this.#kept.splice(at, 1);
    if (typeof chunk === 'object') {
      this.#keptBytes -= chunk.byteLength;
      this.#droppedBytes += chunk.byteLength;
    }
    const isEmptyTurn =
      this.#kept[at - 1] === 'signalActivityStart' && this.#kept[at] === 'signalActivityEnd';
    if (isEmptyTurn) this.#kept.splice(at - 1, 2);
  }

  /** The session says what is wrong with it. */
  #isRefused(chunk: Chunk): boolean {
    if (!(chunk instanceof Uint8Array || chunk instanceof Int16Array)) return true;
    return this.#options.settings.rateHz !== undefined && chunk.byteLength % 2 !== 0;
  }
}
