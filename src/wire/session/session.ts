/** The I/O shell around the connection machine: socket, timer, queue and subscribers (design §3). */
import { resolveEndpoint } from '../auth/endpoint.ts';
import { type Secret, scrub, scrubCause } from '../auth/secret.ts';
import type { Cancel, Clock } from '../clock.ts';
import { AudioFrameDecoder } from '../codec/audio-frame.ts';
import { decodeServerFrame } from '../codec/decode.ts';
import { encodeCommand, encodeSetupMessage } from '../codec/encode.ts';
import type { AudioItem } from '../codec/frame-item.ts';
import type { IgnoredSetting } from '../config/ignored-settings.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import {
  type ConnectionInput,
  type ConnectionOutput,
  type ConnectionState,
  initialState,
  type SessionEnd,
} from '../connection/connection-state.ts';
import { type StepContext, step } from '../connection/step.ts';
import type { ModelProfile } from '../model/profile.ts';
import { type Random, randomId } from '../platform/system-random.ts';
import type { Socket, SocketClose, SocketSink, Transport } from '../transport/transport.ts';
import { toWireError, WireError } from '../wire-error.ts';
import { EventHub } from './event-hub.ts';
import { Keepalive } from './keepalive.ts';
import { Outgoing } from './outgoing.ts';
import { PhaseWatch } from './phase-watch.ts';
import { rejected, SENT } from './sent.ts';
import type { SessionCommand } from './session-command.ts';
import type { ConnectionStatus } from './session-event.ts';
import type { CommandSink, SessionState } from './session-parts.ts';

/** The ports a session runs on. */
export interface SessionPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
}

export class Session implements CommandSink, SessionState {
  readonly events: EventHub = new EventHub();
  readonly phase: PhaseWatch = new PhaseWatch();
  readonly ended: Promise<SessionEnd>;
  readonly #config: ResolvedConfig;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #context: StepContext;
  readonly #decoder = new AudioFrameDecoder();
  readonly #outgoing: Outgoing;
  readonly #inputs: ConnectionInput[] = [];
  readonly #startedMs: number;
  #id: string | undefined;
  #state: ConnectionState = initialState;
  #connection: ConnectionStatus = { state: 'connecting' };
  /** Tells the events of the present connection from those of an earlier one. */
  #connectionId = 0;
  #busy = false;
  #socket: Socket | undefined;
  #keepalive: Keepalive | undefined;
  #opening: AbortController | undefined;
  #cancelTimer: Cancel | undefined;
  #secrets: readonly Secret[] = [];
  #resolveEnded: (end: SessionEnd) => void = () => {};

  constructor(config: ResolvedConfig, { transport, clock, random }: SessionPorts) {
    this.#config = config;
    this.#transport = transport;
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
    const { connectTimeoutMs, setupTimeoutMs, retry } = config;
    this.#context = { connectTimeoutMs, setupTimeoutMs, retry, random, clock };
    this.#outgoing = new Outgoing(config, clock, config.recorder && ((frame) => this.#record('out', frame)));
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    config.recorder?.start(config.profile);
  }

  get sessionId(): string {
    this.#id ??= randomId();
    return this.#id;
  }

  get profile(): ModelProfile {
    return this.#config.profile;
  }

  get ignoredSettings(): readonly IgnoredSetting[] {
    return this.#config.ignoredSettings;
  }

  get connection(): ConnectionStatus {
    return this.#connection;
  }

  get turn(): number {
    return this.#state.conversation.turn;
  }

  get generation(): number {
    return this.#state.conversation.generation;
  }

  get openCalls(): readonly string[] {
    return this.#state.conversation.openCalls;
  }

  get resumeHandle(): string | undefined {
    return this.#state.resumeHandle;
  }

  get droppedAudioChunks(): number {
    return this.#outgoing.droppedAudioChunks;
  }

  start(): void {
    const { handle } = this.#config.resumption;
    if (handle !== undefined) this.#state = { ...this.#state, resumeHandle: handle };
    this.#dispatch({ type: 'start' });
  }

  abort(error: WireError): void {
    this.#dispatch({ type: 'abort', error });
  }

  sendAudio(chunk: Uint8Array): Promise<void> {
    return this.#refusal() ?? this.#outgoing.sendAudio(chunk);
  }

  submit(command: SessionCommand): Promise<void> {
    if (command.type === 'disconnect') {
      this.#dispatch({ type: 'disconnect', reason: command.reason ?? 'disconnected by the application' });
      return this.ended.then(() => {});
    }
    if (command.type === 'audio') return this.sendAudio(command.data);
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    try {
      const frame = encodeCommand(command, this.#config.encoding);
      if (frame !== undefined) this.#outgoing.sendFrame(frame);
    } catch (thrown) {
      return rejected(toWireError(thrown, 'internal', 'The command could not be sent: see the cause.'));
    }
    this.#note(command);
    return SENT;
  }

  /** What a command means to the conversation. */
  #note(command: SessionCommand): void {
    if (command.type === 'toolResponse') this.#dispatch(command);
    else if (command.type === 'toolExecutionStart') this.#dispatch({ type: 'toolsTaken' });
    else if (command.type === 'activityStart') this.#dispatch({ type: 'userActivity', active: true });
    else if (command.type === 'activityEnd') this.#dispatch({ type: 'userActivity', active: false });
  }

