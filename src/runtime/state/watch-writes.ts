import type { Cancel } from '../../wire/index.ts';
import { type State, stateStore } from './state.ts';

/**
 * Calls `listener` after each write of the application (set, delete, modify, clearPrefix, commit, import), when it is
 * done and journaled; not for writes of the runtime. The runtime uses it to look at watchers when the application writes
 * from outside the control lane. The listener must not throw. Returns what ends it.
 */
export function watchWrites(state: State, listener: () => void): Cancel {
  return stateStore(state).addListener(listener);
}
