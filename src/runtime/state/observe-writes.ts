/** For recordings: who stands around the writes of an application, and how they are done again. */
import type { Cancel } from '../../wire/index.ts';
import { BaseLayer } from './base-layer.ts';
import { type State, stateStore } from './state.ts';
import type { StateWrite, WriteObserver } from './state-write.ts';

/** Calls `observer` for each write of the application, which it has to perform. One at a time; returns what ends it. */
export function observeWrites(state: State, observer: WriteObserver): Cancel {
  return stateStore(state).observeWrites(observer);
}

/** The same as the write that was observed. Throws as it did. */
export function performWrite(state: State, write: StateWrite): void {
  switch (write.type) {
    case 'set':
      return state.set(write.key, write.value);
    case 'remove':
      return new BaseLayer(stateStore(state)).remove(write.keys, write.origin);
    case 'commit': {
      const delta = state.delta();
      for (const [key, value] of write.changes) {
        if (value === undefined) delta.delete(key);
        else delta.set(key, value);
      }
      return delta.commit();
    }
    case 'import':
      return stateStore(state).import(write.values);
  }
}
