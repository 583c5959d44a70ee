/** What an extractor is: it reads the last turns, beside the call, and says what it found (spec: control §6). */

import type { PromotionRule } from '../../flow/promotion.ts';
import { stateKeyName } from '../../flow/state-key-name.ts';
import type { JsonValue, StateReader } from '../../flow/state-reader.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import type { OptionProblem } from '../runtime-error.ts';

/**
 * When an extractor runs: at the end of every turn, of every n-th turn ({@link interval}), after a batch of tool
 * calls, after a phase change, or as soon as the model has generated its whole answer, which may still be playing.
 */
export type ExtractionTrigger =
  | 'everyTurn'
  | 'afterToolCall'
  | 'phaseChange'
  | 'generationComplete'
  | { readonly everyTurns: number };

/** Runs once in `turns` turns: as soon as that many have passed since the last run. */
export function interval(turns: number): ExtractionTrigger {
  return { everyTurns: turns };
}

/** What an extractor may read. */
export interface ExtractionWindow {
  /** Oldest first, at most `Extractor.window` of them; the last may still be in progress. */
  readonly turns: readonly TranscriptTurn[];
  /** The turn at whose boundary, or in whose course, the extractor was started. */
  readonly turn: number;
  readonly trigger: ExtractionTrigger;
}

export interface ExtractionRequest {
  readonly window: ExtractionWindow;
  /** The state as it is now; it may move on while the extractor works. */
  readonly state: StateReader;
  /** Aborts when the extractor takes too long, and at the end of the session. */
  readonly signal: AbortSignal;
  /** The session's clock; only differences have a meaning. */
  readonly nowMs: () => number;
}

/** How a field is known; it becomes `stateMeta:{key}` when the field is promoted. */
export interface FieldEvidence {
  /** For example `recogniser:integer`. @default `extraction` */
  readonly source?: string;
  /** 0 to 1. */
  readonly confidence?: number;
}

/** A field that could not be had, although the extraction as a whole succeeded. */
export interface FieldProblem {
  readonly field: string;
  /** A sentence without the value itself, which may be confidential. */
  readonly error: string;
  /** What was thrown; it goes with the report, not with the event. */
  readonly cause?: unknown;
}

/** What one run found. */
export interface Extraction<Value extends object = object> {
  /** A JSON object; a field that was looked for and not found is null or absent. */
  readonly value: Value;
  readonly evidence?: Readonly<Record<string, FieldEvidence>>;
  readonly problems?: readonly FieldProblem[];
}

/**
 * An extractor. `modelExtractor` and `ruleExtractor` make them; a plain object that fits is one too.
 *
 * It writes no state itself. What it found is stored under its name, and goes further only by its promotion rules.
 */
export interface Extractor<Name extends string = string, Value extends object = object> {
  /** The state key of the result, and its name in events. An application key, so without a runtime prefix. */
  readonly name: Name;
  /** How many turns it reads. @default 3 */
  readonly window?: number;
  /** @default 'everyTurn' */
  readonly trigger?: ExtractionTrigger;
  /** Which fields go to which state keys. @default none */
  readonly promote?: readonly PromotionRule[];
  /**
   * Whether the stored result keeps fields of earlier runs that this run did not find. Only what this run found is
   * promoted. @default false
   */
  readonly remember?: boolean;
  /** How long one run may take, in milliseconds. @default the runner's */
  readonly timeoutMs?: number;
  /** What was found to be wrong with it when it was made: a session refuses to begin with it, and says so. */
  readonly problems?: readonly OptionProblem[];
  /** Whether a run is worth it; asked before each. */
  shouldExtract?(window: ExtractionWindow): boolean;
  /** Throws, or rejects, when it fails: that is one `extractionError`, and state stays as it is. */
  extract(request: ExtractionRequest): Extraction<Value> | Promise<Extraction<Value>>;
  /** Whether a run may change this key; a tool that waits for the key waits for the run. @default name and targets */
  mayWrite?(key: string): boolean;
  /** Told of each result with at least one field that is not null, after it was applied. */
  onComplete?(value: Value, window: Pick<ExtractionWindow, 'turn'>): void | Promise<void>;
  /** Prepares what the extractor asks, when a session connects. */
  warmUp?(): Promise<void>;
}

/** The type of what `extracted(name)` gives for an extractor. */
export type ExtractedValue<E> = E extends Extractor<string, infer Value> ? Value : never;

/** The results of a list of extractors, by name. */
export type ExtractedValues<List extends readonly Extractor[]> = {
  readonly [E in List[number] as E['name']]: ExtractedValue<E>;
};

/** Whether a run of this extractor may change this key. */
export function mayWrite(extractor: Extractor, key: string): boolean {
  if (extractor.mayWrite !== undefined) return extractor.mayWrite(key);
  return (
    key === extractor.name || (extractor.promote ?? []).some(({ stateKey }) => stateKeyName(stateKey) === key)
  );
}

/** Whether a result says anything at all. */
export function hasFindings(value: { readonly [field: string]: JsonValue | undefined }): boolean {
  return Object.values(value).some((field) => field !== null && field !== undefined);
}
