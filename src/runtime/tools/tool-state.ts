import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { State } from '../state/state.ts';
import type { StateKey } from '../state/state-key.ts';

/**
 * The state as a tool sees it: all of it to read, the application's keys to write. Once the call's signal has aborted,
 * writes throw `aborted`, so that a tool that was cancelled or is too late changes nothing any more.
 */
export interface ToolState {
  get(key: string): JsonValue | undefined;
  get<T>(key: StateKey<T>): T | undefined;
  has(key: string | StateKey<unknown>): boolean;
  keys(prefix?: string): string[];
  set(key: string, value: JsonValue): void;
  set<T>(key: StateKey<T>, value: T): void;
  delete(key: string | StateKey<unknown>): void;
  modify<T>(key: string | StateKey<T>, fallback: T, change: (value: T) => T): T;
}

/** A view of `state` that can be written until `signal` aborts. */
export function toolState(state: State, signal: AbortSignal): ToolState {
  const writable = (): State => {
    if (!signal.aborted) return state;
    throw new RuntimeError('aborted', 'The call was cancelled or came too late: it can write no state.');
  };
  return {
    get: (key: string | StateKey<never>) => (typeof key === 'string' ? state.get(key) : state.get(key)),
    has: (key) => state.has(key),
    keys: (prefix) => state.keys(prefix),
    set: (key: string | StateKey<never>, value: never) =>
      typeof key === 'string' ? writable().set(key, value) : writable().set(key, value),
    delete: (key) => writable().delete(key),
    modify: (key, fallback, change) => writable().modify(key, fallback, change),
  } as ToolState; // The overloads are those of State, which every method hands on to.
}
