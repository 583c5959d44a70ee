/** One live session: its parts, made once. Who is called when is `lanes/order.ts`; what each step does, `lanes/steps`. */
import { isThenable } from '../flow/fault.ts';
import {
  type Clock,
  type ConnectOptions,
  type Content,
  callKey,
  type EventHub,
  type EventListener,
  type EventStamp,
  type FunctionResponse,
  openSession,
  type SessionConfig,
  type SessionEventType,
  type SessionHandle,
  type SessionWriter,
  WireError,
} from '../wire/index.ts';
import type { SlotEar } from './converse/slot-ear.ts';
import type { ExtractionContext, ExtractionRunner } from './extract/extraction-runner.ts';
import type { Decisions } from './govern/decisions.ts';
import type { ControlInput } from './lanes/control-input.ts';
import { ControlQueue } from './lanes/control-queue.ts';
import { liveHub } from './lanes/live-hub.ts';
import type { CallByHand, EndedTurn, LiveParts } from './lanes/live-parts.ts';
import { LiveWriter } from './lanes/live-writer.ts';
import { refused } from './lanes/refused.ts';
import { RuleFeed } from './lanes/rule-feed.ts';
import { SessionRouter } from './lanes/session-router.ts';
import { runInput } from './lanes/steps/run-input.ts';
import { withoutLate } from './lanes/steps/tool-steps.ts';
import { Teardown } from './lanes/teardown.ts';
import { Words } from './lanes/words.ts';
import {
  type LiveListeners,
  listed,
  listenersByType,
  type OneOrMore,
  type SessionListeners,
} from './listeners.ts';
import { makeDecisions } from './live-decisions.ts';
import { makeEar } from './live-ear.ts';
import type { LiveEvent, LiveEventBody } from './live-event.ts';
import { makeGuide } from './live-guide.ts';
import { importRestored, makeKeeping, placeGuide } from './live-keeping.ts';
import type { Hook, HookContext, LiveOptions, LivePhase } from './live-options.ts';
import { makeTools } from './live-tools.ts';
import { makeExtraction, makeWatch } from './live-watch.ts';
import type { Keeping } from './persist/keeping.ts';
import type { RestoredSession } from './persist/restore-session.ts';
import type { TakenUp } from './persist/take-up.ts';
import { Redactor } from './record/redactor.ts';
import { shownEvent } from './record/shown-event.ts';
import { toldHistory } from './record/told-history.ts';
import { Transcripts } from './record/transcripts.ts';
import { TurnRecorder } from './record/turn-recorder.ts';
import type { ResolvedLive } from './resolve-live-options.ts';
import { RuntimeError } from './runtime-error.ts';
import { type RuntimeStateWriter, runtimeWriter, useStateClock } from './state/runtime-writer.ts';
import { State } from './state/state.ts';
import type { Guide } from './steer/guide.ts';
import { SessionTelemetry } from './telemetry/session-telemetry.ts';
import { SessionSignals } from './telemetry/signals.ts';
import { TelemetryPublisher } from './telemetry/telemetry-publisher.ts';
import { awaitedResponses } from './tools/awaited-responses.ts';
import type { ToolRunner } from './tools/tool-runner.ts';
import { Voice } from './voice/voice.ts';
import type { WatchEngine } from './watch/watch-engine.ts';

/** What a session runs on. `onEvent` hears the wire session. */
export type LivePorts = Omit<ConnectOptions, 'clock'> & { readonly clock: Clock };

/** Who hears a session from its first event. */
export interface FirstHearers {
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  readonly on?: LiveListeners | undefined;
}

export class LiveCore implements LiveParts {
  readonly resolved: ResolvedLive;
  readonly clock: Clock;
  readonly hub: EventHub<LiveEvent>;
  readonly lane: ControlQueue<ControlInput>;
  readonly state: State;
  readonly write: RuntimeStateWriter;
  readonly redactor: Redactor;
  readonly transcripts: Transcripts;
  readonly words: Words;
  readonly recorder: TurnRecorder;
  readonly telemetry: SessionTelemetry;
  readonly signals: SessionSignals;
  readonly guide: Guide<HookContext> | undefined;
  readonly session: SessionHandle;
  readonly voice: Voice;
  readonly ear: SlotEar | undefined;
  readonly decisions: Decisions | undefined;
  readonly restored: RestoredSession | undefined;
  readonly keeping: Keeping | undefined;
  readonly tools: ToolRunner | undefined;
  readonly extraction: ExtractionRunner | undefined;
  readonly watch: WatchEngine | undefined;
  readonly teardown: Teardown;
  readonly publisher: TelemetryPublisher | undefined;
  readonly rules: RuleFeed | undefined;
  readonly writer: SessionWriter = new LiveWriter(this);
  readonly router: SessionRouter;
  /** The turn whose boundary is to come. */
  endedTurn: EndedTurn | undefined;
  /** Whether the conversation has begun: the first connection is up. */
  begun = false;
  hearing: EventStamp | undefined;
  readonly callsByHand: Map<string, CallByHand> = new Map();
  readonly callsGivenUp: Map<string, CallByHand> = new Map();
  #inTurn: number | undefined;
  #stopWatching: (() => void) | undefined;
  /** What the application told last, where nothing steers. */
  #instruction: string | undefined;

