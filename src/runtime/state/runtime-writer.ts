import { jsonEqual } from '../../flow/equivalence.ts';
import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel, Clock } from '../../wire/index.ts';
import type { MutationOrigin } from './journal.ts';
import { importValues, type State, stateStore } from './state.ts';
import { readSnapshot, type StateSnapshot } from './state-snapshot.ts';
import { type LiveValue, type StateStore, storableValue } from './state-store.ts';

/**
 * Writes any key, those of the runtime too, without telling the listeners of `watchWrites`. A key of the runtime is
 * written, and journaled, only when its value changes.
 */
export class RuntimeStateWriter {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Throws `stateValueInvalid` for what is not JSON or what the schema of the application refuses. */
  set(key: string, value: JsonValue, origin: MutationOrigin = 'set'): void {
    const store = this.#store;
    const stored = storableValue(key, value);
    if (isRuntimeKey(key) && !store.isLive(key) && jsonEqual(store.find(key), stored)) return;
    store.requireSchemaOf(key, stored);
    store.put(key, stored, origin);
    store.written('runtime');
  }

  delete(key: string): void {
    this.#store.remove(key, 'remove');
    this.#store.written('runtime');
  }

  clearPrefix(prefix: string): void {
    for (const key of this.#store.names()) {
      if (key.startsWith(prefix)) this.#store.remove(key, 'clearPrefix');
    }
    this.#store.written('runtime');
  }

  /**
   * A key whose value is computed whenever it is read; neither journaled nor in snapshots. `compute` must be cheap and not
   * throw. Returns what removes it.
   */
  live(key: string, compute: LiveValue): Cancel {
    const end = this.#store.setLive(key, compute);
    this.#store.written('runtime');
    return end;
  }

  /** The import of a state that also restores the keys of the runtime. */
  import(snapshot: StateSnapshot): void {
    importValues(this.#store, readSnapshot(snapshot));
    this.#store.written('runtime');
  }
}

/** The runtime's way into a state; not part of the public API. */
export function runtimeWriter(state: State): RuntimeStateWriter {
  return new RuntimeStateWriter(stateStore(state));
}

/** Stamps the journal with the clock of a session, unless the state has a clock. */
export function useStateClock(state: State, clock: Pick<Clock, 'nowMs'>): void {
  stateStore(state).useClock(clock);
}

/** Writes of the runtime itself that go the application's way, schema and listeners included. */
export function byRuntime(state: State, write: () => void): void {
  stateStore(state).byRuntime(write);
}
