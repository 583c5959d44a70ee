import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { JsonValue, StateReader } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { StateKey } from './state-key.ts';
import { checkSchema, requireSchema } from './state-schema.ts';
import { storableValue } from './state-store.ts';

/** The longest key. */
const MAX_KEY_LENGTH = 1024;

/** A strict read: `issues` says why a value is not of the type of its key. */
export type StateRead<T> =
  | { readonly status: 'absent' }
  | { readonly status: 'value'; readonly value: T }
  | { readonly status: 'wrongType'; readonly value: JsonValue; readonly issues: readonly string[] };

/** Where the values of an access live: the state itself, or the overlay of a delta. */
export interface StateLayer {
  /** The value of exactly this key. */
  find(key: string): JsonValue | undefined;
  names(): readonly string[];
  put(key: string, value: JsonValue): void;
  remove(keys: readonly string[], origin: 'remove' | 'clearPrefix'): void;
}

/** The reading half of {@link StateAccess}. */
export type StateReadAccess = Pick<StateAccess, 'get' | 'read' | 'has' | 'keys'>;

/**
 * Reads and writes keys, all under one prefix. What is read is deeply frozen, what is written is copied: neither side
 * can change the other's value later. A read costs a map lookup.
 */
export class StateAccess implements StateReader {
  readonly #layer: StateLayer;
  readonly #prefix: string;

  constructor(layer: StateLayer, prefix: string) {
    this.#layer = layer;
    this.#prefix = prefix;
  }

  /**
   * The value, or undefined when it is absent or, with a typed key, of another type. A key without a colon that has no
   * value of its own is looked up under `derived:`.
   */
  get(key: string): JsonValue | undefined;
  get<T>(key: StateKey<T>): T | undefined;
  get(key: string | StateKey<unknown>): unknown {
    if (typeof key === 'string') return this.#find(this.#prefix + key);
    const found = this.read(key);
    return found.status === 'value' ? found.value : undefined;
  }

  /** The same, telling a value of another type from an absent one. */
  read(key: string): StateRead<JsonValue>;
  read<T>(key: StateKey<T>): StateRead<T>;
  read(key: string | StateKey<unknown>): StateRead<unknown> {
    const value = this.#find(this.#nameOf(key));
    if (value === undefined) return { status: 'absent' };
    if (typeof key === 'string' || key.schema === undefined) return { status: 'value', value };
    const check = checkSchema(key.schema, value);
    if (check.ok) return { status: 'value', value: check.value };
    return { status: 'wrongType', value, issues: check.issues.map(({ message }) => message) };
  }

  /** Whether {@link get} of the plain key finds a value, of whatever type. */
  has(key: string | StateKey<unknown>): boolean {
    return this.#find(this.#nameOf(key)) !== undefined;
  }

  /** The keys that have a value and start with `prefix`, without the prefix of this access. */
  keys(prefix: string = ''): string[] {
    const start = this.#prefix + prefix;
    return this.#layer
      .names()
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(this.#prefix.length));
  }

  /**
   * Stores a value. Throws `stateReadOnly` for a key of the runtime and `stateValueInvalid`, naming the place, for what
   * is not JSON or is refused by the schema of the key or of the state; nothing is changed then.
   */
  set(key: string, value: JsonValue): void;
  set<T>(key: StateKey<T>, value: T): void;
  set(key: string | StateKey<unknown>, value: unknown): void {
    this.#put(key, value);
  }

  /** Removes a value, if there is one; throws `stateReadOnly`. */
  delete(key: string | StateKey<unknown>): void {
    const name = this.#nameOf(key);
    requireWritable(name);
    this.#layer.remove([name], 'remove');
  }

  /**
   * Replaces a value by what `change` makes of it, and returns that. `change` gets `fallback` when the key is absent, does
   * not decode (typed keys) or holds another kind of JSON than `fallback` (plain keys, unless `fallback` is null).
   * `derived:` is not looked at. When `change` throws, nothing has changed.
   */
  modify<T>(key: string | StateKey<T>, fallback: T, change: (value: T) => T): T {
    const name = this.#nameOf(key);
    requireWritable(name);
    const old = this.#layer.find(name);
    // The stored copy has the shape of what `change` returned, a T.
    return this.#put(key, change(decode(key, old, fallback))) as T;
  }

  /**
   * Removes every key that starts with `prefix`. Throws `stateReadOnly` for a prefix of the runtime; a shorter one leaves
   * the runtime's keys alone.
   */
  clearPrefix(prefix: string): void {
    const start = this.#prefix + prefix;
    requireWritable(start);
    const names = this.#layer.names().filter((name) => name.startsWith(start) && !isRuntimeKey(name));
    this.#layer.remove(names, 'clearPrefix');
  }

  #put(key: string | StateKey<unknown>, value: unknown): JsonValue {
    const name = this.#nameOf(key);
    requireWritable(name);
    const stored = storableValue(name, value);
    if (typeof key !== 'string' && key.schema !== undefined) requireSchema(key.schema, name, stored);
    this.#layer.put(name, stored);
    return stored;
  }

  #nameOf(key: string | StateKey<unknown>): string {
    return this.#prefix + (typeof key === 'string' ? key : key.name);
  }

  #find(name: string): JsonValue | undefined {
    const value = this.#layer.find(name);
    if (value !== undefined || name.includes(':')) return value;
    return this.#layer.find(`derived:${name}`);
  }
}

/** Throws `stateReadOnly` for a key of the runtime, `invalidArgument` for one that is too long. */
function requireWritable(key: string): void {
  if (isRuntimeKey(key)) {
    throw new RuntimeError(
      'stateReadOnly',
      `state key '${key}' is written by the runtime; use another prefix`,
    );
  }
  if (key.length > MAX_KEY_LENGTH) {
    throw new RuntimeError('invalidArgument', `a state key has at most ${MAX_KEY_LENGTH} characters`);
  }
}

function decode<T>(key: string | StateKey<T>, value: JsonValue | undefined, fallback: T): T {
  if (value === undefined) return fallback;
  if (typeof key !== 'string' && key.schema !== undefined) {
    const check = checkSchema(key.schema, value);
    return check.ok ? check.value : fallback;
  }
  // Without a schema the kind is all that can be checked; the type is on trust.
  return fallback === null || kindOf(value) === kindOf(fallback) ? (value as T) : fallback;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
