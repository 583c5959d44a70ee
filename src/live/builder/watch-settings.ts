import type { State } from '../../runtime/state/state.ts';
import type { StateReadAccess } from '../../runtime/state/state-access.ts';
import type { Computed } from '../../runtime/watch/computed.ts';
import type { TemporalPattern } from '../../runtime/watch/temporal-pattern.ts';
import { type Named, nameOf } from './named.ts';
import { ToolSettingsBuilder } from './tool-settings.ts';
import { WatchBuilder } from './watch-builder.ts';

/** How often a pattern may act. */
export interface PatternSettings {
  /** For so long after an action the pattern may begin again without one. @default 0 */
  readonly cooldownMs?: number;
}

type Condition = (state: StateReadAccess) => boolean;
type Action = TemporalPattern['action'];

/** The state of the call, and what follows from it. */
export abstract class WatchSettings extends ToolSettingsBuilder {
  /** The state that every call of this agent shares. @default a new one for each call */
  state(state: State): this {
    return this.set('state', state);
  }

  /** A value that follows from others: kept under `derived:{key}`, read under its bare key. */
  computed(key: string, deps: ReadonlyArray<string | Named>, compute: Computed['compute']): this {
    return this.append('computed', { key, deps: deps.map(nameOf), compute });
  }

  /** Begins a watcher of one key; `then` ends it. */
  watch(key: string | Named): WatchBuilder<this> {
    const place = this.options.watchers?.length ?? 0;
    return new WatchBuilder(this, nameOf(key), (watcher) => {
      const { watchers = [] } = this.options;
      this.set('watchers', watchers.toSpliced(place, 1, watcher));
    });
  }

  /** Acts when a condition has held for so long without a break. */
  whenSustained(
    name: string,
    condition: Condition,
    durationMs: number,
    action: Action,
    settings: PatternSettings = {},
  ): this {
    return this.#pattern(name, { type: 'sustained', condition, durationMs }, action, settings);
  }

  /** Acts when so many events of a name, or for which the function is true, came within `windowMs`. */
  whenRate(
    name: string,
    event: string | ((name: string) => boolean),
    count: number,
    windowMs: number,
    action: Action,
    settings: PatternSettings = {},
  ): this {
    return this.#pattern(name, { type: 'rate', event, count, windowMs }, action, settings);
  }

  /** Acts when a condition held at the end of so many turns in a row. */
  whenTurns(
    name: string,
    condition: Condition,
    count: number,
    action: Action,
    settings: PatternSettings = {},
  ): this {
    return this.#pattern(name, { type: 'turns', condition, count }, action, settings);
  }

  /** Acts when a tool failed so many times in a row. */
  whenToolFails(
    name: string,
    tool: string | Named,
    count: number,
    action: Action,
    settings: PatternSettings = {},
  ): this {
    return this.#pattern(name, { type: 'toolFailures', tool: nameOf(tool), count }, action, settings);
  }

  #pattern(name: string, when: TemporalPattern['when'], action: Action, settings: PatternSettings): this {
    return this.append('patterns', { name, when, action, ...settings });
  }
}
