/// <reference lib="esnext.disposable" preserve="true" />
import type { IgnoredSetting } from '../config/ignored-settings.ts';
import type { SessionEnd } from '../connection/connection-state.ts';
import type { Content, FunctionResponse } from '../protocol/content.ts';
import { WireError } from '../wire-error.ts';
import type { EventHub, EventListener, SubscribeOptions } from './event-hub.ts';
import type { EventReceiver, ReceiverOptions } from './event-receiver.ts';
import type { WaitOptions } from './phase-watch.ts';
import { rejected } from './sent.ts';
import type { ContextChange, SessionCommand } from './session-command.ts';
import type { ConnectionStatus, SessionEventBody, SessionEventType } from './session-event.ts';
import type { CommandSink, SessionParts, SessionState } from './session-parts.ts';
import type { SessionPhase } from './session-phase.ts';

/** The reading half of a session. */
export interface SessionReader {
  readonly phase: SessionPhase;
  readonly sessionId: string;
  subscribe(options?: ReceiverOptions): EventReceiver;
}

/** The writing half; see {@link CommandSink.submit} for what the promises mean. */
export interface SessionWriter {
  sendAudio(data: Uint8Array | Int16Array): Promise<void>;
  sendText(text: string): Promise<void>;
  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void>;
  sendVideo(data: Uint8Array, mimeType?: string): Promise<void>;
  sendClientContent(turns: readonly Content[], turnComplete: boolean): Promise<void>;
  updateInstruction(instruction: string): Promise<void>;
  signalActivityStart(): Promise<void>;
  signalActivityEnd(): Promise<void>;
  disconnect(reason?: string): Promise<void>;
}

export interface RotateOptions {
  /** Do not wait for a pause. @default false */
  readonly atOnce?: boolean;
  /** What `rotated` will say. @default 'application' */
  readonly cause?: 'application' | 'deadAir';
}

/** Injects events into a session's stream, stamped and ordered like its own. */
export interface EventSender {
  send(body: SessionEventBody): void;
}

/**
 * A Gemini Live session (seed: SessionHandle). Sends resolve when written to the socket, or kept until there is
 * one; they reject with `sessionEnded`, `sendQueueFull`, `unsupportedByModel` or `invalidArgument`, and a rejection
 * that nobody awaits is not an unhandled one.
 */
export class SessionHandle implements SessionReader, SessionWriter, AsyncDisposable {
  /** Takes any command; the methods below are short for it. */
  readonly commandTx: CommandSink;
  /** The shared state of the session, live. */
  readonly state: SessionState;
  readonly #parts: SessionParts;
  #task: Promise<unknown> | undefined;

