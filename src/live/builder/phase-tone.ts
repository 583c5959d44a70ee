import {
  type ContextSection,
  type Modifier,
  type PhaseText,
  when,
  withContext,
  withNavigation,
  withSections,
  withState,
} from '../../flow/phases/index.ts';
import type { LivePhase } from '../../runtime/live-options.ts';
import type { StateReadAccess } from '../../runtime/state/state-access.ts';
import { type Named, nameOf } from './named.ts';

/** What of a phase is said so far. */
export type PhaseSoFar = Partial<LivePhase>;

type ListName =
  | 'modifiers'
  | 'transitions'
  | 'needs'
  | 'requires'
  | 'preparations'
  | 'presents'
  | 'clearOnEnter';

/** What a phase says when it is entered, and what colours its instruction: of one phase, or of all. */
export class PhaseTone {
  #phase: PhaseSoFar;
  readonly #changed: (phase: PhaseSoFar) => void;

  /** Use `builder.phase(name)` and `builder.phaseDefaults(fn)`. @param changed is told of each step, the first included */
  constructor(phase: PhaseSoFar, changed: (phase: PhaseSoFar) => void) {
    this.#phase = phase;
    this.#changed = changed;
    changed(phase);
  }

  /** Tells the model these values, in one bracketed line; absent ones are left out. */
  withState(...keys: ReadonlyArray<string | Named>): this {
    return this.#colour(withState(...keys.map(nameOf)));
  }

  /** Tells the model `text` while a condition holds. */
  when(condition: (state: StateReadAccess) => boolean, text: string): this {
    return this.#colour(when(condition, text));
  }

  /** Tells the model a line of your own; an empty one is left out. */
  withContext(line: (state: StateReadAccess) => string): this {
    return this.#colour(withContext(line));
  }

  /** Tells the model named sections of values, and what is still to gather. */
  context(...sections: readonly ContextSection[]): this {
    return this.#colour(withSections(...sections));
  }

  /** Tells the model where the conversation is, was and can go. */
  navigation(): this {
    return this.#colour(withNavigation());
  }

  /** A context line given on entering; the model speaks then. */
  enterPrompt(text: PhaseText<StateReadAccess>): this {
    return this.change({ enterPrompt: text });
  }

  /** Lets the model speak on entering, without waiting for the user. */
  promptOnEnter(): this {
    return this.change({ promptOnEnter: true });
  }

  protected get phase(): PhaseSoFar {
    return this.#phase;
  }

  protected change(fields: PhaseSoFar): this {
    this.#phase = { ...this.#phase, ...fields };
    this.#changed(this.#phase);
    return this;
  }

  protected add<Key extends ListName>(key: Key, ...items: NonNullable<LivePhase[Key]>): this {
    const list: readonly unknown[] = this.#phase[key] ?? [];
    // The type of a list follows from its name.
    return this.change({ [key]: [...list, ...items] } as PhaseSoFar);
  }

  #colour(modifier: Modifier<StateReadAccess>): this {
    return this.add('modifiers', modifier);
  }
}
