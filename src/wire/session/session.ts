/** The I/O shell around the connection machine: it performs what `step` decides (design §3). */
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
import type { Setup } from '../protocol/setup.ts';
import type { Transport } from '../transport/transport.ts';
import { toWireError, WireError } from '../wire-error.ts';
import { Connector, type ConnectorOwner } from './connector.ts';
import { type EventHub, type EventListener, sessionEventHub } from './event-hub.ts';
import { Outgoing } from './outgoing.ts';
import { PhaseWatch } from './phase-watch.ts';
import { rejected, SENT } from './sent.ts';
import type { SessionCommand } from './session-command.ts';
import type { ConnectionStatus } from './session-event.ts';
import type { CommandSink, SessionParts, SessionState } from './session-parts.ts';
import type { WireRecorder } from './wire-recorder.ts';

/** The ports a session runs on, and who hears it from the first event. */
export interface SessionPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: EventListener | undefined;
}

const CONNECTING: ConnectionStatus = { state: 'connecting' };

export class Session implements SessionParts, CommandSink, SessionState, ConnectorOwner {
  readonly events: EventHub;
  readonly phase: PhaseWatch = new PhaseWatch();
  readonly #config: ResolvedConfig;
  readonly #clock: Clock;
  readonly #context: StepContext;
  readonly #decoder = new AudioFrameDecoder();
  readonly #connector: Connector;
  readonly #outgoing: Outgoing;
  /** Inputs that came while another was being run. */
  readonly #waiting: ConnectionInput[] = [];
  readonly #startedMs: number;
  #id: string | undefined;
  #state: ConnectionState = initialState;
  #connection: ConnectionStatus = CONNECTING;
  #busy = false;
  #cancelTimer: Cancel | undefined;
  #recorder: WireRecorder | undefined;
  #ended: Promise<SessionEnd> | undefined;
  #resolveEnded: ((end: SessionEnd) => void) | undefined;

  constructor(config: ResolvedConfig, { transport, clock, random, onEvent }: SessionPorts) {
    this.#config = config;
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
    this.#context = { settings: config, random, clock };
    this.events = sessionEventHub(onEvent);
    this.#connector = new Connector(config, transport, clock, this);
    this.#outgoing = new Outgoing(config, clock, config.recorder && ((frame) => this.#record('out', frame)));
    this.#recorder = config.recorder;
  }

  get commands(): CommandSink {
    return this;
  }

  get state(): SessionState {
    return this;
  }

  get sessionId(): string {
    this.#id ??= randomId();
    return this.#id;
  }

  get ended(): Promise<SessionEnd> {
    const { link } = this.#state;
    if (link.stage === 'ended') return Promise.resolve(link.end);
    this.#ended ??= new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    return this.#ended;
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
    const handle = this.#config.setup.sessionResumption?.handle;
    if (handle !== undefined) this.#state = { ...this.#state, resumeHandle: handle };
    this.#recording((recorder) => recorder.start(this.#config.profile));
    this.dispatch({ type: 'start' });
  }

  abort(error: WireError): void {
    this.dispatch({ type: 'abort', error });
  }

  sendAudio(chunk: Uint8Array): Promise<void> {
    return this.#refusal() ?? this.#outgoing.sendAudio(chunk);
  }

  submit(command: SessionCommand): Promise<void> {
    if (command.type === 'disconnect') {
      const ended = this.ended.then(() => {});
      this.dispatch({ type: 'disconnect', reason: command.reason ?? 'disconnected by the application' });
      return ended;
    }
    if (command.type === 'audio') return this.sendAudio(command.data);
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    try {
      const frame = encodeCommand(command, this.#config);
      const sent = frame === undefined ? SENT : this.#write(command, frame);
      this.#note(command);
      return sent;
    } catch (thrown) {
      return rejected(toWireError(thrown, 'internal', 'The command could not be sent: see the cause.'));
    }
  }

  #write({ type }: SessionCommand, frame: string): Promise<void> {
    const isMark = type === 'activityStart' || type === 'activityEnd' || type === 'audioStreamEnd';
    if (isMark) return this.#outgoing.sendMark(frame);
    this.#outgoing.sendFrame(frame);
    return SENT;
  }

