/** Fields that are looked up: by a function of what was recognised, or of state (spec: control §6). */

import type { JsonValue, StateReader } from '../../flow/state-reader.ts';
import { canonicalJson } from '../tools/canonical-json.ts';
import type { JsonObject } from './json-object.ts';

export interface ResolverOptions<Value extends JsonValue> {
  /**
   * What is needed: names of other fields of the extractor, or state keys. A field that was recognised in this run counts
   * first, then the state key of that name. While one is missing, nothing is looked up.
   */
  readonly args: readonly string[];
  /** Looks it up. Null is "there is none". Rejecting leaves the field out, and is reported. */
  run(args: JsonObject, context: { readonly signal: AbortSignal }): Value | null | Promise<Value | null>;
  /** How long an answer is kept, in milliseconds. @default 300000 (5 minutes) */
  readonly ttlMs?: number;
  /** How sure an answer is, 0 to 1. @default 1 */
  readonly confidence?: number;
}

/** A field that is looked up. Made by {@link resolve}. */
export type Resolver<Value extends JsonValue> = ResolverOptions<Value>;

/** Declares a field of a rule extractor that is looked up. */
export function resolve<Value extends JsonValue>(options: ResolverOptions<Value>): Resolver<Value> {
  return options;
}

/** The arguments of a resolver, or undefined while one is missing. */
export function bindArguments(
  names: readonly string[],
  recognised: ReadonlyMap<string, JsonValue>,
  state: StateReader,
): JsonObject | undefined {
  const bound = names.map((name) => [name, recognised.get(name) ?? state.get(name)] as const);
  const isMissing = bound.some(([, value]) => value === undefined || value === null);
  return isMissing ? undefined : (Object.fromEntries(bound) as JsonObject);
}

interface Kept {
  readonly value: JsonValue;
  readonly untilMs: number;
}

/** Answers by field and arguments. At its limit the oldest one goes. */
export class ResolverCache {
  readonly #limit: number;
  readonly #kept = new Map<string, Kept>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(field: string, args: JsonObject, nowMs: number): JsonValue | undefined {
    const key = keyOf(field, args);
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.untilMs > nowMs) return kept?.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(field: string, args: JsonObject, value: JsonValue, untilMs: number): void {
    const key = keyOf(field, args);
    this.#kept.delete(key);
    this.#kept.set(key, { value, untilMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#limit && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function keyOf(field: string, args: JsonObject): string {
  return `${field} ${canonicalJson(args)}`;
}
