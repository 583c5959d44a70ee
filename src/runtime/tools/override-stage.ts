import type { FunctionCall } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { bounded } from './bounded.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject, toJson } from './tool-json.ts';
import type { OnToolCall, ResolvedToolLimits, ToolOverride, ToolPartsHost } from './tool-runner-options.ts';

/** Asks the application's `onToolCall` about calls that passed every check, in groups. */
export class OverrideStage {
  readonly #hook: OnToolCall;
  readonly #host: ToolPartsHost;
  readonly #limits: ResolvedToolLimits;
  readonly #mayRun: (call: ToolCall) => boolean;

  /** @param mayRun what must not run is not asked about: an answer may be the work itself. */
  constructor(
    hook: OnToolCall,
    host: ToolPartsHost,
    limits: ResolvedToolLimits,
    mayRun: (call: ToolCall) => boolean,
  ) {
    this.#mayRun = mayRun;
    this.#hook = hook;
    this.#host = host;
    this.#limits = limits;
  }

  /** One group for the calls of a batch. */
  group(calls: readonly ToolCall[]): OverrideGroup {
    return new OverrideGroup(calls, (ready) => this.#ask(ready));
  }

  /** Answers by call id. An override that throws or takes too long has answered nothing. */
  async #ask(ready: readonly ToolCall[]): Promise<ReadonlyMap<string, JsonObject>> {
    const calls = ready.filter(this.#mayRun);
    if (calls.length === 0) return new Map();
    const { clock, ended, state, report } = this.#host;
    const asked = calls.map(({ id, name, origin }): FunctionCall => ({ id, name, args: origin.args }));
    const reply = await bounded(clock, this.#limits.hookTimeoutMs, () => this.#hook(asked, state), ended);
    if (reply.type === 'aborted') return new Map();
    if (reply.type === 'value') return this.#read(reply.value, calls);
    const cause = reply.type === 'error' ? reply.error : undefined;
    const what =
      reply.type === 'timeout' ? `gave no answer within ${this.#limits.hookTimeoutMs} ms` : 'threw';
    report(new RuntimeError('hookFailed', `onToolCall ${what}: the tools answer instead.`, { cause }));
    return new Map();
  }

  #read(reply: ToolOverride, calls: readonly ToolCall[]): ReadonlyMap<string, JsonObject> {
    const answers = new Map<string, JsonObject>();
    if (reply === null || reply === undefined) return answers;
    for (const given of Array.isArray(reply) ? reply : [undefined]) {
      const call = calls.find(({ id }) => id === given?.id) ?? onlyNamed(calls, given);
      const json = toJson(given?.response);
      if (call === undefined || !json.ok || !isJsonObject(json.value)) {
        const message =
          'onToolCall gave an answer that is not { id, response } of one of its calls: it was ignored.';
        this.#host.report(new RuntimeError('hookFailed', message));
      } else if (!answers.has(call.id)) {
        answers.set(call.id, json.value);
      }
    }
    return answers;
  }
}

/** An answer without an id is for the only call of its name. */
function onlyNamed(
  calls: readonly ToolCall[],
  given: { readonly id?: string | undefined; readonly name?: string } | undefined,
): ToolCall | undefined {
  if (given?.id !== undefined) return undefined;
  const named = calls.filter(({ name }) => name === given?.name);
  return named.length === 1 ? named[0] : undefined;
}

/**
 * The calls of a batch on their way to the override: those that are ready without having waited for anybody are asked
 * about together, each of the others alone when it is ready.
 */
export class OverrideGroup {
  readonly #expected: Set<ToolCall>;
  readonly #arrived = new Set<ToolCall>();
  readonly #calls: readonly ToolCall[];
  readonly #ask: (calls: readonly ToolCall[]) => Promise<ReadonlyMap<string, JsonObject>>;
  #fire: (answers: Promise<ReadonlyMap<string, JsonObject>>) => void = () => {};
  readonly #answers: Promise<ReadonlyMap<string, JsonObject>>;

  constructor(
    calls: readonly ToolCall[],
    ask: (calls: readonly ToolCall[]) => Promise<ReadonlyMap<string, JsonObject>>,
  ) {
    this.#calls = calls;
    this.#expected = new Set(calls);
    this.#ask = ask;
    this.#answers = new Promise((resolve) => {
      this.#fire = resolve;
    });
  }

  /** The call does not come, or not with the others. */
  leave(call: ToolCall): void {
    if (this.#expected.delete(call)) this.#askWhenComplete();
  }

  /** The call is ready to run. Resolves with its answer, or with undefined when its tool has to answer. */
  async arrive(call: ToolCall): Promise<JsonObject | undefined> {
    if (!this.#expected.delete(call)) return (await this.#ask([call])).get(call.id);
    this.#arrived.add(call);
    this.#askWhenComplete();
    return (await this.#answers).get(call.id);
  }

  #askWhenComplete(): void {
    if (this.#expected.size > 0) return;
    const ready = this.#calls.filter((call) => this.#arrived.has(call) && call.answer === 'open');
    this.#fire(ready.length === 0 ? Promise.resolve(new Map()) : this.#ask(ready));
  }
}
