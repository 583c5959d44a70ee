import { atOnce } from '../../flow/fault.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { fillKey } from './idempotency-key.ts';
import { KeyedLock, type Ticket } from './keyed-lock.ts';
import { ResultCache } from './result-cache.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject } from './tool-json.ts';
import type { ToolRunnerHost } from './tool-runner-options.ts';
import { toolState } from './tool-state.ts';

/** What is known from earlier calls: cached reads, requests that took effect, tools that are spent, who is running. */
export class ToolMemory {
  readonly #host: ToolRunnerHost;
  readonly #caches = new Map<string, ResultCache>();
  readonly #spent: Set<string>;
  readonly #keys = new KeyedLock();
  readonly #serial = new KeyedLock();

  /** @param spent tools that run once, and have, in another process */
  constructor(host: ToolRunnerHost, spent: readonly string[] = []) {
    this.#host = host;
    this.#spent = new Set(spent);
  }

  /** A place among the serial tools. */
  takeTurn(): Ticket {
    return this.#serial.take('');
  }

  /** The right to run the request that `call.idempotencyKey` names. */
  takeKey(key: string): Ticket {
    return this.#keys.take(key);
  }

  /** The idempotency key of a call, or undefined when nothing protects it, which is reported. */
  keyOf(call: ToolCall, input: unknown): string | undefined {
    const { state, report } = this.#host;
    const rule = call.origin.tool?.definition.policy?.idempotencyKey;
    if (rule === undefined) return undefined;
    let hole = 'is empty';
    const key = this.#evaluate(call, () => {
      // The policy is typed by the schema that made `input`.
      if (typeof rule !== 'string') return rule(input as never, toolState(state, call.signal));
      const filled = fillKey(rule, call.origin.args, (name) => state.get(name));
      if ('key' in filled) return filled.key;
      hole = `has no value for ${filled.missing.map((part) => whereFrom(part, call)).join(' and ')}`;
      return undefined;
    });
    if (typeof key === 'string' && key !== '') return `idempotency:${call.name}:${key}`;
    const message = `The idempotency key of ${call.name} ${hole}: this call is not protected against a second one.`;
    report(new RuntimeError('toolFailed', message));
    return undefined;
  }

  /** The result of the same request, if it has succeeded before. */
  earlierResult({ idempotencyKey }: ToolCall): JsonObject | undefined {
    const stored = idempotencyKey === undefined ? undefined : this.#host.state.get(idempotencyKey);
    return isJsonObject(stored) ? stored : undefined;
  }

  cached(call: ToolCall): JsonObject | undefined {
    return this.#cacheOf(call)?.get(call.argumentsText, this.#host.clock.nowMs());
  }

  /** Reserves a tool that runs once; false when it is taken. Given back when the call ends without having started. */
  reserve(call: ToolCall): boolean {
    if (call.origin.tool?.definition.policy?.once !== true) return true;
    if (this.#spent.has(call.name)) return false;
    this.#spent.add(call.name);
    call.atAnswer.push(() => {
      if (call.run === 'waiting') this.#spent.delete(call.name);
    });
    return true;
  }

  /** The tool failed for certain: it may run again. */
  giveBack(call: ToolCall): void {
    if (call.origin.tool?.definition.policy?.once !== true) return;
    this.#spent.delete(call.name);
    this.#host.journal?.givenBack(call.name);
  }

  /** Keeps a success. */
  keep(call: ToolCall, response: JsonObject): void {
    this.#cacheOf(call)?.put(call.argumentsText, response, this.#host.clock.nowMs());
    if (call.idempotencyKey !== undefined) this.#write(call.idempotencyKey, response);
  }

  keepCompensated(tool: string): void {
    this.#write(`compensated:${tool}`, true);
  }

  #write(key: string, value: JsonValue): void {
    const { state, report } = this.#host;
    try {
      runtimeWriter(state).set(key, value);
    } catch (cause) {
      report(new RuntimeError('internal', `${key} could not be written.`, { cause }));
    }
  }

  #evaluate(call: ToolCall, key: () => unknown): unknown {
    try {
      return atOnce(key());
    } catch (cause) {
      const message = `The idempotency key of ${call.name} threw.`;
      this.#host.report(new RuntimeError('toolFailed', message, { cause }));
      return undefined;
    }
  }

  #cacheOf({ name, origin }: ToolCall): ResultCache | undefined {
    const rule = origin.tool?.definition.policy?.cache;
    if (rule === undefined) return undefined;
    const cache = this.#caches.get(name) ?? new ResultCache(rule);
    this.#caches.set(name, cache);
    return cache;
  }
}

/** A part of a key's template, and where its value was looked for. */
function whereFrom(part: string, { origin }: ToolCall): string {
  const [name = part] = part.split('.');
  const properties = origin.tool?.parameters?.properties ?? {};
  const isArgument = Object.hasOwn(properties, part) || Object.hasOwn(properties, name);
  return isArgument
    ? `{${part}} (an argument that the call gives no value)`
    : `{${part}} (no argument of the tool, and without a value in the state)`;
}
