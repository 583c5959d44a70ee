import type { StateEffect } from '../state-effect.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';

/** The state of a simulated conversation: values by key, without a journal. */
export class PlainState implements StateReader {
  readonly #values: Map<string, JsonValue>;

  constructor(values: Iterable<readonly [string, JsonValue]> = []) {
    this.#values = new Map(values);
  }

  get(key: string): JsonValue | undefined {
    return this.#values.get(key) ?? this.#fallback(key);
  }

  has(key: string): boolean {
    return this.#values.has(key) || this.#fallback(key) !== undefined;
  }

  set(key: string, value: JsonValue): void {
    this.#values.set(key, value);
  }

  apply(effects: readonly StateEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'set') this.#values.set(effect.key, effect.value);
      else this.#values.delete(effect.key);
    }
  }

  /** Removes every key that begins so. */
  clear(prefix: string): void {
    for (const key of this.#values.keys()) if (key.startsWith(prefix)) this.#values.delete(key);
  }

  entries(): readonly (readonly [string, JsonValue])[] {
    return [...this.#values];
  }

  fork(): PlainState {
    return new PlainState(this.#values);
  }

  /** A key without a prefix that has no value of its own reads as what was derived for it. */
  #fallback(key: string): JsonValue | undefined {
    if (this.#values.has(key) || key.includes(':')) return this.#values.get(key);
    return this.#values.get(`derived:${key}`);
  }
}