  #refusal(): Promise<void> | undefined {
    const { stage } = this.#state.link;
    if (stage !== 'ended' && stage !== 'closing') return undefined;
    return rejected(new WireError('sessionEnded', 'The session has ended: open a new one to go on.'));
  }

  /** Runs inputs one after another, also those that listeners cause: a step's events all come before the next's. */
  #dispatch(input: ConnectionInput): void {
    this.#inputs.push(input);
    if (!this.#busy) this.#runInputs();
  }

  #runInputs(): void {
    this.#busy = true;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      const { state, outputs } = step(this.#state, input, this.#context);
      this.#state = state;
      for (const output of outputs) this.#perform(output);
    }
    this.#busy = false;
  }

  #perform(output: ConnectionOutput): void {
    switch (output.type) {
      case 'emit': {
        const { body, turn, generation } = output;
        if (body.type === 'phaseChanged') this.phase.set(body.phase);
        if (body.type === 'connectionChanged') this.#connection = body.connection;
        return this.events.publish(body, turn, generation);
      }
      case 'open':
        void this.#open();
        return;
      case 'sendSetup':
        return this.#sendSetup(output.handle);
      case 'flush':
        if (this.#socket !== undefined) this.#outgoing.attach(this.#socket);
        return;
      case 'timer':
        return this.#setTimer(output.delayMs);
      case 'closeSocket':
        this.#outgoing.detach();
        return this.#socket?.close(1000, '');
      case 'dropSocket':
        return this.#dropSocket();
      case 'ended':
        return this.#end(output.end);
    }
  }

  async #open(): Promise<void> {
    const id = ++this.#connectionId;
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const { endpoint: plan, limits } = this.#config;
      const { url, headers, secrets } = await resolveEndpoint(
        plan,
        this.#transport.canSetHeaders,
        opening.signal,
      );
      if (id !== this.#connectionId) return;
      this.#secrets = secrets;
      const request = { url, headers, maxFrameBytes: limits.maxFrameBytes };
      this.#socket = this.#transport.open(request, this.#sink(id));
    } catch (thrown) {
      if (id !== this.#connectionId) return;
      const error = toWireError(
        thrown,
        'connectionFailed',
        'The connection could not be started: see the cause.',
      );
      this.#dispatch({ type: 'openFailed', error });
    }
  }

  #sink(id: number): SocketSink {
    return {
      opened: () => {
        if (id === this.#connectionId) this.#opened();
      },
      frame: (data) => {
        if (id === this.#connectionId) this.#receive(data);
      },
      alive: () => {
        if (id === this.#connectionId) this.#keepalive?.heard();
      },
      closed: (close) => {
        if (id === this.#connectionId) this.#closed(close);
      },
    };
  }

  #opened(): void {
    this.#opening = undefined;
    const { keepaliveMs } = this.#config;
    if (keepaliveMs > 0 && this.#socket?.ping !== undefined) {
      this.#keepalive = new Keepalive(this.#clock, keepaliveMs, this.#socket);
    }
    this.#dispatch({ type: 'opened' });
  }

  #receive(data: Uint8Array | string): void {
    this.#keepalive?.heard();
    this.#record('in', data);
    const audio = typeof data === 'string' ? undefined : this.#decoder.decode(data);
    if (audio !== undefined) return this.#receiveAudio(audio);
    const decoded = decodeServerFrame(data);
    if (!decoded.ok) return this.#dispatch({ type: 'malformed', error: decoded.error });
    if (typeof data !== 'string') this.#decoder.learn(data, decoded.items);
    this.#dispatch({ type: 'frame', items: decoded.items });
  }

  /** The fast lane: while the model speaks, its audio changes nothing, and goes straight to the listeners. */
  #receiveAudio(audio: AudioItem): void {
    const { phase, turn, generation } = this.#state.conversation;
    if (this.#busy || phase !== 'modelSpeaking') return this.#dispatch({ type: 'frame', items: [audio] });
    this.#busy = true;
    this.events.publishAudio(audio, turn, generation);
    this.#busy = false;
    if (this.#inputs.length > 0) this.#runInputs();
  }

  #closed(close: SocketClose): void {
    this.#release();
    const { cause } = close;
    this.#dispatch({
      type: 'closed',
      close: {
        ...close,
        reason: scrub(close.reason, this.#secrets),
        ...(cause !== undefined && { cause: scrubCause(cause, this.#secrets) }),
      },
    });
  }

  #sendSetup(handle: string | undefined): void {
    const { setup, resumption } = this.#config;
    const { handle: _configured, ...options } = setup.sessionResumption ?? {};
    const frame = encodeSetupMessage(
      resumption.enabled
        ? { ...setup, sessionResumption: handle === undefined ? options : { ...options, handle } }
        : setup,
    );
    this.#record('out', frame);
    this.#socket?.send(frame);
  }

  #setTimer(delayMs: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer =
      delayMs === undefined
        ? undefined
        : this.#clock.schedule(delayMs, () => this.#dispatch({ type: 'timer' }));
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#connectionId += 1;
    this.#opening?.abort();
    this.#release();
    socket?.terminate();
  }

  /** Lets go of the present socket. */
  #release(): void {
    this.#keepalive?.stop();
    this.#keepalive = undefined;
    this.#outgoing.detach();
    this.#socket = undefined;
    this.#opening = undefined;
  }

  #end(end: SessionEnd): void {
    this.#outgoing.clear();
    this.events.end();
    this.phase.end(end.error ?? new WireError('sessionEnded', `The session has ended: ${end.reason}.`));
    this.#resolveEnded(end);
  }

  #record(direction: 'in' | 'out', frame: Uint8Array | string): void {
    this.#config.recorder?.frame(direction, frame, this.#clock.nowMs() - this.#startedMs);
  }
}
