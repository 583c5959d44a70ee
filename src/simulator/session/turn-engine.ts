/** Runs the model's turns: asks the brain, performs its reply, paces it, and stops it when the user interrupts. */
import { assertNever } from '../../wire/assert-never.ts';
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { Content } from '../../wire/protocol/content.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import { type PerformedAction, readReply } from '../brain/action-source.ts';
import type { BrainReply, CallAction, ToolResult, TurnInput } from '../brain/brain.ts';
import type { DeadTurn } from '../faults/fault.ts';
import type { Conversation } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import { Stopped, sleep, unlessStopped } from './sleep.ts';
import type { Speaker } from './speaker.ts';
import { audioOutTokens, NO_TOKENS, type TokenCounts } from './tokens.ts';
import type { ToolDesk } from './tool-desk.ts';
import { IDLE, type TurnEffect, type TurnEvent, type TurnState, transitionTurn } from './turn-state.ts';
import { TurnUsage } from './turn-usage.ts';

/** What a turn engine is made of. */
export interface TurnEngineOptions {
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  readonly speaker: Speaker;
  readonly tools: ToolDesk;
  readonly send: (message: ServerMessage) => void;
  /** Asks the brain. */
  readonly think: (input: TurnInput, signal: AbortSignal) => BrainReply | Promise<BrainReply>;
  /** Whether a call of this function pauses the generation. */
  readonly isBlocking: (name: string) => boolean;
  /** What the instruction, the tools and the history cost as a prompt. */
  readonly promptTokens: () => TokenCounts;
  readonly includeThoughts: boolean;
  /** Between the end of the user's turn and the first thought of the model. */
  readonly latencyMs: number;
  /** A turn of the user begins; what becomes of it when the model does not answer. */
  readonly onUserTurn: () => DeadTurn | undefined;
  /** A turn ended, completely or not. */
  readonly onTurnEnd: () => void;
  /** A blocking call went out: the session cannot be resumed from here. */
  readonly onCallPending: () => void;
  readonly onFailure: (cause: unknown) => void;
  /** A turn had to be dropped because too many waited. */
  readonly onDropped: () => void;
}

/** What a turn starts from. */
type Work = TurnInput | { readonly type: 'reissue'; readonly calls: readonly CallAction[] };

/** More waiting turns than this are dropped, the newest first. */
const MAX_WAITING = 32;
/** How often the brain is asked again after tool results within one turn. */
const MAX_ROUNDS = 16;

/** One model, one turn at a time. */
export class TurnEngine {
  readonly #options: TurnEngineOptions;
  #state: TurnState = IDLE;
  #waiting: Work[] = [];
  #held = false;
  #closed = false;
  #stopTurn: AbortController | undefined;
  #cancelPlayout: Cancel | undefined;
  #usage = new TurnUsage(NO_TOKENS);
  #hadOutput = false;
  /** Audio of this turn that is already in the history. */
  #recordedAudioMs = 0;

  constructor(options: TurnEngineOptions) {
    this.#options = options;
  }

  get state(): TurnState {
    return this.#state;
  }

  /** Nothing runs and nothing waits: what the session knows is answered. */
  get isSettled(): boolean {
    return this.#state.phase === 'idle' && this.#waiting.length === 0;
  }

  /** Calls functions as if the model had thought of it, before anything that waits. */
  reissue(calls: readonly CallAction[]): void {
    this.#waiting.unshift({ type: 'reissue', calls });
    this.#startNext();
  }