  /** What a command means to the conversation. */
  #note(command: SessionCommand): void {
    if (command.type === 'toolResponse') this.dispatch(command);
    else if (command.type === 'toolExecutionStart') this.dispatch({ ...command, type: 'toolsTaken' });
    else if (command.type === 'activityStart') this.dispatch({ type: 'userActivity', active: true });
    else if (command.type === 'activityEnd') this.dispatch({ type: 'userActivity', active: false });
  }

  #refusal(): Promise<void> | undefined {
    const { stage } = this.#state.link;
    if (stage !== 'ended' && stage !== 'closing') return undefined;
    return rejected(sessionEnded());
  }

  /** A frame of the present connection. */
  receive(data: Uint8Array | string): void {
    this.#record('in', data);
    const audio = typeof data === 'string' ? undefined : this.#decoder.decode(data);
    if (audio !== undefined) return this.#receiveAudio(audio);
    const decoded = decodeServerFrame(data);
    if (!decoded.ok) return this.dispatch({ type: 'mishap', error: decoded.error });
    if (typeof data !== 'string') this.#decoder.learn(data, decoded.items);
    this.dispatch({ type: 'frame', items: decoded.items });
  }

  /** The fast lane: while the model speaks, its audio changes nothing, and goes straight to the listeners. */
  #receiveAudio(audio: AudioItem): void {
    const { phase, turn, generation } = this.#state.conversation;
    if (this.#busy || phase !== 'modelSpeaking') return this.dispatch({ type: 'frame', items: [audio] });
    this.#busy = true;
    const { data, mimeType, rateHz } = audio;
    const seq = this.events.nextSeq();
    this.events.deliver({ type: 'audioData', data, mimeType, rateHz, seq, turn, generation });
    this.#busy = false;
    if (this.#waiting.length > 0) this.#runWaiting();
  }

  /** Inputs run one after another, also those that listeners cause: a step's events all come before the next's. */
  dispatch(input: ConnectionInput): void {
    if (input.type === 'closed') this.#outgoing.detach();
    if (this.#busy) {
      this.#waiting.push(input);
      return;
    }
    this.#run(input);
    if (this.#waiting.length > 0) this.#runWaiting();
  }

  #runWaiting(): void {
    for (let input = this.#waiting.shift(); input !== undefined; input = this.#waiting.shift())
      this.#run(input);
  }

  #run(input: ConnectionInput): void {
    this.#busy = true;
    try {
      const { state, outputs } = step(this.#state, input, this.#context);
      this.#state = state;
      outputs.forEach((output) => void this.#perform(output));
    } catch (thrown) {
      const error = toWireError(
        thrown,
        'internal',
        'The session failed: see the cause, and please report it.',
      );
      this.#waiting.push({ type: 'abort', error }); // does nothing once the session has ended
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
        return this.#connector.open();
      case 'sendSetup':
        return this.#sendSetup(output.handle);
      case 'flush':
        if (this.#connector.socket !== undefined) this.#outgoing.attach(this.#connector.socket);
        return;
      case 'timer':
        return this.#setTimer(output.delayMs);
      case 'closeSocket':
        this.#outgoing.detach();
        return this.#connector.socket?.close(1000, '');
      case 'dropSocket':
        this.#outgoing.detach();
        return this.#connector.drop();
      case 'ended':
        return this.#end(output.end);
    }
  }

  #sendSetup(handle: string | undefined): void {
    const { setup } = this.#config;
    const first = setup.sessionResumption;
    const isAsConfigured = first === undefined || first.handle === handle;
    const frame = encodeSetupMessage(isAsConfigured ? setup : resuming(setup, handle));
    this.#record('out', frame);
    this.#connector.socket?.send(frame);
  }

  #setTimer(delayMs: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer =
      delayMs === undefined
        ? undefined
        : this.#clock.schedule(delayMs, () => this.dispatch({ type: 'timer' }));
  }

  #end(end: SessionEnd): void {
    this.#outgoing.end(sessionEnded());
    this.phase.end(end.error ?? new WireError('sessionEnded', `The session has ended: ${end.reason}.`));
    this.#resolveEnded?.(end);
  }

  #record(direction: 'in' | 'out', frame: Uint8Array | string): void {
    if (this.#recorder === undefined) return;
    this.#recording((recorder) => recorder.frame(direction, frame, this.#clock.nowMs() - this.#startedMs));
  }

  /** A recorder that fails is given up, not the call. */
  #recording(act: (recorder: WireRecorder) => void): void {
    try {
      if (this.#recorder !== undefined) act(this.#recorder);
    } catch (cause) {
      this.#recorder = undefined;
      const text = 'The recorder threw, and records no more: see the cause.';
      this.dispatch({ type: 'mishap', error: new WireError('recorderFailed', text, { cause }) });
    }
  }
}

function sessionEnded(): WireError {
  return new WireError('sessionEnded', 'The session has ended: open a new one to go on.');
}

/** The setup that resumes from `handle`, or from nothing. */
function resuming(setup: Setup, handle: string | undefined): Setup {
  const { handle: _first, ...options } = setup.sessionResumption ?? {};
  return { ...setup, sessionResumption: handle === undefined ? options : { ...options, handle } };
}
