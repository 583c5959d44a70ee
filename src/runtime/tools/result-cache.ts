import type { JsonObject } from './tool-definition.ts';

interface Entry {
  readonly response: JsonObject;
  readonly untilMs: number;
}

/** Results of one tool by canonical arguments. The oldest goes when it is full. */
export class ResultCache {
  readonly #entries = new Map<string, Entry>();
  readonly #ttlMs: number;
  readonly #maxEntries: number;

  constructor({ ttlMs, maxEntries = 64 }: { readonly ttlMs: number; readonly maxEntries?: number }) {
    this.#ttlMs = ttlMs;
    this.#maxEntries = maxEntries;
  }

  get(key: string, nowMs: number): JsonObject | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (nowMs < entry.untilMs) return entry.response;
    this.#entries.delete(key);
    return undefined;
  }

  put(key: string, response: JsonObject, nowMs: number): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#maxEntries) this.#entries.delete(oldest);
    this.#entries.set(key, { response, untilMs: nowMs + this.#ttlMs });
  }
}
