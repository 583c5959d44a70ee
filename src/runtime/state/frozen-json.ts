import type { JsonValue } from '../../flow/state-reader.ts';

/** How deep a value may nest. */
const MAX_DEPTH = 64;
/** How many values, the nested ones counted, one value may hold. */
const MAX_NODES = 100_000;

/** Why a value is not JSON, and where: `path` is like `.items[2].when`, empty for the value itself. */
export class NotJson {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    this.path = path;
    this.reason = reason;
  }
}

/**
 * A deeply frozen copy of a JSON value, or the first place where it is none: a function, cycle, NaN, bigint, undefined,
 * instance of a class, nesting over 64 levels, more than 100,000 values. Minus zero becomes zero, as JSON would have it.
 * Extra properties of an array are left behind.
 */
export function frozenJson(value: unknown): JsonValue | NotJson {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  try {
    return new Copier().copy(value, '');
  } catch (cause) {
    if (cause instanceof NotJson) return cause;
    return new NotJson('', 'throws when it is read');
  }
}

class Copier {
  readonly #ancestors: object[] = [];
  #nodes = 0;

  copy(value: unknown, path: string): JsonValue {
    if (++this.#nodes > MAX_NODES) throw new NotJson(path, `is one of more than ${MAX_NODES} values`);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw new NotJson(path, `is ${value}`);
        return value + 0;
      case 'object':
        return value === null ? null : this.#copyObject(value, path);
      default:
        throw new NotJson(path, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
    }
  }

  #copyObject(value: object, path: string): JsonValue {
    if (this.#ancestors.includes(value)) throw new NotJson(path, 'is a cycle');
    if (this.#ancestors.length >= MAX_DEPTH) throw new NotJson(path, `is nested over ${MAX_DEPTH} levels`);
    this.#ancestors.push(value);
    const copy = Array.isArray(value) ? this.#copyArray(value, path) : this.#copyRecord(value, path);
    this.#ancestors.pop();
    return Object.freeze(copy);
  }

  #copyArray(value: readonly unknown[], path: string): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let index = 0; index < value.length; index++) {
      copy.push(this.copy(value[index], `${path}[${index}]`));
    }
    return copy;
  }

  #copyRecord(value: object, path: string): Record<string, JsonValue> {
    if (!isPlain(value)) throw new NotJson(path, `is an instance of ${className(value)}`);
    if (Object.getOwnPropertySymbols(value).length > 0) throw new NotJson(path, 'has a symbol for a key');
    const copy: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) {
      setOwn(copy, key, this.copy(item, pathTo(path, key)));
    }
    return copy;
  }
}

/** `path` extended by a key: `.name`, or `["odd key"]`. */
export function pathTo(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Sets a property, `__proto__` too, which an assignment would take for the prototype. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

/** An object literal, of this realm or another, or an object without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}
