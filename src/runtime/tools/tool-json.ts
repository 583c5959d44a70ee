/** What comes from models and from tools, as JSON. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { JsonObject } from './tool-definition.ts';

/** A value as JSON, or why it is none. */
export type JsonCheck =
  | { readonly ok: true; readonly value: JsonValue; readonly lengthBytes: number }
  | { readonly ok: false; readonly reason: string };

/**
 * A copy of `value` as `JSON.stringify` has it (dates and `toJSON` count, `undefined` fields go), but nothing is lost
 * silently: a function, bigint, Map, NaN or cycle is a reason.
 */
export function toJson(value: unknown): JsonCheck {
  try {
    const text: string | undefined = JSON.stringify(value, refuseLosses);
    if (text === undefined) return { ok: false, reason: `it is ${typeof value}` };
    // What was just written as JSON is JSON.
    const copy = JSON.parse(text) as JsonValue;
    return { ok: true, value: copy, lengthBytes: new TextEncoder().encode(text).length };
  } catch (cause) {
    return { ok: false, reason: cause instanceof Loss ? cause.message : 'it cannot be written as JSON' };
  }
}

/** A result as the wire takes it: an object stays, anything else becomes `{output}`; nothing is `{output: 'ok'}`. */
export function toResponse(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : { output: value };
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Freezes JSON that nobody else holds, all the way down. */
export function frozenJson<T extends JsonValue>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values<JsonValue>(value)) frozenJson(item);
  return Object.freeze(value);
}

/** A copy of JSON, for whoever may change it. */
export function copyJson<T extends JsonValue>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Whether a value nests deeper than `limit`; stops looking there, so a cycle is deep, not endless. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, limit - 1));
}

/** What JSON would lose. */
class Loss {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

function refuseLosses(key: string, value: unknown): unknown {
  const where = key === '' ? 'it' : `\`${key}\``;
  switch (typeof value) {
    case 'function':
    case 'symbol':
    case 'bigint':
      throw new Loss(`${where} is a ${typeof value}`);
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new Loss(`${where} is ${value}`);
    case 'object':
      if (value instanceof Map || value instanceof Set || value instanceof Promise) {
        throw new Loss(`${where} is a ${value.constructor.name}`);
      }
      return value;
    default:
      return value;
  }
}
