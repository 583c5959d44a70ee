import type { JsonValue } from '../../flow/state-reader.ts';
import { setOwn } from './frozen-json.ts';

/** What stands in place of a redacted value. */
const REDACTED = '[redacted]';

/** Deeper than any stored value may nest; what is below is masked unseen. */
const MAX_DEPTH = 64;

const NONE: readonly string[] = [];

/** Keys whose values must not leave the process. */
export class RedactionMarks {
  #marks: Set<string> | undefined;
  #list: readonly string[] = NONE;
  readonly #listeners = new Set<() => void>();

  /** All of them, in the order in which they were made. The same list as long as there are no more. */
  get list(): readonly string[] {
    return this.#list;
  }

  /** Whether nothing is marked. */
  get isEmpty(): boolean {
    return this.#marks === undefined;
  }

  add(keys: readonly string[]): void {
    this.#marks ??= new Set();
    for (const key of keys) this.#marks.add(key);
    if (this.#marks.size === this.#list.length) return;
    this.#list = [...this.#marks];
    for (const listener of this.#listeners) listener();
  }

  /** Told of each new list, at once; it must not throw. Returns the end of it. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A mark covers its key and every `prefix:key`. */
  covers(key: string): boolean {
    const marks = this.#marks;
    if (marks === undefined) return false;
    if (marks.has(key)) return true;
    for (let colon = key.indexOf(':'); colon !== -1; colon = key.indexOf(':', colon + 1)) {
      if (marks.has(key.slice(colon + 1))) return true;
    }
    return false;
  }

  /** The value as it may be shown under this key, with marked fields masked at any depth; itself when nothing is. */
  mask(key: string, value: JsonValue): JsonValue {
    if (this.#marks === undefined) return value;
    return this.covers(key) ? REDACTED : this.#maskFields(value, 0);
  }

  #maskFields(value: JsonValue, depth: number): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return REDACTED;
    if (Array.isArray(value)) {
      const masked = value.map((item: JsonValue) => this.#maskFields(item, depth + 1));
      return masked.some((item, index) => item !== value[index]) ? Object.freeze(masked) : value;
    }
    let changed = false;
    const masked: Record<string, JsonValue> = {};
    for (const [field, item] of Object.entries(value)) {
      const shown = this.covers(field) ? REDACTED : this.#maskFields(item, depth + 1);
      changed ||= shown !== item;
      setOwn(masked, field, shown);
    }
    return changed ? Object.freeze(masked) : value;
  }
}
