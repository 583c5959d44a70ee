import type { JsonValue } from '../../flow/state-reader.ts';
import type { Predicate } from '../../runtime/watch/predicate.ts';
import type { Watcher } from '../../runtime/watch/watcher.ts';

/**
 * Describes one watcher; {@link WatchBuilder.then} ends it. It looks at every change unless one of the conditions is given.
 */
export class WatchBuilder<Parent> {
  readonly #parent: Parent;
  readonly #changed: (watcher: Watcher) => void;
  #watcher: Watcher;

  /** Use `builder.watch(key)`. @param changed is told of each step, the first included */
  constructor(parent: Parent, key: string, changed: (watcher: Watcher) => void) {
    this.#parent = parent;
    this.#changed = changed;
    // Without `then` there is no action: connecting says so.
    this.#watcher = { key, predicate: { type: 'changed' } } as Watcher;
    changed(this.#watcher);
  }

  /** Any other value than before; an absent one is null. */
  changed(): this {
    return this.#when({ type: 'changed' });
  }

  changedTo(value: JsonValue): this {
    return this.#when({ type: 'changedTo', value });
  }

  changedFrom(value: JsonValue): this {
    return this.#when({ type: 'changedFrom', value });
  }

  /** A number below the threshold became one at or above it. */
  crossedAbove(threshold: number): this {
    return this.#when({ type: 'crossedAbove', threshold });
  }

  /** A number at or above the threshold became one below it. */
  crossedBelow(threshold: number): this {
    return this.#when({ type: 'crossedBelow', threshold });
  }

  becameTrue(): this {
    return this.#when({ type: 'becameTrue' });
  }

  becameFalse(): this {
    return this.#when({ type: 'becameFalse' });
  }

  /** A condition of your own on the value before and after. */
  satisfies(test: (old: JsonValue, value: JsonValue) => boolean): this {
    return this.#when({ type: 'custom', test });
  }

  /** One action at a time. */
  blocking(): this {
    return this.#set({ blocking: true });
  }

  /** For so long after an action changes are ignored. */
  cooldown(durationMs: number): this {
    return this.#set({ cooldownMs: durationMs });
  }

  /** What to do, with the value before and after. Back to the agent. */
  // biome-ignore lint/suspicious/noThenProperty: it reads as the sentence that it is, and nobody awaits a description.
  then(action: Watcher['action']): Parent {
    this.#set({ action });
    return this.#parent;
  }

  #when(predicate: Predicate): this {
    return this.#set({ predicate });
  }

  #set(fields: Partial<Watcher>): this {
    this.#watcher = { ...this.#watcher, ...fields };
    this.#changed(this.#watcher);
    return this;
  }
}
