import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel, Clock } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { frozenJson, NotJson } from './frozen-json.ts';
import { Journal, type Mutation, type MutationOrigin } from './journal.ts';
import { RedactionMarks } from './redaction-marks.ts';
import { requireStateSchema, type StateSchema } from './state-schema.ts';
import type { StateWrite, WriteObserver } from './state-write.ts';

/** Computes a value when it is read; undefined is absent. */
export type LiveValue = () => JsonValue | undefined;

/** What is behind a state and its views: the values, live keys, the journal, the marks. Internal to `src/runtime`. */
export class StateStore {
  readonly journal: Journal = new Journal((mutation) => this.#redacted(mutation));
  readonly marks: RedactionMarks = new RedactionMarks();
  readonly #schema: StateSchema | undefined;
  readonly #base = new Map<string, JsonValue>();
  /** Disjoint from the base. */
  #live: Map<string, LiveValue> | undefined;
  #listeners: ReadonlyArray<() => void> = [];
  #clock: Pick<Clock, 'nowMs'> | undefined;
  #observer: WriteObserver | undefined;

  constructor(schema: StateSchema | undefined, clock: Pick<Clock, 'nowMs'> | undefined) {
    this.#schema = schema;
    this.#clock = clock;
  }

  /** The clock of the journal, unless it has one. */
  useClock(clock: Pick<Clock, 'nowMs'>): void {
    this.#clock ??= clock;
  }

  /** The value of exactly this key. */
  find(key: string): JsonValue | undefined {
    const value = this.#base.get(key);
    return value === undefined ? this.#findLive(key) : value;
  }

  /** Whether the key computes its value, so that it changes without a mutation. */
  isLive(key: string): boolean {
    return this.#live?.has(key) === true;
  }

  /** Every key that has a value, live ones last. */
  names(): string[] {
    const live = [...(this.#live?.keys() ?? [])].filter((key) => this.#findLive(key) !== undefined);
    return [...this.#base.keys(), ...live];
  }

  /** Keys and values, live ones left out. */
  entries(): Iterable<readonly [string, JsonValue]> {
    return this.#base;
  }

  /** Throws `stateReadOnly` while a sink is told of a mutation. */
  requireQuiet(): void {
    if (!this.journal.delivering) return;
    throw new RuntimeError('stateReadOnly', 'a journal sink cannot write to the state that it records');
  }

  put(key: string, value: JsonValue, origin: MutationOrigin): void {
    this.requireQuiet();
    this.#live?.delete(key);
    const old = this.#base.get(key);
    this.#base.set(key, value);
    this.journal.append(key, old, value, origin, this.#nowMs());
  }

  /** Removes the key if it is there. */
  remove(key: string, origin: MutationOrigin): void {
    this.requireQuiet();
    const old = this.#base.get(key);
    if (old === undefined) return;
    this.#base.delete(key);
    this.journal.append(key, old, undefined, origin, this.#nowMs());
  }

  /** Lets a key compute its value when read; the value it had is removed. */
  setLive(key: string, compute: LiveValue): Cancel {
    this.remove(key, 'remove');
    this.#live ??= new Map();
    this.#live.set(key, compute);
    return () => {
      if (this.#live?.get(key) === compute) this.#live.delete(key);
    };
  }

  /** Throws `stateValueInvalid` when the schema of the application refuses the changes; undefined removes. */
  requireSchema(changes: ReadonlyMap<string, JsonValue | undefined>): void {
    if (this.#schema !== undefined) requireStateSchema(this.#schema, changes, () => this.#base);
  }

  /** The same for one change, without a map where nobody reads it. */
  requireSchemaOf(key: string, value: JsonValue): void {
    if (this.#schema !== undefined) this.requireSchema(new Map([[key, value]]));
  }

  addListener(listener: () => void): Cancel {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Who stands around the writes of the application: a recording. One at a time. */
  observeWrites(observer: WriteObserver): Cancel {
    this.#observer = observer;
    return () => {
      if (this.#observer === observer) this.#observer = undefined;
    };
  }

  /** Performs a write of the application. */
  byApplication(write: () => StateWrite, perform: () => void): void {
    if (this.#observer === undefined) perform();
    else this.#observer(write(), perform);
  }

  /** Writes of the runtime by the ways of the application are nobody's but its own. */
  byRuntime(write: () => void): void {
    const observer = this.#observer;
    this.#observer = undefined;
    try {
      write();
    } finally {
      this.#observer = observer;
    }
  }

  /** Writes what a snapshot held, as the application. */
  import(values: ReadonlyMap<string, JsonValue>): void {
    this.byApplication(
      () => ({ type: 'import', values }),
      () => {
        for (const [key, value] of values) this.put(key, value, 'setCommitted');
        this.written('application');
      },
    );
  }

  /** Ends a write, when nothing is half done: tells of sinks that failed and, of the application's, the listeners. */
  written(by: 'application' | 'runtime'): void {
    this.journal.reportFailures();
    if (by === 'application') for (const listener of this.#listeners) listener();
  }

  #findLive(key: string): JsonValue | undefined {
    return this.#live?.get(key)?.();
  }

  #nowMs(): number {
    return this.#clock?.nowMs() ?? 0;
  }

  #redacted(mutation: Mutation): Mutation {
    const { key, old, new: value } = mutation;
    return {
      ...mutation,
      old: old === undefined ? undefined : this.marks.mask(key, old),
      new: value === undefined ? undefined : this.marks.mask(key, value),
    };
  }
}

/** The frozen copy to store under `key`; throws `stateValueInvalid` with the place of what is not JSON. */
export function storableValue(key: string, value: unknown): JsonValue {
  const copy = frozenJson(value);
  if (!(copy instanceof NotJson)) return copy;
  const place = copy.path === '' ? 'it' : `what is at ${copy.path}`;
  const message = `state key '${key}' cannot hold this value: ${place} ${copy.reason}; store plain JSON`;
  throw new RuntimeError('stateValueInvalid', message);
}
