/** Conditions as data: a closed vocabulary that a document can hold, and functions for what it cannot say (spec: control §9). */
import type { JsonValue, StateReader } from '../state-reader.ts';

/** What an answer to a question must be; of `atLeast` and `atMost` for scores. */
export type Expectation = boolean | string | { readonly atLeast: number } | { readonly atMost: number };

/**
 * A condition of the application that only code can say. It has no JSON form: writing it down is an error, never a
 * silent loss. `reads` names the state keys that it looks at.
 */
export interface CustomGuard {
  readonly custom: (state: StateReader) => boolean;
  readonly description?: string;
  readonly reads?: readonly string[];
}

/** A condition on state, on the marking of its flow, and on decisions of the present turn of the user. */
export type Guard =
  | 'always'
  /** The key is exactly `true`. */
  | { readonly isTrue: string }
  /** The key has a value that is not null. */
  | { readonly isSet: string }
  /** The key has a value equal to this one. */
  | { readonly eq: readonly [key: string, value: JsonValue] }
  /** The key is a number, or an amount of money, of at least, at most, so much. */
  | { readonly atLeast: readonly [key: string, value: number] }
  | { readonly atMost: readonly [key: string, value: number] }
  /** All of these keys are set. */
  | { readonly captured: readonly string[] }
  /** The tool has succeeded, since the last reset of a step that asks for it. */
  | { readonly calledOk: string }
  /** The step, of the same flow, is done. */
  | { readonly done: string }
  /** The question is answered in this turn of the user, surely; or answered so. An unsure answer satisfies nothing. */
  | { readonly decided: string | { readonly [question: string]: Expectation } }
  | { readonly all: readonly Guard[] }
  | { readonly any: readonly Guard[] }
  /** It does not hold, and that is known: what nobody knows, an unsure answer or a function that failed, is not `not` so. */
  | { readonly not: Guard }
  | CustomGuard;

/** The answer to a question, valid for the turn of the user that it was given in. */
export interface DecisionAnswer {
  readonly outcome: 'yes' | 'no' | 'chosen' | 'none' | 'scored' | 'unsure';
  /** The option that was chosen, or the score. */
  readonly value?: string | number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** What guards are asked against. */
export interface GuardFacts {
  readonly state: StateReader;
  /** Whether a step of the flow is done. */
  readonly isDone: (step: string) => boolean;
  /** How often a tool has succeeded. */
  readonly calls: (tool: string) => number;
  /** The sure or unsure answer of this turn of the user. */
  readonly answer: (question: string) => DecisionAnswer | undefined;
}
