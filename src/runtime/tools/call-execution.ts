import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import { bounded, settled } from './bounded.ts';
import type { ConfirmationDesk } from './confirmation.ts';
import type { MiddlewareChain } from './middleware-chain.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { failureText } from './refusal-text.ts';
import type { ToolAnswer, ToolCall } from './tool-call.ts';
import type { JsonObject, ToolContext, ToolDefinition } from './tool-definition.ts';
import { copyJson, toJson, toResponse } from './tool-json.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { ToolPolicy } from './tool-policy.ts';
import type { ToolRegistry } from './tool-registry.ts';
import type { ResolvedToolLimits, ToolPartsHost } from './tool-runner-options.ts';
import { toolState } from './tool-state.ts';

/** What an execution needs, and whom it tells. */
export interface CallExecutionParts {
  readonly host: ToolPartsHost;
  readonly limits: ResolvedToolLimits;
  readonly registry: ToolRegistry;
  readonly memory: ToolMemory;
  readonly middleware: MiddlewareChain;
  readonly confirmation: ConfirmationDesk | undefined;
  /** The answer of a call; for a commit that is late, once with `running` and once more at its end. */
  readonly onAnswer: (call: ToolCall, answer: ToolAnswer) => void;
  /** Sends a background tool's progress; undefined where the model takes none. */
  readonly onProgress: ((call: ToolCall, note: JsonValue) => void) | undefined;
}

/** How the work of a tool ended. `bad`: it ran, but its result cannot be passed on. */
type Worked =
  | { readonly type: 'result'; readonly response: JsonObject }
  | { readonly type: 'bad'; readonly reason: string }
  | { readonly type: 'failed'; readonly error: unknown };

const DEFAULT_TIMEOUT_MS = 30_000;
/** Messages of progress that one call may send. */
const MAX_PROGRESS = 20;

/** Runs tools: deadline, retries, filler, compensation, and what is kept of a success. */
export class CallExecution {
  readonly #parts: CallExecutionParts;

  constructor(parts: CallExecutionParts) {
    this.#parts = parts;
  }

  /**
   * Never rejects; resolves when nothing of the call runs any more, or nobody waits for it.
   * @param override what the application answers instead of the tool
   */
  async run(call: ToolCall, input: unknown, override: JsonObject | undefined): Promise<void> {
    const { host } = this.#parts;
    const { tool } = call.origin;
    this.#parts.confirmation?.spend(call);
    if (override !== undefined) return this.#conclude(call, this.#readOverride(override));
    if (tool === undefined) return;
    const timeoutMs = timeoutOf(call);
    const cancelFiller = this.#armFiller(call, tool.definition.policy);
    const work = this.#work(call, tool.definition, input);
    const first = await bounded(host.clock, timeoutMs, () => work, call.signal);
    cancelFiller();
    switch (first.type) {
      case 'value':
        return this.#conclude(call, first.value);
      case 'timeout':
        return call.isCommit ? this.#overdue(call, work, timeoutMs) : this.#stop(call, timeoutMs);
      case 'aborted':
      case 'error':
        call.end();
    }
  }

