/** A conversation written down: what the user says and what the model does about it. Plain JSON. */
import type { BrainAction } from '../brain/brain.ts';

/** A step of a script: the words of the user's next turn, or something the model does. */
export type ScriptStep =
  | {
      readonly type: 'hears';
      /** What an utterance is taken to say; undefined leaves it to a placeholder. Typed words are never replaced. */
      readonly text: string | undefined;
    }
  | BrainAction;

/** An answer outside the order of the steps. */
export interface ScriptRule {
  /** When it applies: words that match, or the result of a function. */
  readonly when: { readonly words: RegExp } | { readonly result: string };
  readonly does: readonly BrainAction[];
}

/** A script. */
export interface Script {
  readonly name: string | undefined;
  /** Each turn of the user takes the actions up to the next `hears`. */
  readonly steps: readonly ScriptStep[];
  /** Tried before the steps, which then do not move on. */
  readonly rules: readonly ScriptRule[];
  /** What happens when the steps are used up and no rule applies. */
  readonly otherwise: readonly BrainAction[];
}