  constructor(resolved: ResolvedLive, ports: LivePorts, { onEvent, on }: FirstHearers = {}, taken?: TakenUp) {
    const { options, profile } = resolved;
    this.resolved = resolved;
    this.hub = liveHub(this.#first(options.voiceRules, onEvent), listenersByType([options.on, on]));
    this.clock = ports.clock;
    this.lane = new ControlQueue<ControlInput>({
      run: (input) => this.runNow(input),
      fault: (error) => ({ type: 'fault', error }),
      isVital: ({ type }) => type === 'disconnect' || type === 'disconnected' || type === 'ended',
    });
    this.state = options.state ?? new State();
    useStateClock(this.state, this.clock);
    this.write = runtimeWriter(this.state);
    this.restored = taken?.restored;
    if (this.restored !== undefined) importRestored(this, this.restored);
    this.redactor = new Redactor(this.state, options.redaction);
    const { clock, restored, state, redactor } = this;
    this.transcripts = new Transcripts({
      clock,
      ...(restored && { firstTurn: restored.snapshot.turn + 1, turns: restored.snapshot.turns }),
      cutLength: (text, length) => redactor.cutLength(text, length),
    });
    this.recorder = new TurnRecorder({ clock, state, redactor });
    this.words = new Words(this);
    this.telemetry = new SessionTelemetry(clock, () => this.voice.droppedAudioMs);
    this.signals = new SessionSignals({
      clock,
      state,
      telemetry: this.telemetry,
      silenceMs: () => this.voice.quiet.silenceMs,
      unlimited: resolved.config.contextWindowCompression !== undefined,
    });
    this.ear = makeEar(this);
    this.guide = makeGuide(this);
    const misplaced = restored === undefined ? [] : placeGuide(this, restored);
    const config = this.#config();
    this.keeping = taken && makeKeeping(this, taken, misplaced);
    this.session = openSession(config, { ...ports, ...(this.keeping && { start: this.keeping.start }) });
    const { quiet = {}, voiceRules: rules = [], limits: { maxQueuedAudioMs } = {} } = options;
    const { emit, report, session } = this;
    const post = (input: ControlInput): void => this.lane.post(input);
    this.voice = new Voice(
      { clock, emit, report, session, profile, post },
      { settings: resolved.voice, quiet, rules, tools: resolved.tools, maxQueuedAudioMs },
    );
    this.decisions = makeDecisions(this);
    this.tools = makeTools(this);
    this.extraction = makeExtraction(this);
    const watch = makeWatch(this);
    this.watch = watch?.engine;
    this.#stopWatching = watch?.stop;
    if (rules.length > 0) this.rules = new RuleFeed(this);
    this.teardown = new Teardown(this);
    const { telemetryIntervalMs } = options;
    if (telemetryIntervalMs !== undefined) {
      this.publisher = new TelemetryPublisher(this, this.telemetry, telemetryIntervalMs);
    }
    this.router = new SessionRouter(this);
    const { router } = this;
    session.onEvent((event) => router.hear(event));
    hearSession(session, options.onSession);
    this.lane.open();
  }

  /** Who hears everything from the first event on: the caller, and voice rules, which are there before the rest. */
  #first(rules: LiveOptions['voiceRules'] = [], onEvent: FirstHearers['onEvent']): FirstHearers['onEvent'] {
    if (rules.length === 0) return onEvent;
    return (event) => {
      this.rules?.heard(event);
      onEvent?.(event);
    };
  }

  /** Publishes an event, stamped with the turn of the input being run. */
  readonly emit = (body: LiveEventBody): void => this.emitIn(this.turn, body);

  readonly emitIn = (turn: number, body: LiveEventBody): void => {
    this.hub.publish(shownEvent(body, this.redactor), turn, (this.hearing ?? this.session.state).generation);
  };

  readonly report = (error: RuntimeError): void => this.lane.post({ type: 'fault', error });

