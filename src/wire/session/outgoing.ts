import type { Cancel, Clock } from '../clock.ts';
import { encodeAudioChunk } from '../codec/encode.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import {
  abandoned,
  EMPTY_OUTBOX,
  isSettled,
  keep,
  learn,
  leftUnasked,
  type OutboxNews,
  written,
} from '../outbox/outbox.ts';
import type { OutboxEntry, OutboxState } from '../outbox/outbox-state.ts';
import { type NewSession, replay } from '../outbox/replay.ts';
import { responsesOf } from '../outbox/response-frame.ts';
import { askAgain } from '../outbox/turn-frame.ts';
import type { FunctionResponse } from '../protocol/content.ts';
import type { Socket } from '../transport/transport.ts';
import { WireError } from '../wire-error.ts';
import { AudioPacer, type PacerOptions } from './audio-pacer.ts';
import { entriesOf, type Tracked } from './outbox-entries.ts';
import { type FrameKind, type Mark, type QueueSink, SendQueue } from './send-queue.ts';
import { rejected, SENT } from './sent.ts';
import { SentAudio } from './sent-audio.ts';
import type { Replayed } from './session-event.ts';

/** How long a full socket is left alone before the queue is tried again. */
const CONGESTION_RETRY_MS = 20;
/** A whole minute of 16 kHz audio is 1.9 MB: a chunk over this is a file, not a chunk. */
const MAX_CHUNK_BYTES = 1024 * 1024;
const ACTIVITY_END = '{"realtimeInput":{"activityEnd":{}}}';
const ACTIVITY_START = '{"realtimeInput":{"activityStart":{}}}';

type Repeated = Pick<Replayed, 'audioMs' | 'lostAudioMs'>;

const NOTHING_REPEATED: Repeated = { audioMs: 0, lostAudioMs: 0 };
const NOTHING_REPLAYED: Replayed = { turns: 0, toolResponses: 0, ...NOTHING_REPEATED };

/** The way out of a session: straight to the socket while there is one with room, else into the queue. */
export class Outgoing implements QueueSink {
  readonly #config: ResolvedConfig;
  readonly #clock: Clock;
  readonly #record: ((frame: Uint8Array | string) => void) | undefined;
  /** Made when something first has to wait. */
  #queue: SendQueue | undefined;
  #pacer: AudioPacer | undefined;
  #socket: Socket | undefined;
  #retry: Cancel | undefined;
  #outbox: OutboxState = EMPTY_OUTBOX;
  /** Messages written on this connection after the setup. */
  #index = 0;
  /** A window of activity was opened on the wire and not closed. */
  #activityOpen = false;
  /** One was closed, and the model has not begun to answer since. */
  #activityClosed = false;
  /** Since then the service has not ended a turn either: nobody knows whether it has heard. */
  #isUnheard = false;
  /** Then the user only listens, or cuts in: what they say before that is noticed is not repeated. */
  #modelSpeaks = false;
  /** Made with the first audio. */
  #sent: SentAudio | undefined;
  #replayed: Replayed = NOTHING_REPLAYED;

  /** @param record is told of each frame written. */
  constructor(config: ResolvedConfig, clock: Clock, record?: (frame: Uint8Array | string) => void) {
    this.#config = config;
    this.#clock = clock;
    this.#record = record;
  }

  get droppedAudioChunks(): number {
    return this.#queue?.droppedChunks ?? 0;
  }

