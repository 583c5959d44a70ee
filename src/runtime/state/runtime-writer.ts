import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel, Clock } from '../../wire/index.ts';
import { jsonEqual } from './equivalence.ts';
import type { MutationOrigin } from './journal.ts';
import { isRuntimeKey } from './runtime-keys.ts';
import { importValues, type State, stateStore } from './state.ts';
import { readSnapshot, type StateSnapshot } from './state-snapshot.ts';
import { type LiveValue, storableValue } from './state-store.ts';

/**
 * Writes any key, those of the runtime too, without telling the listeners of {@link watchWrites}. A key of the runtime is
 * written, and journaled, only when its value changes.
 */
export interface RuntimeStateWriter {
  /** Throws `stateValueInvalid` for what is not JSON or what the schema of the application refuses. Default origin `set`. */
  set(key: string, value: JsonValue, origin?: MutationOrigin): void;
  delete(key: string): void;
  clearPrefix(prefix: string): void;
  /** A key whose value is computed whenever it is read; neither journaled nor in snapshots. Returns what removes it. */
  live(key: string, compute: LiveValue): Cancel;
  /** {@link State.import} that also restores the keys of the runtime. */
  import(snapshot: StateSnapshot): void;
}

/** The runtime's way into a state; not part of the public API. */
export function runtimeWriter(state: State): RuntimeStateWriter {
  const store = stateStore(state);
  return {
    set: (key, value, origin = 'set') => {
      const stored = storableValue(key, value);
      if (isRuntimeKey(key) && !store.isLive(key) && jsonEqual(store.find(key), stored)) return;
      store.requireSchema(new Map([[key, stored]]));
      store.put(key, stored, origin);
      store.written('runtime');
    },
    delete: (key) => {
      store.remove(key, 'remove');
      store.written('runtime');
    },
    clearPrefix: (prefix) => {
      for (const key of store.names()) if (key.startsWith(prefix)) store.remove(key, 'clearPrefix');
      store.written('runtime');
    },
    live: (key, compute) => {
      const end = store.setLive(key, compute);
      store.written('runtime');
      return end;
    },
    import: (snapshot) => {
      importValues(store, readSnapshot(snapshot));
      store.written('runtime');
    },
  };
}

/** Stamps the journal with the clock of a session, unless the state has a clock. */
export function useStateClock(state: State, clock: Pick<Clock, 'nowMs'>): void {
  stateStore(state).useClock(clock);
}
