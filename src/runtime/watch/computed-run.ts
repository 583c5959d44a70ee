import { jsonEqual } from '../../flow/equivalence.ts';
import { atOnce } from '../../flow/fault.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';
import { type State, stateStore } from '../state/state.ts';
import type { StateStore } from '../state/state-store.ts';
import type { ActionRunner } from './action-runner.ts';
import type { Computed } from './computed.ts';

/** One computed value at work: what its dependencies were when it was last computed. */
export class ComputedRun {
  readonly #computed: Computed;
  readonly #state: State;
  readonly #store: StateStore;
  readonly #writer: RuntimeStateWriter;
  /** Undefined until it was computed once. */
  #seen: ReadonlyArray<JsonValue | undefined> | undefined;

  constructor(computed: Computed, state: State, writer: RuntimeStateWriter) {
    this.#computed = computed;
    this.#state = state;
    this.#store = stateStore(state);
    this.#writer = writer;
  }

  /** Full key. */
  get key(): string {
    return `derived:${this.#computed.key}`;
  }

  /** Whether it depends on a value that changes by itself. */
  get readsLive(): boolean {
    return this.#computed.deps.some((dep) => this.#store.isLive(dep));
  }

  /** Whether a dependency has changed since it was computed; live ones count only if asked for. */
  isStale(withLive: boolean): boolean {
    const seen = this.#seen;
    if (seen === undefined) return true;
    return this.#computed.deps.some(
      (dep, index) => (withLive || !this.#store.isLive(dep)) && !jsonEqual(this.#state.get(dep), seen[index]),
    );
  }

  /** Computes and writes the value if it is stale. Returns whether the written value changed. */
  refresh(withLive: boolean, runner: ActionRunner): boolean {
    if (!this.isStale(withLive)) return false;
    this.#seen = this.#computed.deps.map((dep) => this.#state.get(dep));
    const before = this.#state.get(this.key);
    try {
      const value = atOnce(this.#computed.compute(this.#state));
      if (value !== undefined) this.#writer.set(this.key, value);
    } catch (cause) {
      runner.fail(`the computed value '${this.#computed.key}'`, cause);
    }
    return this.#state.get(this.key) !== before;
  }
}
