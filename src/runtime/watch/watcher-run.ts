import { jsonEqual } from '../../flow/equivalence.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { type State, stateStore } from '../state/state.ts';
import type { StateStore } from '../state/state-store.ts';
import type { ActionRunner } from './action-runner.ts';
import { Cooldown } from './cooldown.ts';
import { holds } from './predicate.ts';
import type { Watcher } from './watcher.ts';

/** One watcher at work: what it saw last, and whether it is busy. */
export class WatcherRun {
  readonly #watcher: Watcher;
  readonly #state: State;
  readonly #store: StateStore;
  readonly #cooldown: Cooldown;
  #seen: JsonValue;
  #busy = false;

  constructor(watcher: Watcher, state: State) {
    this.#watcher = watcher;
    this.#state = state;
    this.#store = stateStore(state);
    this.#cooldown = new Cooldown(watcher.cooldownMs ?? 0);
    this.#seen = this.#read();
  }

  get key(): string {
    return this.#watcher.key;
  }

  /** Takes the present value for known. */
  rebase(): void {
    this.#seen = this.#read();
  }

  /** Whether its value changes by itself. */
  get isLive(): boolean {
    return this.#store.isLive(this.key);
  }

  /** Whether there is a change that it would look at now; not of a live value, which may always have changed. */
  get isMoving(): boolean {
    return !this.#busy && !this.isLive && !jsonEqual(this.#read(), this.#seen);
  }

  /** Looks at the sum of what changed since it last looked, and acts on it. Returns whether it acted. */
  look(nowMs: number, runner: ActionRunner, wake: () => void): boolean {
    if (this.#busy) return false;
    const old = this.#seen;
    const value = this.#read();
    if (value === old) return false;
    this.#seen = value;
    if (!this.#matches(old, value, runner) || !this.#cooldown.take(nowMs)) return false;
    const { action, blocking, key } = this.#watcher;
    const release = (): void => {
      this.#busy = false;
      wake();
    };
    const subject = `the action of the watcher of '${key}'`;
    const goesOn = runner.run(() => action(old, value, this.#state), subject, blocking ? release : undefined);
    this.#busy = goesOn && blocking === true;
    return true;
  }

  #matches(old: JsonValue, value: JsonValue, runner: ActionRunner): boolean {
    try {
      return holds(this.#watcher.predicate, old, value);
    } catch (cause) {
      runner.fail(`the predicate of the watcher of '${this.key}'`, cause);
      return false;
    }
  }

  #read(): JsonValue {
    return this.#state.get(this.#watcher.key) ?? null;
  }
}
