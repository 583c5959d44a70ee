import type { LiveOptions } from '../../runtime/live-options.ts';

/** Options whose value is an object that several setters fill. */
type GroupName = keyof {
  readonly [Key in keyof LiveOptions as LiveOptions[Key] extends object | boolean | undefined
    ? Key
    : never]: true;
};
type Group<Key extends GroupName> = Extract<LiveOptions[Key], object>;
type ListName =
  | 'tools'
  | 'micProcessors'
  | 'voiceRules'
  | 'extractors'
  | 'watchers'
  | 'computed'
  | 'patterns';
type Item<Key extends ListName> = NonNullable<LiveOptions[Key]>[number];

/**
 * The options gathered so far. Every setter makes new ones, so an agent that was built before stays as it was. A value that
 * is set twice is the later one; lists, listeners and hooks add up.
 */
export abstract class OptionsBuilder {
  #options: LiveOptions = {};

  /** What has been said so far, as the plain object that `live()` takes. */
  get options(): LiveOptions {
    return this.#options;
  }

  /** Sets options by their own names, for those that have no setter here; it replaces what these names were set to. */
  with(options: Omit<LiveOptions, 'extractors'>): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }

  protected set<Key extends keyof LiveOptions>(key: Key, value: NonNullable<LiveOptions[Key]>): this {
    this.#options = { ...this.#options, [key]: value };
    return this;
  }

  /** Sets some fields of a group; what was no object before is replaced. */
  protected merge<Key extends GroupName>(key: Key, fields: Partial<Group<Key>>): this {
    const before = this.#options[key];
    const merged = { ...(typeof before === 'object' && before), ...fields };
    // Fields of one group together are that group; what it still lacks is told at connect.
    return this.set(key, merged as unknown as NonNullable<LiveOptions[Key]>);
  }

  protected append<Key extends ListName>(key: Key, ...items: ReadonlyArray<Item<Key>>): this {
    const list: ReadonlyArray<Item<Key>> = this.#options[key] ?? [];
    // The type of a list follows from its name.
    return this.set(key, [...list, ...items] as unknown as NonNullable<LiveOptions[Key]>);
  }
}
