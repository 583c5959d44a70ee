import type { JsonValue } from '../../flow/state-reader.ts';
import { StateAccess, type StateLayer } from './state-access.ts';
import type { StateStore } from './state-store.ts';

/**
 * A draft of changes on top of a state: its own reads see them, nobody else does until {@link commit}. Reads of keys that
 * it has not touched follow the state as it changes. After a commit or rollback it is empty and may be used again.
 */
export class StateDelta extends StateAccess {
  readonly #overlay: OverlayLayer;

  constructor(store: StateStore) {
    const overlay = new OverlayLayer(store);
    super(overlay, '');
    this.#overlay = overlay;
  }

  /**
   * Applies every change, each journaled with origin `commit`, and tells the listeners once. Throws `stateValueInvalid`,
   * with nothing applied, when the schema of the state refuses them on top of what it holds by now.
   */
  commit(): void {
    this.#overlay.commit();
  }

  /** Drops every change. */
  rollback(): void {
    this.#overlay.changes.clear();
  }
}

class OverlayLayer implements StateLayer {
  /** New values; undefined is a tombstone. In the order of the last write of each key. */
  readonly changes = new Map<string, JsonValue | undefined>();
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  find(key: string): JsonValue | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.#store.find(key);
  }

  names(): readonly string[] {
    const names = new Set(this.#store.names());
    for (const [key, value] of this.changes) {
      if (value === undefined) names.delete(key);
      else names.add(key);
    }
    return [...names];
  }

  put(key: string, value: JsonValue): void {
    this.#store.requireSchema(new Map(this.changes).set(key, value));
    this.#change(key, value);
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#change(key, undefined);
  }

  commit(): void {
    if (this.changes.size === 0) return;
    this.#store.requireQuiet();
    this.#store.requireSchema(this.changes);
    this.#store.byApplication(
      () => ({ type: 'commit', changes: [...this.changes] }),
      () => this.#apply(),
    );
  }

  #apply(): void {
    for (const [key, value] of this.changes) {
      if (value === undefined) this.#store.remove(key, 'commit');
      else this.#store.put(key, value, 'commit');
    }
    this.changes.clear();
    this.#store.written('application');
  }

  #change(key: string, value: JsonValue | undefined): void {
    this.changes.delete(key);
    this.changes.set(key, value);
  }
}