  /** A commit is late: the model is told so, and the work goes on. */
  async #overdue(call: ToolCall, work: Promise<Worked>, timeoutMs: number): Promise<void> {
    const response = { error: failureText.overdue(call.name, timeoutMs) };
    this.#parts.onAnswer(call, { response, outcome: 'running' });
    const worked = await work;
    if (call.signal.aborted) call.end();
    else await this.#conclude(call, worked);
  }

  /** A read is late: nobody waits for it any more. */
  async #stop(call: ToolCall, timeoutMs: number): Promise<void> {
    const { host, middleware, onAnswer } = this.#parts;
    const error = new RuntimeError(
      'toolFailed',
      `The tool ${call.name} gave no result within ${timeoutMs} ms.`,
    );
    call.abort('timeout');
    call.end();
    host.report(error);
    onAnswer(call, { response: { error: failureText.timedOut(call.name, timeoutMs) }, outcome: 'failed' });
    await middleware.failed(call, error);
  }

  /** All attempts. Never rejects. */
  async #work(call: ToolCall, definition: ToolDefinition, input: unknown): Promise<Worked> {
    const { attempts = 1, delayMs = 0 } = definition.policy?.retry ?? {};
    const allowed = call.isCommit ? 1 : attempts;
    const context = this.#context(call);
    for (let attempt = 1; ; attempt++) {
      // Without a schema the input is the call's own arguments; a tool may change what it is given.
      const given = input === call.origin.args ? copyJson(call.origin.args) : input;
      const worked = await this.#attempt(definition, given, context);
      if (worked.type !== 'failed' || attempt >= allowed || call.signal.aborted) return worked;
      const pause = new Promise<never>(() => {});
      const paused = await bounded(this.#parts.host.clock, delayMs, () => pause, call.signal);
      if (paused.type === 'aborted') return worked;
    }
  }

  async #attempt(definition: ToolDefinition, input: unknown, context: ToolContext): Promise<Worked> {
    // `input` is what the tool's own schema made, the type that its `run` was written for.
    const ran = await settled(() => definition.run(input as never, context));
    if (ran.type === 'error') return { type: 'failed', error: ran.error };
    const { output } = definition;
    if (output === undefined) return this.#readResult(ran.value);
    const checked = await settled(() => output['~standard'].validate(ran.value));
    if (checked.type === 'error') return { type: 'bad', reason: 'its check failed' };
    const { value: result } = checked;
    if (result.issues === undefined) return this.#readResult(result.value);
    return {
      type: 'bad',
      reason: `it is not what the tool promises (${result.issues[0]?.message ?? 'invalid'})`,
    };
  }

  #readResult(value: unknown): Worked {
    const { maxResultBytes } = this.#parts.limits;
    const json = toJson(value === undefined ? 'ok' : value);
    if (!json.ok) return { type: 'bad', reason: json.reason };
    if (json.lengthBytes > maxResultBytes) {
      return { type: 'bad', reason: `it has ${json.lengthBytes} bytes of at most ${maxResultBytes}` };
    }
    return { type: 'result', response: toResponse(json.value) };
  }

  /** The work has ended: keep what counts, undo what failed, answer. */
  async #conclude(call: ToolCall, worked: Worked): Promise<void> {
    const answer = await this.#answerOf(call, worked);
    call.end();
    this.#parts.onAnswer(call, answer);
  }

  async #answerOf(call: ToolCall, worked: Worked): Promise<ToolAnswer> {
    const { host, memory, middleware } = this.#parts;
    const { name } = call;
    switch (worked.type) {
      case 'result': {
        const response = await middleware.after(call, worked.response);
        memory.keep(call, response);
        return { response, outcome: 'succeeded' };
      }
      case 'bad': {
        host.report(
          new RuntimeError('toolFailed', `The result of ${name} cannot be passed on: ${worked.reason}.`),
        );
        if (!call.isCommit) {
          return { response: { error: failureText.badResult(name, worked.reason) }, outcome: 'failed' };
        }
        const response = { error: failureText.badResultOfCommit(name, worked.reason) };
        memory.keep(call, response);
        return { response, outcome: 'succeeded' };
      }
      case 'failed': {
        const { error } = worked;
        if (!call.signal.aborted) {
          host.report(
            new RuntimeError('toolFailed', `The tool ${name} failed: see the cause. The model was told.`, {
              cause: error,
            }),
          );
        }
        await middleware.failed(call, error);
        if (call.isCommit && error instanceof OutcomeUnknown) {
          return {
            response: { error: failureText.unknown(name, error) },
            outcome: 'failed',
            isUnknown: true,
          };
        }
        memory.giveBack(call);
        const by = await this.#compensate(call);
        const text =
          by === undefined ? failureText.failed(name, error) : failureText.compensated(name, error, by);
        return { response: { error: text }, outcome: 'failed' };
      }
    }
  }

  /** The name of the tool that undid the call, or undefined. */
  async #compensate(call: ToolCall): Promise<string | undefined> {
    const { host, memory, registry } = this.#parts;
    const by = registry.get(call.origin.tool?.definition.policy?.compensate?.tool ?? '')?.definition;
    if (by === undefined) return undefined;
    const args = copyJson(call.origin.args);
    const context = { ...this.#context(call), callId: `${call.id}:compensation` };
    const limitMs = by.policy?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const undo = async (): Promise<unknown> => {
      const checked = await by.input?.['~standard'].validate(args);
      if (checked?.issues !== undefined) throw new TypeError('the arguments do not fit its schema');
      // As in an attempt: its own schema made the input.
      return by.run((checked === undefined ? args : checked.value) as never, context);
    };
    const done = await bounded(host.clock, limitMs, undo, host.ended);
    if (done.type === 'value') {
      memory.keepCompensated(call.name);
      return by.name;
    }
    const cause = done.type === 'error' ? done.error : undefined;
    host.report(new RuntimeError('toolFailed', `${by.name} could not undo ${call.name}.`, { cause }));
    return undefined;
  }

  #context(call: ToolCall): ToolContext {
    const { host, onProgress } = this.#parts;
    const { turn } = call.origin;
    const payload = call.approval?.payload;
    const { handoffPacket } = host;
    return {
      callId: call.id,
      signal: call.signal,
      state: toolState(host.state, call.signal),
      nowMs: () => host.clock.nowMs(),
      turn,
      ...(payload !== undefined && { confirmation: payload }),
      ...(handoffPacket !== undefined && { handoffPacket }),
      ...(call.isBackground && onProgress !== undefined && { progress: this.#progress(call, onProgress) }),
    };
  }

  #progress(call: ToolCall, send: (call: ToolCall, note: JsonValue) => void): (note: JsonValue) => void {
    let left = MAX_PROGRESS;
    return (note) => {
      const json = toJson(note);
      const fits = json.ok && json.lengthBytes <= this.#parts.limits.maxResultBytes;
      if (!fits || left <= 0 || call.answer !== 'open' || call.run !== 'running') return;
      left -= 1;
      send(call, json.value);
    };
  }

  #armFiller(call: ToolCall, policy: ToolPolicy | undefined): () => void {
    const { clock, emit, fillerAfterMs } = this.#parts.host;
    const afterMs = policy?.fillerAfterMs ?? fillerAfterMs?.();
    if (call.isBackground || afterMs === undefined) return () => {};
    const startedMs = clock.nowMs();
    return clock.schedule(afterMs, () => {
      if (call.answer !== 'open') return;
      emit({ type: 'fillerCue', tool: call.name, elapsedMs: clock.nowMs() - startedMs });
    });
  }

  /** An override says by `{error}` that it failed. */
  #readOverride(response: JsonObject): Worked {
    return 'error' in response ? { type: 'failed', error: response.error } : this.#readResult(response);
  }
}

/** Background tools are the slow ones. */
function timeoutOf({ origin, isBackground }: ToolCall): number {
  return origin.tool?.definition.policy?.timeoutMs ?? (isBackground ? 600_000 : DEFAULT_TIMEOUT_MS);
}
