import type { JsonValue, StateReader } from './state-reader.ts';

/** A change of state that a governor asks for; whoever owns the state carries it out. */
export type StateEffect =
  | { readonly type: 'set'; readonly key: string; readonly value: JsonValue }
  | { readonly type: 'delete'; readonly key: string };

/** The state as it will be when `effects` are written, in their order. */
export function afterEffects(state: StateReader, effects: readonly StateEffect[]): StateReader {
  const changed = new Map<string, JsonValue | undefined>();
  for (const effect of effects) changed.set(effect.key, effect.type === 'set' ? effect.value : undefined);
  return changedReader(state, changed);
}

/** The state with other values of some keys; of a key that is undefined now, what is derived is read. */
export function changedReader(
  state: StateReader,
  changed: ReadonlyMap<string, JsonValue | undefined>,
): StateReader {
  const get = (key: string): JsonValue | undefined => {
    if (!changed.has(key)) return state.get(key);
    const value = changed.get(key);
    return value !== undefined || key.includes(':') ? value : state.get(`derived:${key}`);
  };
  return {
    get,
    has: (key) => (changed.has(key) ? get(key) !== undefined : state.has(key)),
  };
}

/** The keys that have no value: absent, or null. */
export function missingKeys(state: StateReader, keys: readonly string[]): readonly string[] {
  return keys.filter((key) => (state.get(key) ?? null) === null);
}
