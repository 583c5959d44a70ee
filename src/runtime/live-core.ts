/** One live session: its parts, made once. Who is called when is `lanes/order.ts`; what each step does, `lanes/steps`. */
import { isThenable } from '../flow/fault.ts';
import { PhaseMachine } from '../flow/index.ts';
import {
  type Clock,
  type ConnectOptions,
  type EventHub,
  type EventListener,
  type EventStamp,
  type FunctionResponse,
  openSession,
  type SessionConfig,
  type SessionEventType,
  type SessionHandle,
  WireError,
} from '../wire/index.ts';
import { type ExtractionContext, ExtractionRunner } from './extract/extraction-runner.ts';
import type { ControlInput } from './lanes/control-input.ts';
import { ControlQueue } from './lanes/control-queue.ts';
import { liveHub } from './lanes/live-hub.ts';
import type { EndedTurn, LiveParts } from './lanes/live-parts.ts';
import { SessionRouter } from './lanes/session-router.ts';
import { runInput } from './lanes/steps/run-input.ts';
import { Teardown } from './lanes/teardown.ts';
import { Words } from './lanes/words.ts';
import {
  type LiveListeners,
  listed,
  listenersByType,
  type OneOrMore,
  type SessionListeners,
} from './listeners.ts';
import type { LiveEvent, LiveEventBody } from './live-event.ts';
import type { Hook, HookContext, LivePhase } from './live-options.ts';
import { Redactor } from './record/redactor.ts';
import { Transcripts } from './record/transcripts.ts';
import { TurnRecorder } from './record/turn-recorder.ts';
import type { ResolvedLive } from './resolve-live-options.ts';
import { RuntimeError } from './runtime-error.ts';
import { type RuntimeStateWriter, runtimeWriter, useStateClock } from './state/runtime-writer.ts';
import { State } from './state/state.ts';
import { watchWrites } from './state/watch-writes.ts';
import { Guide } from './steer/guide.ts';
import { PhaseHooks } from './steer/phase-hooks.ts';
import { Steering } from './steer/steering.ts';
import { SessionTelemetry } from './telemetry/session-telemetry.ts';
import { SessionSignals } from './telemetry/signals.ts';
import { TelemetryPublisher } from './telemetry/telemetry-publisher.ts';
import { awaitedResponses } from './tools/awaited-responses.ts';
import { backgroundDelivery } from './tools/background-delivery.ts';
import { ToolRunner } from './tools/tool-runner.ts';
import type { ContextQueue } from './voice/context/context-queue.ts';
import { Voice } from './voice/voice.ts';
import { WatchEngine } from './watch/watch-engine.ts';

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
  readonly tools: ToolRunner | undefined;
  readonly extraction: ExtractionRunner | undefined;
  readonly watch: WatchEngine | undefined;
  readonly teardown: Teardown;
  readonly publisher: TelemetryPublisher | undefined;
  readonly router: SessionRouter;
  /** The turn whose boundary is to come. */
  endedTurn: EndedTurn | undefined;
  /** Whether the conversation has begun: the first connection is up. */
  begun = false;
  hearing: EventStamp | undefined;
  readonly callsByHand: Set<string> = new Set();
  #inTurn: number | undefined;
  #endWrites: () => void = () => {};

  constructor(resolved: ResolvedLive, ports: LivePorts, { onEvent, on }: FirstHearers = {}) {
    const { options, profile } = resolved;
    this.resolved = resolved;
    this.hub = liveHub(onEvent, listenersByType([options.on, on]));
    this.clock = ports.clock;
    this.lane = new ControlQueue<ControlInput>({
      run: (input) => this.runNow(input),
      fault: (error) => ({ type: 'fault', error }),
      isVital: ({ type }) => type === 'disconnect' || type === 'disconnected' || type === 'ended',
    });
    this.state = options.state ?? new State();
    useStateClock(this.state, this.clock);
    this.write = runtimeWriter(this.state);
    this.redactor = new Redactor(this.state, options.redaction);
    const { clock, state, redactor } = this;
    this.transcripts = new Transcripts({
      clock,
      cutLength: (text, length) => redactor.cutLength(text, length),
    });
    this.recorder = new TurnRecorder({ clock, state, redactor });
    this.words = new Words(this);
    this.telemetry = new SessionTelemetry(clock);
    this.signals = new SessionSignals({
      clock,
      state,
      telemetry: this.telemetry,
      silenceMs: () => this.voice.quiet.silenceMs,
      unlimited: resolved.config.contextWindowCompression !== undefined,
    });
    this.guide = this.#makeGuide();
    this.session = openSession(this.#config(), ports);
    const { quiet = {}, voiceRules: rules = [], limits: { maxQueuedAudioMs } = {} } = options;
    const { emit, report, session } = this;
    const post = (input: ControlInput): void => this.lane.post(input);
    this.voice = new Voice(
      { clock, emit, report, session, profile, post, respond: this.respond },
      { settings: resolved.voice, quiet, rules, tools: resolved.tools, maxQueuedAudioMs },
    );
    this.tools = this.#makeTools();
    this.extraction = this.#makeExtraction();
    this.watch = this.#makeWatch();
    this.teardown = new Teardown(this);
    const { telemetryIntervalMs } = options;
    if (telemetryIntervalMs !== undefined) {
      this.publisher = new TelemetryPublisher(this, this.telemetry, telemetryIntervalMs);
    }
    this.router = new SessionRouter(this);
    session.onEvent((event) => this.router.hear(event));
    hearSession(session, options.onSession);
    this.lane.open();
  }

  /** Publishes an event, stamped with the turn of the input being run. */
  readonly emit = (body: LiveEventBody): void => this.emitIn(this.turn, body);

  readonly emitIn = (turn: number, body: LiveEventBody): void => {
    this.hub.publish(body, turn, (this.hearing ?? this.session.state).generation);
  };

  readonly report = (error: RuntimeError): void => this.lane.post({ type: 'fault', error });

  /** Answers by hand. What no call waits for is dropped and reported. */
  readonly respond = (responses: readonly FunctionResponse[]): Promise<void> => {
    const others = this.tools?.answer(responses) ?? responses;
    const wanted = awaitedResponses(others, this.session, this.resolved.profile, this.report);
    if (wanted.length === 0) return Promise.resolve();
    const sent = this.session.sendToolResponse(wanted);
    this.lane.post({ type: 'answeredByHand', responses: wanted, background: false });
    return sent;
  };

  /** The turn of the input being run, else of the session. */
  get turn(): number {
    return this.#inTurn ?? (this.hearing ?? this.session.state).turn;
  }

  get hookContext(): HookContext {
    return { state: this.state, writer: this.voice.writer };
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

  runTeardown(): Promise<void> {
    return this.teardown.runHooks();
  }

  close(): void {
    this.lane.close();
    this.#endWrites();
    this.publisher?.stop();
    this.voice.close();
    this.guide?.close();
    this.tools?.close('the session has ended');
    this.extraction?.close();
    this.watch?.close();
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
    const steered = this.guide?.setup() ?? { systemInstruction: options.instruction, tools };
    return {
      ...config,
      ...(steered.systemInstruction !== undefined && { systemInstruction: steered.systemInstruction }),
      ...(steered.tools.length > 0 && { tools: steered.tools }),
    };
  }

  #makeGuide(): Guide<HookContext> | undefined {
    const { graph, options, phases, profile, tools } = this.resolved;
    const { steering: settings = {}, instruction } = options;
    if (graph === undefined && settings.amendment === undefined && settings.template === undefined)
      return undefined;
    const { clock, emit, report, state, write } = this;
    const context = (): ContextQueue => this.voice.context; // made after the guide, used after both
    const steering = new Steering(
      { profile, instruction, tools, ...settings, delivery: settings.contextDelivery },
      {
        report,
        sendInstruction: (text) => void this.session.updateInstruction(text),
        sendContext: (change) => void this.session.updateContext(change),
        delivery: {
          deliver: (plan, mode) => context().deliver(plan, mode),
          get pending() {
            return context().pending;
          },
        },
        write: (effects) => {
          for (const effect of effects) if (effect.type === 'set') write.set(effect.key, effect.value);
        },
      },
    );
    const hooks =
      graph &&
      new PhaseHooks(
        phaseHooks(phases),
        {
          clock,
          report,
          prepared: (_phase, _name, result) =>
            this.lane.post({ type: 'prepared', values: result.type === 'prepared' ? result.values : {} }),
        },
        options.phases,
      );
    return new Guide(
      {
        clock,
        emit,
        report,
        state,
        write,
        hookContext: () => this.hookContext,
        moved: () => this.#moved(),
        deliveryHere: () => this.place?.contextDelivery,
        modelInTurn: () => this.voice.quiet.modelInTurn,
      },
      { machine: graph && new PhaseMachine(graph), hooks, steering },
    );
  }

  #moved(): void {
    const { place } = this;
    this.voice.setStage({
      ...(place?.floorHold !== undefined && { floorHold: place.floorHold }),
      ...(place?.endOfSpeechMs !== undefined && { endOfSpeechMs: place.endOfSpeechMs }),
      ...(place?.reprompt !== undefined && { reprompt: place.reprompt }),
    });
    this.extraction?.due('phaseChange', this.extractionContext(this.turn));
  }

  #makeTools(): ToolRunner | undefined {
    const { options, profile, registry } = this.resolved;
    if (registry === undefined) return undefined;
    const { clock, emit, report, state, redactor } = this;
    const { fillerAfterMs, ...settings } = options.toolSettings ?? {};
    return new ToolRunner(
      {
        clock,
        emit,
        report,
        state,
        turn: () => this.session.state.turn,
        redact: (value) => redactor.json(value),
        fillerAfterMs: () => this.place?.fillerAfterMs ?? fillerAfterMs,
        respond: (responses, { background }) =>
          this.lane.post({ type: 'toolResponses', responses, background }),
        onOutcome: (outcome) => this.lane.post({ type: 'toolOutcome', outcome }),
        admit: ({ name }) => this.#admit(name),
      },
      { registry, backgroundDelivery: backgroundDelivery(profile), ...settings },
    );
  }

  /** A refusal that a pending extractor may undo waits for it, bounded (spec: control §3.2, gate refresh). */
  #admit(tool: string): ReturnType<ConstructorParameters<typeof ToolRunner>[0]['admit']> {
    const admission = this.guide?.admit(tool) ?? { ok: true };
    if (admission.ok || admission.needs.length === 0 || this.extraction === undefined) return admission;
    this.extraction.refresh(admission.needs, this.extractionContext(this.session.state.turn));
    const pending = this.extraction.pendingWriters(admission.needs);
    // What was extracted at once may have moved the conversation.
    if (pending === undefined) return this.guide?.admit(tool) ?? admission;
    return { wait: pending.then(() => this.guide?.admit(tool) ?? { ok: true }) };
  }

  #makeExtraction(): ExtractionRunner | undefined {
    const { extractors = [], extraction } = this.resolved.options;
    if (extractors.length === 0) return undefined;
    const { clock, emit, report, state } = this;
    const onResults = (results: Extract<ControlInput, { type: 'extracted' }>['results']): void =>
      this.lane.post({ type: 'extracted', results });
    const runner = new ExtractionRunner(extractors, { clock, emit, report, state, onResults }, extraction);
    runner.warmUp();
    return runner;
  }

  #makeWatch(): WatchEngine | undefined {
    const { watchers, computed, patterns, maxRounds } = this.resolved.options;
    if (watchers === undefined && computed === undefined && patterns === undefined) return undefined;
    const { clock, report, state } = this;
    const wake = (): void => this.lane.post({ type: 'stateWritten' });
    const engine = new WatchEngine(
      {
        ...(watchers !== undefined && { watchers }),
        ...(computed !== undefined && { computed }),
        ...(patterns !== undefined && { patterns }),
        ...(maxRounds !== undefined && { maxRounds }),
      },
      { clock, report, state, wake },
    );
    engine.start();
    this.#endWrites = watchWrites(state, () => {
      if (!this.lane.busy) wake();
    });
    return engine;
  }
}

function hearSession(session: SessionHandle, listeners: SessionListeners = {}): void {
  for (const [type, given] of Object.entries(listeners)) {
    // Each list is of listeners for its own type.
    for (const listener of listed(given)) session.on(type as SessionEventType, listener as EventListener);
  }
}

function phaseHooks(
  phases: ReadonlyMap<string, LivePhase>,
): ConstructorParameters<typeof PhaseHooks<HookContext>>[0] {
  return new Map(
    [...phases].map(([name, phase]) => {
      const preparations = new Map(
        (phase.preparations ?? []).map((preparation) => [preparation.name, preparation]),
      );
      const { onEnter, onExit, enterContext } = phase;
      const hooks = {
        preparations,
        ...(onEnter && { onEnter }),
        ...(onExit && { onExit }),
        ...(enterContext && { enterContext }),
      };
      return [name, hooks] as const;
    }),
  );
}