  /** Assembles a handle from its parts, for tests and embedding; `connect` does it for you. */
  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.commandTx = parts.commands;
    this.state = parts.state;
  }

  // Reading

  get phase(): SessionPhase {
    return this.#parts.phase.current;
  }

  /** A UUID made on this side; the same across reconnects. */
  get sessionId(): string {
    return this.state.sessionId;
  }

  get connection(): ConnectionStatus {
    return this.state.connection;
  }

  /** The newest handle to resume from (valid about 2 h): pass it as `sessionResumption.handle` to continue. */
  get resumeHandle(): string | undefined {
    return this.state.resumeHandle;
  }

  /** Settings that the model would have refused, and that were therefore left out of the setup. */
  get ignoredSettings(): readonly IgnoredSetting[] {
    return this.state.ignoredSettings;
  }

  /** A bounded queue of events: `recv()` or `for await`. The first subscribers also get the events so far. */
  subscribe(options?: ReceiverOptions): EventReceiver {
    return this.#parts.events.subscribe(options);
  }

  /** Calls `listener` for each event of a type, synchronously. Returns what ends it; so does `options.signal`. */
  on<T extends SessionEventType>(
    type: T,
    listener: EventListener<T>,
    options?: SubscribeOptions,
  ): () => void {
    return this.#parts.events.on(type, listener, options);
  }

  /** Calls `listener` for every event, synchronously and in order. */
  onEvent(listener: EventListener, options?: SubscribeOptions): () => void {
    return this.#parts.events.onAny(listener, options);
  }

  /** Resolves when the phase is `target`; rejects with the error that ended the session, or `aborted`. */
  waitForPhase(target: SessionPhase, options?: WaitOptions): Promise<void> {
    return this.#parts.phase.waitFor(target, options);
  }

  /** Resolves with how the session ended, for every caller, whenever they call. */
  async join(): Promise<SessionEnd> {
    const end = await this.state.ended;
    await this.#task;
    return end;
  }

  // Writing

  /** PCM16 little-endian mono at the configured rate (default 16 kHz), best 20 to 100 ms at a time. */
  sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    if (data instanceof Uint8Array) return this.commandTx.sendAudio(data);
    // What a browser's microphone gives is floats: as bytes they would be sent as noise.
    if (!ArrayBuffer.isView(data) || data.BYTES_PER_ELEMENT > 2) return rejected(notPcm16());
    return this.commandTx.sendAudio(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** A whole user turn; the model answers. */
  sendText(text: string): Promise<void> {
    return this.enqueue({ type: 'text', text });
  }

  /** Text in the real-time stream, beside the audio. */
  sendRealtimeText(text: string): Promise<void> {
    return this.enqueue({ type: 'realtimeText', text });
  }

  /** One still image, JPEG by default; at most one a second. */
  sendVideo(data: Uint8Array, mimeType = 'image/jpeg'): Promise<void> {
    return this.enqueue({ type: 'video', data, mimeType });
  }

  /** Answers tool calls; every call must be answered once. */
  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void> {
    return this.enqueue({ type: 'toolResponse', responses });
  }

  /**
   * Says that somebody executes the pending tool calls: the phase becomes `toolCallExecuting`. `unanswered` are the ids of
   * those that nobody will answer: repetitions of calls that were answered or cancelled.
   */
  beginToolExecution(unanswered?: readonly string[]): Promise<void> {
    return this.enqueue({ type: 'toolExecutionStart', ...(unanswered !== undefined && { unanswered }) });
  }

  /** Turns into the history; with `turnComplete` the model answers. Interrupts what the model is saying. */
  sendClientContent(turns: readonly Content[], turnComplete: boolean): Promise<void> {
    return this.enqueue({ type: 'clientContent', turns, turnComplete });
  }

  /** A new instruction, by the way that is legal for the model. `unsupportedByModel` on 3.1. */
  updateInstruction(instruction: string): Promise<void> {
    return this.enqueue({ type: 'updateInstruction', instruction });
  }

  /** Replaces instruction or tools in place (3.8 models; else `unsupportedByModel`). */
  updateContext(change: ContextChange): Promise<void> {
    return this.enqueue({ type: 'updateContext', change });
  }

  /** The user began to speak. On the wire only when the server's detection is disabled. */
  signalActivityStart(): Promise<void> {
    return this.enqueue({ type: 'activityStart' });
  }

  /** The user stopped speaking. On the wire only when the server's detection is disabled. */
  signalActivityEnd(): Promise<void> {
    return this.enqueue({ type: 'activityEnd' });
  }

  /** The microphone pauses: the server flushes what it has heard. Not in manual activity mode. */
  audioStreamEnd(): Promise<void> {
    return this.enqueue({ type: 'audioStreamEnd' });
  }

  /**
   * Replaces the connection, at the next pause that loses nothing (within a minute), or with `atOnce` now. Resolves when the
   * new one is up; rejects with `sessionEnded`. What was sent reaches the model all the same.
   */
  rotate(options: RotateOptions = {}): Promise<void> {
    return this.enqueue({ type: 'rotate', ...options });
  }

  /** Ends the session, in any phase; resolves when it has ended (at most 2 s), for every caller. */
  disconnect(reason?: string): Promise<void> {
    return this.enqueue(reason === undefined ? { type: 'disconnect' } : { type: 'disconnect', reason });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  /** Any command. */
  enqueue(command: SessionCommand): Promise<void> {
    return this.commandTx.submit(command);
  }

  // Embedding

  /** Injects events; for runtimes built on top. */
  get eventSender(): EventSender {
    const { events, state }: { events: EventHub; state: SessionState } = this.#parts;
    return { send: (body) => events.publish({ ...body }, state.turn, state.generation) };
  }

  /** Work that belongs to this session: `join` waits for it too, and rejects if it does. */
  setTask(task: Promise<unknown>): void {
    task.catch(() => {}); // join reports it
    this.#task = task;
  }
}

function notPcm16(): WireError {
  const text =
    'Audio must be PCM16, as Uint8Array or Int16Array: convert floats with pcm16FromFloat32 of parlando/audio.';
  return new WireError('invalidArgument', text);
}