  /** Starts a turn, or lets it wait until the model is idle and nobody holds the floor. */
  request(input: TurnInput): void {
    if (this.#waiting.length >= MAX_WAITING) return this.#options.onDropped();
    // What a user says comes before results that may wait.
    const firstResult = this.#waiting.findIndex((waiting) => waiting.type === 'toolResults');
    const at = input.type === 'toolResults' || firstResult < 0 ? this.#waiting.length : firstResult;
    this.#waiting.splice(at, 0, input);
    this.#startNext();
  }

  /** While the floor is held (the user speaks) no waiting turn starts. */
  hold(held: boolean): void {
    this.#held = held;
    this.#startNext();
  }

  /** The user or a tool cuts the model off. Does nothing while it is idle. */
  interrupt(): void {
    if (this.#state.phase === 'idle') return;
    this.#stop();
    this.#recordSpoken();
    this.#apply('interrupted');
  }

  /** Ends everything without another word. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#stop();
    this.#options.tools.cancelBlocking();
  }

  #stop(): void {
    this.#cancelPlayout?.();
    this.#cancelPlayout = undefined;
    this.#stopTurn?.abort();
    this.#stopTurn = undefined;
  }

  #startNext(): void {
    if (this.#closed || this.#held || this.#state.phase !== 'idle') return;
    const input = this.#waiting.shift();
    if (input === undefined) return;
    this.#apply('begun');
    const stop = new AbortController();
    this.#stopTurn = stop;
    this.#startUsage();
    void this.#perform(input, stop.signal);
  }

  async #perform(input: Work, signal: AbortSignal): Promise<void> {
    try {
      const isUsers = input.type === 'text' || input.type === 'speech';
      const dead = isUsers ? this.#options.onUserTurn() : undefined;
      if (dead !== undefined) return this.#leaveUnanswered(dead);
      await sleep(this.#options.clock, this.#options.latencyMs, signal);
      let results =
        input.type === 'reissue'
          ? await this.#reissue(input.calls, signal)
          : await this.#respond(input, signal);
      for (let round = 1; results.length > 0 && round < MAX_ROUNDS; round++) {
        results = await this.#respond({ type: 'toolResults', results }, signal);
      }
      if (signal.aborted) return;
      this.#options.speaker.endTurn();
      this.#recordSpoken();
      const silent = input.type === 'toolResults' ? 'lapsed' : 'stayedSilent';
      this.#apply(this.#hadOutput ? 'generated' : silent);
    } catch (cause) {
      if (cause instanceof Stopped || signal.aborted) return;
      this.#options.onFailure(cause);
    }
  }

  #leaveUnanswered(dead: DeadTurn): void {
    if (this.#closed) return;
    if (dead !== 'nothing') {
      const reason = dead === 'rejected' ? { turnCompleteReason: 'RESPONSE_REJECTED' } : {};
      this.#options.send({ serverContent: { turnComplete: true, ...reason } });
    }
    this.#apply('lapsed');
  }

  #reissue(calls: readonly CallAction[], signal: AbortSignal): Promise<readonly ToolResult[]> {
    this.#hadOutput = true;
    return this.#call(calls, signal);
  }

  /** Performs one reply. Returns the results it ended on, which the brain has yet to speak about. */
  async #respond(input: TurnInput, signal: AbortSignal): Promise<readonly ToolResult[]> {
    const thought = this.#options.think(input, signal);
    const reply = thought instanceof Promise ? await unlessStopped(thought, signal) : thought;
    const source = readReply(reply);
    let results: readonly ToolResult[] = [];
    try {
      for (;;) {
        const action = await unlessStopped(source.next(results), signal);
        if (action === undefined) return source.takesResults ? [] : results;
        results = await this.#act(action, signal);
      }
    } finally {
      source.stop();
    }
  }

  async #act(action: PerformedAction, signal: AbortSignal): Promise<readonly ToolResult[]> {
    const { clock, dialect, send, speaker, includeThoughts } = this.#options;
    switch (action.type) {
      case 'says':
        this.#hadOutput = true;
        await speaker.say(action.text, signal);
        return [];
      case 'thinks':
        this.#usage.addThought(action.text);
        if (!includeThoughts) return [];
        send({ serverContent: { modelTurn: dialect.modelContent([{ text: action.text, thought: true }]) } });
        return [];
      case 'waits':
        await sleep(clock, action.delayMs, signal);
        return [];
      case 'sends':
        this.#hadOutput = true;
        send(action.message);
        return [];
      case 'callsTogether':
        this.#hadOutput = true;
        return this.#call(action.calls, signal);
      default:
        return assertNever(action);
    }
  }

  async #call(calls: readonly CallAction[], signal: AbortSignal): Promise<readonly ToolResult[]> {
    const { conversation, dialect, isBlocking, send, tools } = this.#options;
    this.#recordSpoken();
    const { functionCalls, answers } = tools.issue(calls, isBlocking, () => dialect.callId());
    conversation.append(
      { role: 'model', parts: functionCalls.map((functionCall) => ({ functionCall })) },
      functionCalls.map(({ id = '', name, args = {} }) => ({
        type: 'toolCall',
        id,
        name,
        text: JSON.stringify(args),
      })),
    );
    send({ toolCall: { functionCalls } });
    if (answers === undefined) return [];
    if (dialect.completesAfterCall) send({ serverContent: { generationComplete: true } });
    this.#apply('calledTools');
    this.#options.onCallPending();
    const results = await unlessStopped(answers, signal);
    this.#apply('toolsAnswered');
    if (dialect.endsTurnAfterTools) this.#splitTurn();
    for (const { response } of results) this.#usage.addToolResult(response);
    return results;
  }

  /** Vertex 2.5: the calling turn ends with the answer, a new one speaks. */
  #splitTurn(): void {
    this.#sendTurnComplete();
    this.#startUsage();
  }

  #startUsage(): void {
    this.#usage = new TurnUsage(this.#options.promptTokens());
    this.#hadOutput = false;
    this.#recordedAudioMs = 0;
    this.#options.speaker.startTurn(this.#usage);
  }

  #recordSpoken(): void {
    const text = this.#options.speaker.takeSentText();
    if (text === '') return;
    const audio = audioOutTokens(this.#usage.audioMs - this.#recordedAudioMs);
    this.#recordedAudioMs = this.#usage.audioMs;
    const tokens = audio === 0 ? undefined : { ...NO_TOKENS, audio };
    const content: Content = { role: 'model', parts: [{ text }] };
    this.#options.conversation.append(content, [{ type: 'modelTurn', text }], tokens);
  }

  #apply(event: TurnEvent): void {
    const { state, effects } = transitionTurn(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: TurnEffect): void {
    const { clock, send, speaker, tools } = this.#options;
    switch (effect) {
      case 'sendGenerationComplete':
        return send({ serverContent: { generationComplete: true } });
      case 'sendWaitingForInput':
        return send({ serverContent: { waitingForInput: true } });
      case 'sendInterrupted':
        return send({ serverContent: { interrupted: true } });
      case 'cancelCalls': {
        const ids = tools.cancelBlocking();
        if (ids.length > 0) send({ toolCallCancellation: { ids } });
        return;
      }
      case 'sendTurnComplete':
        this.#sendTurnComplete();
        return this.#options.onTurnEnd();
      case 'startPlayout':
        this.#cancelPlayout = clock.schedule(speaker.playoutLeftMs, () => this.#apply('playedOut'));
        return;
      case 'startNextTurn':
        return this.#startNext();
      default:
        return assertNever(effect);
    }
  }

  #sendTurnComplete(): void {
    const { dialect, send, tools } = this.#options;
    const status = tools.openIds.length > 0 ? 'IN_PROGRESS' : 'IDLE';
    send({
      serverContent: {
        turnComplete: true,
        ...(dialect.family === 'extended3.8' ? { interactionStatus: status } : {}),
      },
      usageMetadata: dialect.usage(this.#usage.metadata()),
    });
  }
}
