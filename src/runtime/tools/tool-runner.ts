import type { FunctionCall, FunctionResponse } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { answerResponse, toOutcome } from './answer-response.ts';
import { CallBatch } from './call-batch.ts';
import { CallChecks, refusal } from './call-checks.ts';
import { CallExecution } from './call-execution.ts';
import { CallIntake } from './call-intake.ts';
import type { ResumedCall } from './call-journal.ts';
import { ConfirmationDesk } from './confirmation.ts';
import { handAnswer } from './hand-answer.ts';
import { InterimResponses } from './interim-responses.ts';
import { MiddlewareChain } from './middleware-chain.ts';
import { type OverrideGroup, OverrideStage } from './override-stage.ts';
import { failureText, refusalText } from './refusal-text.ts';
import { type OutboundResponse, ResponseOutbox } from './response-outbox.ts';
import { type CancelCause, cancellation, type ToolAnswer, type ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { ToolMemory } from './tool-memory.ts';
import { resolveToolLimits, type ToolRunnerHost, type ToolRunnerOptions } from './tool-runner-options.ts';
import { untilClosed } from './until-closed.ts';

/** A call that is not answered yet. */
export interface PendingCall {
  readonly callId: string;
  readonly name: string;
  readonly args: JsonObject;
  /** `waiting` has had no effect. */
  readonly run: 'waiting' | 'running' | 'done';
}

interface Tracked {
  readonly call: ToolCall;
  readonly batch: CallBatch;
  readonly group: OverrideGroup | undefined;
}

/**
 * Runs the calls of a session beside its lanes (design §4, Tools): dedupe, checks, run, answer. Every call is answered
 * exactly once, or cancelled with a `toolCancelled` event; calls of a batch run in parallel and are answered together.
 * Nothing throws and nothing has to be awaited: answers leave through `host.respond`.
 */
export class ToolRunner {
  readonly #host: ToolRunnerHost;
  readonly #intake: CallIntake;
  readonly #batchHoldMs: number;
  readonly #confirmation: ConfirmationDesk | undefined;
  readonly #overrides: OverrideStage | undefined;
  readonly #checks: CallChecks;
  readonly #execution: CallExecution;
  readonly #outbox: ResponseOutbox;
  readonly #interim: InterimResponses;
  readonly #calls = new Map<string, Tracked>();
  readonly #idleWaiters: Array<() => void> = [];
  readonly #ending = new AbortController();
  #isClosing = false;
  #isClosed = false;

  constructor(session: ToolRunnerHost, options: ToolRunnerOptions) {
    const host = untilClosed(session, this.#ending.signal, () => this.#isClosed);
    const { registry, confirmationProvider, middleware = [], onToolCall, beforeToolResponse } = options;
    const { backgroundDelivery = 'continued', history } = options;
    const limits = resolveToolLimits(options.limits);
    this.#host = host;
    const continues = backgroundDelivery === 'continued';
    this.#batchHoldMs = limits.batchHoldMs;
    this.#intake = new CallIntake(host, registry, limits, backgroundDelivery, onToolCall !== undefined);
    this.#confirmation =
      confirmationProvider === undefined
        ? undefined
        : new ConfirmationDesk(confirmationProvider, host.clock, limits.confirmationTimeoutMs, host.turn());
    this.#intake.know(history?.known ?? []);
    const shared = {
      host,
      limits,
      memory: new ToolMemory(host, history?.once),
      middleware: new MiddlewareChain(middleware, host, limits),
      confirmation: this.#confirmation,
    };
    this.#checks = new CallChecks(shared);
    this.#overrides =
      onToolCall === undefined
        ? undefined
        : new OverrideStage(onToolCall, host, limits, (call) => !this.#isRefused(call));
    this.#execution = new CallExecution({
      ...shared,
      registry,
      onAnswer: (call, answer) => this.#answered(call, answer),
      onProgress: continues
        ? (call, note) => {
            if (!this.#isClosing) this.#interim.progress(call, note);
          }
        : undefined,
    });
    this.#outbox = new ResponseOutbox(host, limits, beforeToolResponse, (call) => this.#forget(call));
    this.#interim = new InterimResponses({ continues, send: (item) => this.#outbox.send([item], true) });
  }

  /** Takes the calls of one `toolCall` message. */
  start(calls: readonly FunctionCall[]): void {
    if (this.#isClosing) return;
    const admitted = this.#intake.take(calls, this.#calls);
    if (admitted.length === 0) return;
    const { clock } = this.#host;
    const inline = admitted.map(({ call }) => call).filter(({ isBackground }) => !isBackground);
    const batch = new CallBatch(inline, clock, this.#batchHoldMs, (items) => this.#outbox.send(items, false));
    const sound = admitted.filter(({ refused }) => refused === undefined).map(({ call }) => call);
    const group = this.#overrides?.group(sound);
    for (const { call } of admitted) {
      this.#calls.set(call.id, { call, batch, group });
      this.#host.journal?.started(call);
    }
    for (const { call, refused } of admitted) {
      if (refused === undefined) this.#conduct(call, group).catch((cause) => this.#broke(call, cause));
      else this.#answered(call, refusal(refused));
    }
  }

  /** Goes on with calls of another process, as if they had just come; each is answered when it has a result. */
  resume(calls: readonly ResumedCall[]): void {
    const { clock } = this.#host;
    const resumed = calls.map((given) => ({ call: this.#intake.resumed(given), given }));
    for (const { call, given } of resumed) {
      const batch = new CallBatch([call], clock, this.#batchHoldMs, (items) =>
        this.#outbox.send(items, false),
      );
      const group = given.fate === 'rerun' ? this.#overrides?.group([call]) : undefined;
      this.#calls.set(call.id, { call, batch, group });
    }
    for (const { call, given } of resumed) {
      if (given.fate === 'unknown') {
        call.end();
        const error = failureText.unknown(call.name, 'the process that ran it has ended');
        this.#answered(call, { response: { error }, outcome: 'failed', isUnknown: true });
      } else this.#conduct(call, this.#calls.get(call.id)?.group).catch((cause) => this.#broke(call, cause));
    }
  }

  /** Ids of calls that {@link start} ignores because they were answered or cancelled before: no answer comes to them. */
  repeated(calls: readonly FunctionCall[]): readonly string[] {
    return calls.flatMap(({ id }) => {
      if (id === undefined || !this.#intake.isKnown(id)) return [];
      const answer = this.#calls.get(id)?.call.answer;
      return answer === 'open' || answer === 'ready' ? [] : [id];
    });
  }

  /** `toolCallCancellation`: these answers are not wanted any more. Ids that are not known are ignored. */
  cancel(ids: readonly string[]): void {
    this.#giveUp(
      'server',
      [...new Set(ids)].flatMap((id) => this.#calls.get(id) ?? []),
    );
  }

  /**
   * `interrupted`: the user cut in. Inline calls that have not started, and reads that run, get no answer; the service
   * has given them up. Confirmations given before count no more. Call it only where {@link interruptionEndsCalls}.
   * Returns the ids of the calls that get no answer.
   */
  bargeIn(): readonly string[] {
    this.#confirmation?.userSpoke(this.#host.turn());
    return this.#giveUp('bargeIn', [...this.#calls.values()]);
  }

  /** The user began a turn: confirmations of the turns before count no more. */
  userTurn(turn: number): void {
    this.#confirmation?.userSpoke(turn);
  }

  /** Words of the user, which may come late: confirmations of the turns before theirs count no more. */
  userWords(turn: number): void {
    this.#confirmation?.userWords(turn);
  }

  /**
   * Responses that the application sends by hand. The first answer of a call wins: one for an open call takes the place
   * of its tool's, one for a call that is answered or cancelled is dropped and reported (`invalidArgument`). What is
   * returned belongs to no call known here: send it as it is.
   */
  answer(responses: readonly FunctionResponse[]): readonly FunctionResponse[] {
    if (this.#isClosing) return responses;
    return responses.filter((response) => !this.#takeByHand(response));
  }

  /** Calls that are not answered yet. */
  get pending(): readonly PendingCall[] {
    return [...this.#calls.values()]
      .filter(({ call }) => call.answer === 'open' || call.answer === 'ready')
      .map(({ call: { id, name, origin, run } }) => ({ callId: id, name, args: origin.args, run }));
  }

  /** Whether something that changes the world is under way, be it answered or not. */
  get runsCommit(): boolean {
    for (const { call } of this.#calls.values()) if (call.isCommit && call.run === 'running') return true;
    return false;
  }

  /** Whether the model waits: an inline call has no answer yet. */
  get holdsModel(): boolean {
    for (const { call } of this.#calls.values()) {
      if (!call.isBackground && (call.answer === 'open' || call.answer === 'ready')) return true;
    }
    return false;
  }

  /**
   * The end: open calls are cancelled, everything that runs is aborted, and nothing is told or sent after it returns.
   * To let commits finish, wait for {@link idle} first, bounded.
   */
  close(reason: string): void {
    if (this.#isClosing) return;
    this.#outbox.close();
    const tracked = [...this.#calls.values()];
    this.#isClosing = true;
    this.#giveUp('close', tracked);
    for (const { call, batch } of tracked) {
      batch.close();
      const response = { error: failureText.cancelled(call.name) };
      // What had begun to change the world may have.
      const isUnknown = call.isCommit && call.run === 'running';
      this.#tell(call, { response, outcome: 'cancelled', ...(isUnknown && { isUnknown }) });
      call.abort(reason);
    }
    this.#calls.clear();
    this.#ending.abort(reason);
    this.#isClosed = true;
    this.#resolveIdle();
  }

  /** Resolves when every call is answered or cancelled and nothing of any runs; at {@link close} in any case. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  async #conduct(call: ToolCall, group: OverrideGroup | undefined): Promise<void> {
    const verdict = await this.#checks.check(call, () => group?.leave(call));
    if (verdict.type !== 'run') {
      group?.leave(call);
      if (verdict.type === 'answer') this.#answered(call, verdict.answer);
      return;
    }
    call.run = 'running';
    const written = this.#host.journal?.begins(call);
    if (written !== undefined && !(await written)) {
      group?.leave(call);
      call.run = 'waiting';
      return this.#answered(call, refusal(refusalText.unrecorded(call.name)));
    }
    const override = await group?.arrive(call);
    if (override === undefined) {
      if (call.answer !== 'open') return this.#abandon(call);
      if (call.origin.tool === undefined) {
        const names = this.#intake.names;
        call.run = 'waiting';
        return this.#answered(call, refusal(refusalText.unknown(call.name, names)));
      }
      if (this.#isRefused(call)) {
        call.run = 'waiting';
        return this.#answered(call, call.refused);
      }
      if (call.isBackground && !call.isAcknowledged) this.#acknowledge(call);
    }
    if (this.#isClosing) return;
    await this.#execution.run(call, verdict.input, override);
    this.#forget(call);
  }

  /** The last look, right before the run. */
  #isRefused(call: ToolCall): call is ToolCall & { readonly refused: ToolAnswer } {
    if (!call.isResumed) call.refused ??= this.#checks.stillRefused(call);
    return call.refused !== undefined;
  }

  /** A fault of ours or of the host's: the call is answered all the same. */
  #broke(call: ToolCall, cause: unknown): void {
    this.#host.report(new RuntimeError('internal', `The call of ${call.name} could not be run.`, { cause }));
    call.end();
    this.#answered(call, {
      response: { error: failureText.failed(call.name, undefined) },
      outcome: 'failed',
    });
  }

  /** Given up while the override decided to leave it to the tool, which never started. */
  #abandon(call: ToolCall): void {
    call.end();
    this.#tell(call, { response: { error: failureText.cancelled(call.name) }, outcome: 'cancelled' });
    this.#forget(call);
  }

  /** An answer is known: of a check, a tool, or, later than its deadline, a commit. */
  #answered(call: ToolCall, answer: ToolAnswer): void {
    if (this.#isClosing) return;
    const isWanted = call.answer === 'open';
    if (isWanted) call.settle('ready');
    this.#tell(call, answer);
    if (isWanted) {
      const response = answerResponse(call, answer, (error) => this.#host.report(error));
      this.#send(call, { call, response, isAnswer: true });
    }
    this.#forget(call);
  }

  #send(call: ToolCall, item: OutboundResponse): void {
    const batch = call.isAcknowledged ? undefined : this.#calls.get(call.id)?.batch;
    if (batch === undefined) this.#outbox.send([item], true);
    else batch.answer(item);
  }

  #acknowledge(call: ToolCall): void {
    const response = this.#interim.acknowledge(call);
    this.#tell(call, { response, outcome: 'running' });
    this.#interim.tell(call, response);
  }

  /** Whether the response was for a call of ours. */
  #takeByHand(response: FunctionResponse): boolean {
    const found = this.#callOf(response);
    if (found === undefined && !this.#intake.isKnown(response.id)) return false;
    const given = handAnswer(found, response);
    if (given.type === 'unusable') {
      const message = `The response for ${response.name} ${given.why}: it was dropped.`;
      this.#host.report(new RuntimeError('invalidArgument', message));
      return true;
    }
    const { call } = given;
    if (given.type === 'interim') {
      this.#outbox.send([{ call, response, isAnswer: false }], true);
      return true;
    }
    const goesOn = call.isCommit && call.run === 'running';
    const outcome = 'error' in given.response ? 'failed' : 'succeeded';
    this.#confirmation?.spend(call);
    call.settle('ready');
    this.#tell(call, { response: given.response, outcome });
    this.#calls.get(call.id)?.group?.leave(call);
    this.#send(call, { call, response, isAnswer: true });
    if (!goesOn) call.abort('answered');
    return true;
  }

  /** The call that a response is for; without an id, the oldest open one of its name. */
  #callOf({ id, name }: FunctionResponse): ToolCall | undefined {
    if (id !== undefined && id !== '') return this.#calls.get(id)?.call;
    return [...this.#calls.values()].find(({ call }) => call.name === name && call.answer === 'open')?.call;
  }

  #giveUp(cause: CancelCause, tracked: readonly Tracked[]): readonly string[] {
    const given = tracked.flatMap((one) => {
      const how = cancellation(cause, one.call);
      return how === 'ignored' ? [] : [{ ...one, how }];
    });
    if (given.length === 0) return [];
    const ids = given.map(({ call }) => call.id);
    for (const { call } of given) call.settle('cancelled');
    this.#host.emit({ type: 'toolCancelled', ids });
    for (const { call, batch, group, how } of given) {
      const response = { error: failureText.cancelled(call.name) };
      this.#tell(call, { response, outcome: how === 'detached' ? 'running' : 'cancelled' });
      if (how === 'cancelled') call.abort(cause);
      group?.leave(call);
      batch.leave(call);
      this.#forget(call);
    }
    return ids;
  }

  /** Tells of an outcome, the final one once. */
  #tell(call: ToolCall, answer: Parameters<typeof toOutcome>[1]): void {
    if (call.isConcluded) return;
    call.isConcluded = answer.outcome !== 'running';
    if (answer.outcome === 'succeeded' || answer.outcome === 'failed') call.result = answer.response;
    this.#host.onOutcome(toOutcome(call, answer, this.#host));
  }

  /** Lets a call go that is answered or given up, and of which nothing runs. */
  #forget(call: ToolCall): void {
    const isAnswered = call.answer === 'answered' || call.answer === 'cancelled';
    if (!isAnswered || call.run !== 'done') return;
    if (!this.#calls.delete(call.id)) return;
    this.#host.journal?.ended(call);
    if (this.#calls.size === 0) this.#resolveIdle();
  }

  #resolveIdle(): void {
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