  get droppedAudioMs(): number {
    return (this.#queue?.droppedBytes ?? 0) / this.#config.inputAudio.bytesPerMs;
  }

  /** The service holds all that was sent. */
  get isSettled(): boolean {
    return isSettled(this.#outbox) && (this.#queue === undefined || this.#queue.isEmpty);
  }

  /** What the last {@link attach} wrote again. */
  get replayed(): Replayed {
    return this.#replayed;
  }

  learn(news: OutboxNews): void {
    // The model answers what it has heard.
    if (news.type === 'modelBegan') this.#heardAll();
    if (news.type !== 'handle' && news.type !== 'heard') this.#modelSpeaks = news.type === 'modelBegan';
    else if (news.type === 'handle' && news.index !== undefined) this.#sent?.dropUpTo(news.index);
    if (news.type === 'turnComplete' || news.type === 'passedOver') this.#isUnheard = false;
    const { heard } = this.#outbox;
    this.#outbox = learn(this.#outbox, news, this.#clock.nowMs(), this.#index);
    // What can be told in words is not heard again.
    if (news.type === 'heard' && this.#outbox.heard !== heard) this.#sent?.clear();
  }

  /** A change of configuration that waits is in the setup already. */
  configured(): void {
    this.#queue?.removeConfig();
  }

  /**
   * Commands may go to this socket from now on: first what its session does not know, then what waits. Returns the tool
   * responses among the former.
   */
  attach(
    socket: Socket,
    known: Omit<NewSession, 'mayAsk' | 'nowMs'>,
    seed: string | undefined,
  ): readonly FunctionResponse[] {
    const nowMs = this.#clock.nowMs();
    const session: NewSession = { ...known, mayAsk: !this.#activityOpen, nowMs };
    this.#socket = socket;
    this.#index = 0;
    this.#modelSpeaks = false;
    const { state, ids, nudge, counts } = replay(this.#outbox, session);
    this.#outbox = state;
    this.#queue?.removeEntries(ids);
    if (seed !== undefined) this.#write(seed);
    for (const id of ids) this.entry(id);
    if (nudge !== undefined) this.#write(nudge);
    const { audioMs, lostAudioMs } = this.#repeatAudio(nowMs - this.#config.limits.maxQueuedAudioMs);
    const { turns, toolResponses } = counts;
    const isNothing = turns + toolResponses + audioMs + lostAudioMs === 0;
    this.#replayed = isNothing ? NOTHING_REPLAYED : { turns, toolResponses, audioMs, lostAudioMs };
    this.#queue?.dropStale(nowMs);
    const isRepeated = ({ id, kind }: OutboxEntry): boolean => kind === 'toolResponse' && ids.includes(id);
    const responses = state.entries.filter(isRepeated).flatMap(({ frame }) => responsesOf(frame));
    this.#drain();
    return responses;
  }

  /** Sends the audio of an utterance once more that ended with its connection. Returns how much, and how much was too old. */
  #repeatAudio(sinceMs: number): Repeated {
    const { inputAudio, manualActivity } = this.#config;
    const sentBytes = this.#sent?.sentBytes ?? 0;
    // A window of activity is one turn, however long nobody has answered it.
    const chunks = this.#sent?.take(this.#activityOpen || this.#isUnheard ? 0 : sinceMs) ?? [];
    const isWindow = this.#activityOpen || (this.#activityClosed && chunks.length > 0);
    // Outside a window of activity audio is refused (spec: wire §4, Manual activity).
    const isOutside = manualActivity && !this.#activityOpen && !this.#activityClosed;
    if (isOutside) return NOTHING_REPEATED;
    if (isWindow) this.#write(ACTIVITY_START);
    for (const { chunk } of chunks) this.audio(chunk);
    if (isWindow && !this.#activityOpen) this.#write(ACTIVITY_END);
    const bytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    const { bytesPerMs } = inputAudio;
    return { audioMs: bytes / bytesPerMs, lostAudioMs: (sentBytes - bytes) / bytesPerMs };
  }

  #heardAll(): void {
    this.#sent?.clear();
    this.#activityClosed = false;
    this.#isUnheard = false;
  }

  detach(): void {
    this.#socket = undefined;
    this.#retry?.();
    this.#retry = undefined;
  }

  /** Drops what waits; whoever awaits paced audio is told why. */
  end(error: WireError): void {
    this.#queue?.clear();
    this.#pacer?.end(error);
    this.#sent?.clear();
    this.#outbox = EMPTY_OUTBOX;
  }

  /** Sends what must reach the model exactly once. Throws `sendQueueFull`. */
  sendTracked(command: Tracked, frame: string, mayAsk: boolean): void {
    if (!this.#isClear()) this.#waiting().reserve();
    const { profile } = this.#config;
    const sending = { profile, mayAsk: mayAsk && !this.#activityOpen };
    for (const entry of entriesOf(command, frame, this.#outbox, sending)) {
      const id = this.#outbox.nextId;
      this.#outbox = keep(this.#outbox, entry);
      if (this.#isClear()) this.entry(id);
      else this.#waiting().pushEntry(id);
    }
    this.#drain();
  }

  /** Nobody will answer these calls: a turn that waited for them alone is asked again, if the model may be asked. */
  abandon(calls: readonly string[], mayAsk: boolean): void {
    this.#outbox = abandoned(this.#outbox, calls);
    const { unasked, openForeignCalls } = this.#outbox;
    if (!unasked || openForeignCalls.length > 0 || !mayAsk || this.#activityOpen) return;
    this.#outbox = leftUnasked(this.#outbox, false);
    if (this.#config.profile.clientContentMidSession) this.sendFrame(askAgain(this.#config.profile));
  }

  /** Throws `sendQueueFull`. */
  sendFrame(frame: string, kind: FrameKind = 'frame'): void {
    if (this.#isClear()) return this.frame(frame, kind);
    this.#waiting().pushFrame(frame, kind);
    this.#drain();
  }

  /** A frame that belongs into the stream of audio: it goes out after the audio given before it. */
  sendMark(mark: Mark, frame: string): Promise<void> {
    if (this.#pacer !== undefined) return this.#pacer.after(() => this.sendFrame(frame, mark));
    this.sendFrame(frame, mark);
    return SENT;
  }

  sendAudio(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return SENT;
    if (chunk.length > MAX_CHUNK_BYTES || (this.#config.inputAudio.wholeSamples && chunk.length % 2 !== 0)) {
      return rejected(badChunk(chunk.length));
    }
    if (this.#config.pacing !== undefined) return this.#pacerFor(this.#config.pacing).send(chunk);
    this.#sendAudioNow(chunk);
    return SENT;
  }

  #pacerFor(pacing: PacerOptions): AudioPacer {
    this.#pacer ??= new AudioPacer(pacing, this.#clock, (chunk) => this.#sendAudioNow(chunk));
    return this.#pacer;
  }

  #sendAudioNow(chunk: Uint8Array): void {
    if (this.#isClear()) return this.audio(chunk);
    this.#waiting().pushAudio(chunk, this.#clock.nowMs());
    this.#drain();
  }

  #waiting(): SendQueue {
    const { limits, inputAudio } = this.#config;
    const audio = { maxMs: limits.maxQueuedAudioMs, bytesPerMs: inputAudio.bytesPerMs };
    this.#queue ??= new SendQueue(limits.maxQueuedCommands, audio);
    return this.#queue;
  }

  /** Nothing waits, and the socket takes more. */
  #isClear(): boolean {
    return (this.#queue === undefined || this.#queue.isEmpty) && this.ready();
  }

  // What the queue is emptied to

  ready(): boolean {
    return this.#socket !== undefined && this.#socket.bufferedBytes <= this.#config.limits.maxBufferedBytes;
  }

  entry(id: number): void {
    const entry = this.#outbox.entries.find((candidate) => candidate.id === id);
    if (entry === undefined) return;
    this.#write(entry.frame);
    this.#outbox = written(this.#outbox, id, this.#index, this.#clock.nowMs());
  }

  frame(frame: string, kind: FrameKind): void {
    if (kind === 'activityStart') this.#activityOpen = true;
    else if (kind === 'activityEnd') {
      this.#activityOpen = false;
      this.#activityClosed = true;
      this.#isUnheard = true;
    }
    this.#write(frame);
  }

  audio(chunk: Uint8Array): void {
    const { limits, inputAudio } = this.#config;
    this.#write(encodeAudioChunk(chunk, inputAudio.frameSuffix));
    if (this.#modelSpeaks && !this.#activityOpen) return;
    this.#sent ??= new SentAudio(limits.maxQueuedAudioMs * inputAudio.bytesPerMs);
    this.#sent.push(chunk, this.#clock.nowMs(), this.#index);
  }

  #write(frame: Uint8Array | string): void {
    this.#record?.(frame);
    this.#index += 1;
    this.#socket?.send(frame);
  }

  #drain(): void {
    const queue = this.#queue;
    if (queue === undefined || queue.isEmpty || this.#socket === undefined) return;
    queue.drain(this);
    if (queue.isEmpty || this.#retry !== undefined) return;
    this.#retry = this.#clock.schedule(CONGESTION_RETRY_MS, () => {
      this.#retry = undefined;
      this.#drain();
    });
  }
}

function badChunk(lengthBytes: number): WireError {
  const text = `An audio chunk of ${lengthBytes} bytes: send whole 16-bit samples, 20 to 100 ms a chunk, at most 1 MiB.`;
  return new WireError('invalidArgument', text);
}
