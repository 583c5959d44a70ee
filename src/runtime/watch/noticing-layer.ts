import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { StateLayer } from '../state/state-access.ts';
import type { StateStore } from '../state/state-store.ts';

/** Reads a state, and notices when a value is read that changes by itself. */
export class NoticingLayer implements StateLayer {
  readonly #store: StateStore;
  #readLive = false;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Whether a live key was read since the last call. */
  takeReadLive(): boolean {
    const readLive = this.#readLive;
    this.#readLive = false;
    return readLive;
  }

  find(key: string): JsonValue | undefined {
    this.#readLive ||= this.#store.isLive(key);
    return this.#store.find(key);
  }

  names(): readonly string[] {
    return this.#store.names();
  }

  put(key: string): void {
    throw new RuntimeError('stateReadOnly', `a condition only reads; it cannot write '${key}'`);
  }

  remove(keys: readonly string[]): void {
    throw new RuntimeError(
      'stateReadOnly',
      `a condition only reads; it cannot remove '${keys.join("', '")}'`,
    );
  }
}