  /** Answers by hand. What no call waits for is dropped and reported. */
  readonly respond = (responses: readonly FunctionResponse[]): Promise<void> => {
    const refusal = refused({ type: 'toolResponse', responses });
    if (refusal !== undefined) return refusal;
    const others = withoutLate(this, this.tools?.answer(responses) ?? responses);
    const wanted = awaitedResponses(
      others,
      this.session,
      this.resolved.profile,
      this.report,
      this.callsByHand,
    );
    if (wanted.length === 0) return Promise.resolve();
    this.guide?.beforeToolResponse();
    const sent = this.session.sendToolResponse(wanted);
    const note = (): void => this.lane.post({ type: 'answeredByHand', responses: wanted, background: false });
    // A listener of the wire session may answer a call before the control lane has heard of it.
    if (wanted.some((response) => this.#isUnheard(response))) queueMicrotask(note);
    else note();
    return sent;
  };

  #isUnheard(response: FunctionResponse): boolean {
    return this.resolved.manualTools.has(response.name) && !this.callsByHand.has(callKey(response));
  }

  /** The turn of the input being run, else of the session. */
  get turn(): number {
    return this.#inTurn ?? (this.hearing ?? this.session.state).turn;
  }

  get hookContext(): HookContext {
    return { state: this.state, writer: this.writer };
  }

  /** The phase that the conversation is in, with what the application says of it. */
  get place(): LivePhase | undefined {
    return this.guide && this.resolved.phases.get(this.guide.position);
  }

  /** Calls hooks of the application; a throw or rejection is reported, and nobody waits. */
  runHook(name: string, hooks: OneOrMore<Hook> | undefined): void {
    if (hooks === undefined) return;
    const failed = (cause: unknown): void => {
      this.report(new RuntimeError('hookFailed', `The hook ${name} failed: see the cause.`, { cause }));
    };
    for (const hook of listed(hooks)) {
      try {
        const returned = hook(this.hookContext);
        if (isThenable(returned)) returned.then(undefined, failed);
      } catch (cause) {
        failed(cause);
      }
    }
  }

  extractionContext(turn: number): ExtractionContext {
    return { turn, turns: this.transcripts.window(50, { includeCurrent: true }) };
  }

  /** Where something steers, the instruction is a part of what it composes; a model that takes none rejects it. */
  instruct(instruction: string): Promise<void> {
    const { guide, lane, resolved, session, voice } = this;
    const isSteered = guide !== undefined && !lane.closed && resolved.profile.steering !== 'none';
    if (isSteered && typeof instruction === 'string') {
      lane.post({ type: 'instruct', instruction });
      return Promise.resolve();
    }
    this.#instruction = instruction;
    voice.uplink.ownWordsSent();
    return session.updateInstruction(instruction);
  }

  recall(): void {
    this.guide?.recall();
    if (this.#instruction !== undefined) this.send(this.session.updateInstruction(this.#instruction));
  }

  close(): void {
    this.lane.close();
    this.#stopWatching?.();
    this.rules?.close();
    this.publisher?.stop();
    this.voice.close();
    this.guide?.close();
    this.tools?.close('the session has ended');
    this.decisions?.close();
    this.extraction?.close();
    this.watch?.close();
    this.keeping?.close();
  }

  /** Runs an input from within another: only what must be done before the other goes on. */
  readonly runNow = (input: ControlInput): void => {
    const outer = this.#inTurn;
    this.#inTurn = 'turn' in input ? input.turn : undefined;
    try {
      runInput(this, input);
    } finally {
      this.#inTurn = outer;
    }
  };

  /** For sends that nobody awaits: what goes wrong is reported, except that the session has ended. */
  send(sent: Promise<void>): void {
    sent.catch((cause: unknown) => {
      if (cause instanceof WireError && cause.code !== 'sessionEnded')
        this.lane.post({ type: 'fault', error: cause });
    });
  }

  /** The wire session's config: instruction and tools as the first place has them. */
  #config(): SessionConfig {
    const { config, options, tools } = this.resolved;
    const history = (): readonly Content[] => [
      ...(config.history?.() ?? []),
      ...toldHistory(this.transcripts),
    ];
    const { sessionResumption = {}, resume } = config;
    const handle = this.restored?.resumeHandle;
    const isResumed = handle !== undefined && resume !== 'off' && sessionResumption !== false;
    const steered = this.guide?.setup() ?? { systemInstruction: options.instruction, tools };
    return {
      ...config,
      history,
      ...(isResumed && { sessionResumption: { handle, ...sessionResumption } }),
      ...(steered.systemInstruction !== undefined && { systemInstruction: steered.systemInstruction }),
      ...(steered.tools.length > 0 && { tools: steered.tools }),
    };
  }
}

function hearSession(session: SessionHandle, listeners: SessionListeners = {}): void {
  for (const [type, given] of Object.entries(listeners)) {
    // Each list is of listeners for its own type.
    for (const listener of listed(given)) session.on(type as SessionEventType, listener as EventListener);
  }
}
