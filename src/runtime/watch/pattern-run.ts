import type { State } from '../state/state.ts';
import { StateAccess } from '../state/state-access.ts';
import type { StateStore } from '../state/state-store.ts';
import type { ActionRunner } from './action-runner.ts';
import { Cooldown } from './cooldown.ts';
import { NoticingLayer } from './noticing-layer.ts';
import { type PatternDetector, type PatternInput, patternDetector } from './pattern-detector.ts';
import type { TemporalPattern } from './temporal-pattern.ts';

/** One temporal pattern at work. */
export class PatternRun {
  readonly #pattern: TemporalPattern;
  readonly #detector: PatternDetector;
  readonly #cooldown: Cooldown;
  readonly #layer: NoticingLayer;
  readonly #reader: StateAccess;
  #began = false;
  /** The kind of input on which the condition threw, the last time it was asked. */
  #failsOn: PatternInput['type'] | undefined;
  #readsLive = false;

  constructor(pattern: TemporalPattern, store: StateStore) {
    this.#pattern = pattern;
    this.#detector = patternDetector(pattern.when);
    this.#cooldown = new Cooldown(pattern.cooldownMs ?? 0);
    this.#layer = new NoticingLayer(store);
    this.#reader = new StateAccess(this.#layer, '');
  }

  /** When it must be looked at although nothing happens. */
  get dueAtMs(): number | undefined {
    return this.#detector.dueAtMs;
  }

  /** Whether it hangs on a value that changes by itself, so that it must be looked at now and then. */
  get readsLive(): boolean {
    return this.#readsLive;
  }

  /** Shows it an input. A condition that throws counts as false and is reported once, until it works again. */
  push(input: PatternInput, nowMs: number, runner: ActionRunner): void {
    try {
      if (this.#detector.push(input, this.#reader, nowMs)) this.#began = true;
      // Inputs that do not concern it prove nothing.
      if (this.#failsOn === input.type) this.#failsOn = undefined;
    } catch (cause) {
      if (this.#failsOn === undefined)
        runner.fail(`the condition of the pattern '${this.#pattern.name}'`, cause);
      this.#failsOn = input.type;
    }
    const readLive = this.#layer.takeReadLive();
    if (this.#pattern.when.type === 'sustained' && input.type === 'look') this.#readsLive = readLive;
  }

  /** Acts if the pattern has begun to hold and is not cooling down. Returns whether it acted. */
  act(nowMs: number, state: State, runner: ActionRunner): boolean {
    if (!this.#began) return false;
    this.#began = false;
    if (!this.#cooldown.take(nowMs)) return false;
    runner.run(() => this.#pattern.action(state), `the action of the pattern '${this.#pattern.name}'`);
    return true;
  }
}
