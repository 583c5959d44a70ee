import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import { BaseLayer } from './base-layer.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { Journal } from './journal.ts';
import { StateAccess, type StateReadAccess } from './state-access.ts';
import { StateDelta } from './state-delta.ts';
import type { StateSchema } from './state-schema.ts';
import {
  invalidSnapshot,
  readSnapshot,
  type SnapshotOptions,
  type StateSnapshot,
  takeSnapshot,
} from './state-snapshot.ts';
import { StateStore } from './state-store.ts';

export interface StateOptions {
  /** What the application's keys may hold. Default: any JSON. */
  readonly schema?: StateSchema;
  /** Stamps the journal. Default: the clock of the first session that uses the state; 0 until then. */
  readonly clock?: Pick<Clock, 'nowMs'>;
}

let storeOf: (state: State) => StateStore;

/**
 * The blackboard of a conversation: JSON values by key, every change journaled (spec: control §2). Prefixes are scopes:
 * `app:`, `user:`, `temp:`, `bg:`, and `turn:`, which is cleared as each turn ends; `session:`, `flow:`, `repair:`,
 * `verbatim:`, `decision:`, `idempotency:`, `stateMeta:`, `presented:`, `derived:`, `correction:` and `compensated:` are
 * the runtime's and read-only to everybody else.
 *
 * Two sessions may share a state: they see each other's keys, and the keys of the runtime hold what was written last. So
 * share it between sessions that follow each other (a hand-over); for calls at the same time, give each its own state.
 */
export class State extends StateAccess {
  readonly #store: StateStore;
  readonly #layer: BaseLayer;

  static {
    storeOf = (state) => state.#store;
  }

  constructor(options: StateOptions = {}) {
    const store = new StateStore(options.schema, options.clock);
    const layer = new BaseLayer(store);
    super(layer, '');
    this.#store = store;
    this.#layer = layer;
  }

  /** What belongs to the application; a name like any other. */
  get app(): StateAccess {
    return this.#view('app:');
  }

  /** What is known of the user. */
  get user(): StateAccess {
    return this.#view('user:');
  }

  get temp(): StateAccess {
    return this.#view('temp:');
  }

  /** Cleared as each turn ends. */
  get turn(): StateAccess {
    return this.#view('turn:');
  }

  /** What background work leaves. */
  get bg(): StateAccess {
    return this.#view('bg:');
  }

  /** Signals of the session, written by the runtime. */
  get session(): StateReadAccess {
    return this.#view('session:');
  }

  /** Computed values, which {@link get} also finds under their bare key. */
  get derived(): StateReadAccess {
    return this.#view('derived:');
  }

  /** The last 1,024 mutations. */
  get journal(): Journal {
    return this.#store.journal;
  }

  /** Grows by one with each mutation: the cursor of the journal. */
  get revision(): number {
    return this.#store.journal.cursor;
  }

  /** A draft of changes, applied all at once or not at all. */
  delta(): StateDelta {
    return new StateDelta(this.#store);
  }

  /** Why a key holds what it holds. */
  evidence(key: string): Evidence {
    const isDerived = !key.includes(':') && this.#store.find(key) === undefined;
    const meta = this.#store.find(`stateMeta:${key}`);
    return evidenceOf(key, this.get(key), meta, this.journal.lastOf(isDerived ? `derived:${key}` : key));
  }

  /**
   * Marks keys whose values must not leave the process: they are masked for journal sinks, in redacted snapshots, events
   * and records. A mark also covers the key behind any prefix (`card` covers `user:card`) and, by {@link mask}, fields of
   * that name. Reads stay real.
   */
  redact(...keys: readonly string[]): void {
    this.#store.marks.add(keys);
  }

  isRedacted(key: string): boolean {
    return this.#store.marks.covers(key);
  }

  /** The value as it may be shown under this key: masked when the key is marked, else with its marked fields masked. */
  mask(key: string, value: JsonValue): JsonValue {
    return this.#store.marks.mask(key, value);
  }

  /** All values, live keys and uncommitted deltas left out. */
  snapshot(options: SnapshotOptions = {}): StateSnapshot {
    const marks = options.redacted === true ? this.#store.marks : undefined;
    return takeSnapshot(this.#store.entries(), this.revision, marks);
  }

  /**
   * Lays the values of a snapshot over the present ones, journaled as `setCommitted`. Keys of the runtime and masked values
   * are left out, so a snapshot can forge neither. Throws `stateSnapshotInvalid` with the place, and changes nothing, when
   * it is not sound or the schema refuses it.
   */
  import(snapshot: StateSnapshot): void {
    const values = readSnapshot(snapshot);
    for (const key of values.keys()) if (isRuntimeKey(key)) values.delete(key);
    requireImportable(this.#store, values);
    this.#store.import(values);
  }

  #view(prefix: string): StateAccess {
    return new StateAccess(this.#layer, prefix);
  }
}

/** What is behind a state; for `src/runtime/state` alone. */
export function stateStore(state: State): StateStore {
  return storeOf(state);
}

/** Writes what a snapshot holds; throws `stateSnapshotInvalid`, with nothing written, when the schema refuses it. */
export function importValues(store: StateStore, values: ReadonlyMap<string, JsonValue>): void {
  requireImportable(store, values);
  for (const [key, value] of values) store.put(key, value, 'setCommitted');
}

/** Throws `stateSnapshotInvalid` when the schema refuses them. */
function requireImportable(store: StateStore, values: ReadonlyMap<string, JsonValue>): void {
  try {
    store.requireSchema(values);
  } catch (cause) {
    throw invalidSnapshot(cause instanceof Error ? cause.message : 'the schema refuses it', cause);
  }
}
