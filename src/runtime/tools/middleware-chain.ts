import { RuntimeError } from '../runtime-error.ts';
import { type Bounded, bounded } from './bounded.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject, toJson } from './tool-json.ts';
import type { MiddlewareCall, ToolMiddleware } from './tool-middleware.ts';
import type { ResolvedToolLimits, ToolPartsHost } from './tool-runner-options.ts';

/** Runs middleware around calls, isolated and bounded. */
export class MiddlewareChain {
  readonly #middleware: readonly ToolMiddleware[];
  readonly #host: ToolPartsHost;
  readonly #limits: ResolvedToolLimits;

  constructor(middleware: readonly ToolMiddleware[], host: ToolPartsHost, limits: ResolvedToolLimits) {
    this.#middleware = middleware;
    this.#host = host;
    this.#limits = limits;
  }

  /** Why the call must not run, or undefined. */
  async before(call: ToolCall): Promise<string | undefined> {
    for (const middleware of this.#middleware) {
      const { before } = middleware;
      if (before === undefined) continue;
      const told = await this.#run(() => before.call(middleware, this.#view(call)), call.signal);
      if (told.type === 'aborted') return undefined;
      if (told.type !== 'value') {
        this.#report(middleware, call, 'before', told);
        return 'a check before it failed';
      }
      if (told.value !== undefined && told.value !== null) return String(told.value.veto);
    }
    return undefined;
  }

  /** The result as the last of them leaves it. */
  async after(call: ToolCall, result: JsonObject): Promise<JsonObject> {
    let current = result;
    for (const middleware of this.#middleware.toReversed()) {
      const { after } = middleware;
      if (after === undefined) continue;
      const given = current;
      const told = await this.#run(() => after.call(middleware, this.#view(call), given));
      const json = told.type === 'value' ? toJson(told.value ?? given) : undefined;
      if (told.type === 'aborted') break;
      if (json?.ok && isJsonObject(json.value) && json.lengthBytes <= this.#limits.maxResultBytes)
        current = json.value;
      else this.#report(middleware, call, 'after', told);
    }
    return current;
  }

  async failed(call: ToolCall, error: unknown): Promise<void> {
    for (const middleware of this.#middleware.toReversed()) {
      const { onError } = middleware;
      if (onError === undefined) continue;
      const told = await this.#run(() => onError.call(middleware, this.#view(call), error));
      if (told.type !== 'value') this.#report(middleware, call, 'onError', told);
    }
  }

  #run<T>(work: () => T | PromiseLike<T>, signal = this.#host.ended): Promise<Bounded<T>> {
    return bounded(this.#host.clock, this.#limits.hookTimeoutMs, work, signal);
  }

  #view({ id, name, origin, signal }: ToolCall): MiddlewareCall {
    const { state } = this.#host;
    const { args, turn } = origin;
    return { callId: id, name, args, turn, state, signal };
  }

  #report(middleware: ToolMiddleware, call: ToolCall, hook: string, told: Bounded<unknown>): void {
    if (told.type === 'aborted') return;
    const who = middleware.name ?? 'A middleware';
    const what =
      told.type === 'timeout'
        ? `took longer than ${this.#limits.hookTimeoutMs} ms`
        : told.type === 'error'
          ? 'threw'
          : 'gave a result that is no JSON object of bounded size';
    const cause = told.type === 'error' ? told.error : undefined;
    this.#host.report(
      new RuntimeError('hookFailed', `${who} ${what} in ${hook} of ${call.name}.`, { cause }),
    );
  }
}
