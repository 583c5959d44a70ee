/**
 * A flow as its author writes it: plain data, the same in code and in JSON (spec: control §9). Steps follow one another by
 * their `after` edges; what is `done` stays done until a reset; tools are admitted by steps and constraints.
 */
import type { Guard } from '../guard/guard.ts';
import type { JsonValue } from '../state-reader.ts';

/** The id of a step that comes before, and perhaps what must hold at the time. */
export type Edge = string | { readonly step: string; readonly when: Guard };

/** One step. One that is not terminal needs `done`, or `verbatim`. */
export interface StepDefinition {
  readonly id: string;
  /** What comes before. Absent: the flow begins here. */
  readonly after?: readonly Edge[];
  /** Whether all edges must hold, or any one. @default 'all' */
  readonly join?: 'all' | 'any';
  /** Must hold while the step is active. */
  readonly gate?: Guard;
  /** When it holds, the step is done, for good. */
  readonly done?: Guard;
  /** What the model is told to do here. */
  readonly posture?: string;
  /** Facts for the model, with `{key}` and `{key?yes:no}` of state. */
  readonly ground?: string;
  /** The tools that this step is made of. When any active step lists some, tools that no active step lists are refused. */
  readonly allow?: readonly string[];
  /** Tools that must not run while this step is active. */
  readonly deny?: readonly string[];
  /** True ends the flow: done as soon as it is reached. @default false */
  readonly terminal?: boolean;
  /** The model must say this text here; the step is done only when it has. */
  readonly verbatim?: string;
  readonly timing?: StepTiming;
  readonly repair?: StepRepair;
}

/** How the voice behaves while a step is active. Of concurrent steps the cautious value counts. All times in ms. */
export interface StepTiming {
  /** After so much silence... */
  readonly repromptAfterMs?: number;
  /** ...this is sent in the user's name, for example `(The user is silent. Ask again.)` */
  readonly reprompt?: string;
  /** An inline tool that takes longer cues a filler. */
  readonly fillerAfterMs?: number;
  /** False: the user cannot cut in. */
  readonly interruptible?: boolean;
  /** How long the user must be silent before the turn ends (client authority). */
  readonly endOfSpeechMs?: number;
  readonly contextDelivery?: 'immediate' | 'deferred';
}

/** What happens when a step of the main flow makes no progress, in turns that count. */
export interface StepRepair {
  /** Turns until `repair:{step}:reprompt` is true. @default 2 */
  readonly repromptAfter?: number;
  /** Turns until `repair:{step}:escalate` is true. @default 4 */
  readonly escalateAfter?: number;
  /** Interruptions until the same. @default none */
  readonly escalateAfterInterruptions?: number;
  /** Failed tools until the same. @default none */
  readonly escalateAfterToolFailures?: number;
  /** The step that an escalation leads to; this one is then done. */
  readonly escalateTo?: string;
}

/** What must hold across steps. */
export type Constraint =
  /** The tool succeeds at most once; reserved when a call is admitted. */
  | { readonly once: string }
  /** The second step is reached only when the first is done. */
  | { readonly before: readonly [first: string, second: string] }
  /** The tool does not run until this holds. */
  | { readonly neverUntil: { readonly tool: string; readonly until: Guard } }
  /** The flow is complete when all of these are done. */
  | { readonly require: readonly string[] }
  /** When this becomes true, the steps are open again, and the state keys of `clears` are deleted. */
  | {
      readonly reset: {
        readonly steps: readonly string[];
        readonly when: Guard;
        /** What was found in them and must be found anew. @default none */
        readonly clears?: readonly string[];
      };
    }
  /** The tool changes the world: once, never until, and confirmed for exactly these arguments. */
  | { readonly commit: CommitDefinition };

export interface CommitDefinition {
  readonly tool: string;
  /** What the user's agreement is. One agreement is to one set of arguments. */
  readonly until: Guard;
  /** Argument by state key: a call with another value than the state's is refused. */
  readonly binds?: { readonly [argument: string]: string };
}

/** A flow that takes over while it lasts. */
export interface DigressionDefinition {
  readonly name: string;
  /** Asked in the main flow's context, at each turn, unless the digression is already under way. */
  readonly trigger: Guard;
  readonly flow: LayerDefinition;
  /**
   * After its end: `previous` goes on where it was, `restart` begins the interrupted flow anew, `terminate` ends the
   * conversation. @default 'previous'
   */
  readonly resume?: 'previous' | 'restart' | 'terminate';
}

/** A slot whose value, once given, may be changed by the user; what then no longer holds. */
export interface CorrectionDefinition {
  /** The state key that is watched. */
  readonly slot: string;
  /** State keys that are deleted: agreements that were to the old value. */
  readonly clears?: readonly string[];
  /** Steps that are open again. */
  readonly reopens?: readonly string[];
}

/** A question about what the user has just said, answered by a fast model (spec: control §9, Decisions). */
export interface Question {
  readonly id: string;
  /** In words, for the model that answers. */
  readonly ask: string;
  readonly type: 'boolean' | 'choice' | 'score';
  /** For a choice. */
  readonly options?: readonly string[];
  /** For a choice: the state key of a list of texts. */
  readonly optionsFrom?: string;
  /** For a choice: that none applies is an answer. @default false */
  readonly none?: boolean;
  /** A sure answer is also written under this key, by the runtime. */
  readonly writes?: string;
  /** Below this confidence an answer is unsure. @default 0.85; for a choice 0.6 */
  readonly threshold?: number;
}

/** One graph of steps: the main flow, or that of a digression. */
export interface LayerDefinition {
  readonly steps: readonly StepDefinition[];
  readonly constraints?: readonly Constraint[];
  /** Tools that a person confirms through the session's confirmation provider. */
  readonly confirmTools?: readonly string[];
  /** Tools that no `allow` list shuts out. */
  readonly ambient?: readonly string[];
}

/** Everything that governs a conversation. */
export interface FlowDefinition extends LayerDefinition {
  /** Where an editor finds the JSON Schema of this document; nothing else reads it. */
  readonly $schema?: string;
  readonly name: string;
  readonly digressions?: readonly DigressionDefinition[];
  readonly corrections?: readonly CorrectionDefinition[];
  readonly decisions?: readonly Question[];
}

/** A value of state as JSON holds it; for documents that declare what they begin with. */
export type StateValues = { readonly [key: string]: JsonValue };
