/**
 * What a phase is: plain data and pure functions of state (spec: control §4). Whoever runs phases may give their functions
 * more to read with than a `StateReader`: that is `Reader`.
 */
import type { StateReader } from '../state-reader.ts';
import type { Modifier } from './modifier.ts';

/** A condition on the state. It must answer at once; throwing counts as false and is reported. */
export type Guard<Reader extends StateReader = StateReader> = (state: Reader) => boolean;
/** A text, or what makes it from the state. */
export type PhaseText<Reader extends StateReader = StateReader> = string | ((state: Reader) => string);

/** A way out of a phase. */
export interface Transition<Reader extends StateReader = StateReader> {
  readonly to: string;
  readonly when: Guard<Reader>;
  /** What the condition is, in words: for reasons, explanations and the model. */
  readonly description?: string;
}

/** Work that produces values which a phase requires. The runtime runs it, by its name. */
export interface Preparation {
  /** Unique in its phase. */
  readonly name: string;
  /** The state keys that it fills. */
  readonly produces: readonly string[];
}

/** What a phase may say when it is entered, and what colours its instruction. */
export interface PhaseDefaults<Reader extends StateReader = StateReader> {
  /** In phase defaults these come before the phase's own. */
  readonly modifiers?: ReadonlyArray<Modifier<Reader>>;
  /** True lets the model speak when the phase is entered, without waiting for the user. Default false. */
  readonly promptOnEnter?: boolean;
  /** A context line given when the phase is entered; it implies `promptOnEnter`. */
  readonly enterPrompt?: PhaseText<Reader>;
}

/** One phase of a conversation. */
export interface PhaseDefinition<Reader extends StateReader = StateReader> extends PhaseDefaults<Reader> {
  readonly name: string;
  readonly instruction?: PhaseText<Reader>;
  /** The tools that may run here; null or absent means all, an empty list none. */
  readonly tools?: readonly string[] | null;
  /** Must hold for a transition to enter. The first phase and `goTo` enter without it. */
  readonly guard?: Guard<Reader>;
  /** What `guard` asks, in words. */
  readonly guardDescription?: string;
  /** In order of preference: the first that can be taken is taken, one in a turn. */
  readonly transitions?: ReadonlyArray<Transition<Reader>>;
  /** True ends the phases: nothing leads out. Default false. */
  readonly terminal?: boolean;
  /** True for a phase that only `goTo` enters: no transition needs to lead there. Default false. */
  readonly external?: boolean;
  /** State keys to gather here: soft, they are asked for. */
  readonly needs?: readonly string[];
  /** State keys without which the phase is not entered: hard. The first phase is entered without them. */
  readonly requires?: readonly string[];
  /** What may fill `requires`. */
  readonly preparations?: readonly Preparation[];
  /** Concepts that this phase tells the user about: `presented:{concept}` is true once it is entered. */
  readonly presents?: readonly string[];
  /** State keys that are deleted when the phase is entered. */
  readonly clearOnEnter?: readonly string[];
}

/** When to ask again for what a phase needs, in turns that brought nothing. */
export interface NeedsRepair {
  /** Turns until the model is told what is still needed. Default 3. */
  readonly nudgeAfter?: number;
  /** Turns until `repair:escalation` is true and `repair:unfulfilled` lists the keys. Default 6. */
  readonly escalateAfter?: number;
}

/** All phases of a conversation. */
export interface PhaseConfig {
  readonly phases: readonly PhaseDefinition[];
  /** The phase that a conversation begins in. */
  readonly initial: string;
  readonly defaults?: PhaseDefaults;
  /** Absent: needs are never asked for again. */
  readonly repair?: NeedsRepair;
}

/**
 * A transition that is taken when `concept` was presented (by a phase that `presents` it) and the user answered:
 * `acknowledged` is a state key that is true, or a condition.
 */
export function transitionAfterPresented<Reader extends StateReader = StateReader>(
  to: string,
  concept: string,
  acknowledged: string | Guard<Reader>,
  description = `"${concept}" presented and acknowledged`,
): Transition<Reader> {
  const answered =
    typeof acknowledged === 'string'
      ? (state: Reader): boolean => state.get(acknowledged) === true
      : acknowledged;
  return { to, when: (state) => state.get(`presented:${concept}`) === true && answered(state), description };
}
