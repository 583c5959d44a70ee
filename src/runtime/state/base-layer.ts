import type { JsonValue } from '../../flow/state-reader.ts';
import type { StateLayer } from './state-access.ts';
import type { StateStore } from './state-store.ts';

/** Writes straight to the store, as the application: checked by its schema, told to its listeners. */
export class BaseLayer implements StateLayer {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  find(key: string): JsonValue | undefined {
    return this.#store.find(key);
  }

  names(): readonly string[] {
    return this.#store.names();
  }

  put(key: string, value: JsonValue): void {
    const store = this.#store;
    store.requireSchemaOf(key, value);
    store.byApplication(
      () => ({ type: 'set', key, value }),
      () => {
        store.put(key, value, 'set');
        store.written('application');
      },
    );
  }

  remove(keys: readonly string[], origin: 'remove' | 'clearPrefix'): void {
    if (keys.length === 0) return;
    const store = this.#store;
    store.byApplication(
      () => ({ type: 'remove', keys, origin }),
      () => {
        for (const key of keys) store.remove(key, origin);
        store.written('application');
      },
    );
  }
}
