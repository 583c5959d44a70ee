/** The I/O shell around the connection machine: it performs what `step` decides (design §3). */
import type { Cancel, Clock } from '../clock.ts';
import { AudioFrameDecoder } from '../codec/audio-frame.ts';
import { decodeServerFrame } from '../codec/decode.ts';
import { encodeCommand } from '../codec/encode.ts';
import type { AudioItem } from '../codec/frame-item.ts';
import type { IgnoredSetting } from '../config/ignored-settings.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import {
  type ConnectionInput,
  type ConnectionOutput,
  type ConnectionState,
  initialState,
  NO_CALLS,
  type SessionEnd,
} from '../connection/connection-state.ts';
import { mayAsk } from '../connection/conversation.ts';
import { type StepContext, step } from '../connection/step.ts';
import type { ModelProfile } from '../model/profile.ts';
import { seedFrame } from '../outbox/replay.ts';
import { type Random, randomId } from '../platform/system-random.ts';
import { callKey } from '../protocol/call-key.ts';
import type { Transport } from '../transport/transport.ts';
import { toWireError, WireError } from '../wire-error.ts';
import { Connector, type ConnectorOwner } from './connector.ts';
import { CurrentSetup } from './current-setup.ts';
import { type EventHub, type EventListener, sessionEventHub } from './event-hub.ts';
import { Outgoing } from './outgoing.ts';
import { PhaseWatch } from './phase-watch.ts';
import { rejected, SENT } from './sent.ts';
import type { ContextChange, SessionCommand } from './session-command.ts';
import type { ConnectionStatus } from './session-event.ts';
import type { CommandSink, SessionParts, SessionState } from './session-parts.ts';
import type { SessionStart } from './session-start.ts';
import type { WireRecorder } from './wire-recorder.ts';

/** The ports a session runs on, and who hears it from the first event. */
export interface SessionPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: EventListener | undefined;
  /** Set where it goes on with a conversation of before. */
  readonly from?: SessionStart | undefined;
}

type RotateCommand = Extract<SessionCommand, { readonly type: 'rotate' }>;

interface Rotating {
  readonly resolve: () => void;
  readonly reject: (error: WireError) => void;
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
  readonly #setup: CurrentSetup;
  /** Whether the newest setup said that history comes. */
  #announced = false;
  /** Who waits for a new connection. */
  #rotating: Rotating[] = [];
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

  constructor(config: ResolvedConfig, { transport, clock, random, onEvent, from }: SessionPorts) {
    this.#config = config;
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
    this.events = sessionEventHub(onEvent);
    this.#connector = new Connector(config, transport, clock, this);
    this.#outgoing = new Outgoing(config, clock, config.recorder && ((frame) => this.#record('out', frame)));
    this.#setup = new CurrentSetup(config.setup, config.profile);
    const isBackground = (name: string): boolean => this.#setup.isBackground(name);
    this.#context = { settings: config, isBackground, random, clock };
    this.#recorder = config.recorder;
    if (from !== undefined) this.#goOn(from);
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

  get droppedAudioMs(): number {
    return this.#outgoing.droppedAudioMs;
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
    if (command.type === 'rotate') return this.#rotate(command);
    try {
      const frame = encodeCommand(command, this.#config);
      const sent = frame === undefined ? SENT : this.#write(command, frame);
      this.#note(command);
      return sent;
    } catch (thrown) {
      return rejected(toWireError(thrown, 'internal', 'The command could not be sent: see the cause.'));
    }
  }

  #goOn({ sessionId, turn = 1, openCalls = NO_CALLS, unsavedCalls = NO_CALLS }: SessionStart): void {
    this.#id = sessionId;
    const conversation = { ...this.#state.conversation, turn, openCalls, unsavedCalls };
    this.#state = { ...this.#state, conversation };
  }

  #rotate({ cause = 'application', atOnce = false }: RotateCommand): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => this.#rotating.push({ resolve, reject }));
    promise.catch(() => {}); // whoever awaits sees it
    this.dispatch({ type: 'rotate', cause, atOnce });
    return promise;
  }

  #write(command: SessionCommand, frame: string): Promise<void> {
    switch (command.type) {
      case 'activityStart':
      case 'activityEnd':
      case 'audioStreamEnd':
        return this.#outgoing.sendMark(command.type, frame);
      case 'text':
      case 'realtimeText':
      case 'clientContent':
      case 'toolResponse':
        this.#outgoing.sendTracked(command, frame, this.#mayAskAfter(command));
        return SENT;
      case 'updateInstruction':
        if (this.profile.steering !== 'contextUpdate') this.#outgoing.sendTracked(command, frame, false);
        else this.#configure({ systemInstruction: command.instruction }, frame);
        return SENT;
      case 'updateContext':
        this.#configure(command.change, frame);
        return SENT;
      default:
        this.#outgoing.sendFrame(frame);
        return SENT;
    }
  }

  #mayAskAfter(command: SessionCommand): boolean {
    const answered = command.type === 'toolResponse' ? command.responses.map(callKey) : [];
    return mayAsk(this.#state.conversation, answered);
  }

  #configure(change: ContextChange, frame: string): void {
    this.#outgoing.sendFrame(frame, 'config');
    this.#setup.change(change);
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
      const { link } = state;
      const waits = link.stage === 'ready' && link.rotation !== undefined && input.type !== 'lull';
      if (waits) this.#waiting.push({ type: 'lull', settled: this.#outgoing.isSettled });
    } catch (thrown) {
      const text = 'The session failed: see the cause, and please report it.';
      const error = toWireError(thrown, 'internal', text);
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
        return this.#sendSetup(output);
      case 'flush':
        return this.#flush(output);
      case 'outbox':
        return this.#outgoing.learn(output.news);
      case 'abandon':
        return this.#outgoing.abandon(output.calls, output.mayAsk);
      case 'tellRotated': {
        const { type, turn, generation, ...report } = output;
        const { replayed } = this.#outgoing;
        return this.events.publish({ type: 'rotated', ...report, replayed }, turn, generation);
      }
      case 'timer':
        return this.#setTimer(output.delayMs);
      case 'closeSocket':
        this.#outgoing.detach();
        return this.#connector.socket?.close(1000, '');
      case 'dropSocket':
        this.#outgoing.detach();
        return this.#connector.drop();
      case 'releaseSocket':
        this.#outgoing.detach();
        return this.#connector.release();
      case 'ended':
        return this.#end(output.end);
    }
  }

  #sendSetup({ handle, seeded }: Extract<ConnectionOutput, { readonly type: 'sendSetup' }>): void {
    this.#announced = this.#setup.announcesHistory(seeded);
    const frame = this.#setup.next(handle, seeded);
    this.#outgoing.configured();
    this.#record('out', frame);
    this.#connector.socket?.send(frame);
  }

  #flush({ seed, ...known }: Extract<ConnectionOutput, { readonly type: 'flush' }>): void {
    const { socket } = this.#connector;
    if (socket === undefined) return;
    const frame = seed.length === 0 ? undefined : seedFrame(seed, this.#announced);
    const session = { ...known, reseeded: seed.length > 0, profile: this.profile };
    const responses = this.#outgoing.attach(socket, session, frame);
    // A call that came twice under one id is answered by what answered it at first.
    if (responses.length > 0) this.dispatch({ type: 'toolResponse', responses });
    for (const { resolve } of this.#rotating.splice(0)) resolve();
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
    for (const { reject } of this.#rotating.splice(0)) reject(sessionEnded());
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
