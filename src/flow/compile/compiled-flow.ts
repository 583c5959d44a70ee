/** A flow that was checked: deeply frozen data, in which everything is found without a search (design §5). */

import type {
  CorrectionDefinition,
  FlowDefinition,
  Question,
  StepDefinition,
} from '../definition/flow-definition.ts';
import type { DefinitionProblem } from '../definition-problem.ts';
import type { Guard } from '../guard/guard.ts';

/** A step with its defaults in. */
export interface CompiledStep
  extends Omit<StepDefinition, 'after' | 'join' | 'gate' | 'done' | 'allow' | 'deny' | 'terminal'> {
  /** In the order of {@link CompiledLayer.steps}. */
  readonly index: number;
  readonly after: ReadonlyArray<{ readonly step: number; readonly when: Guard }>;
  readonly join: 'all' | 'any';
  /** Steps that `before` constraints put in front: all must be done. */
  readonly preceded: readonly number[];
  /** Steps that have this one in `after`. */
  readonly next: readonly number[];
  readonly gate: Guard;
  /** With what `verbatim` and an escalation add to it. Never asked of a terminal step. */
  readonly done: Guard;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly terminal: boolean;
}

export interface CompiledReset {
  readonly steps: readonly number[];
  readonly when: Guard;
  /** Tools that the done-guards of the steps mention: their counts begin anew. */
  readonly forgets: readonly string[];
  /** State keys that are deleted with it, before anything latches again. */
  readonly clears: readonly string[];
}

/** What the constraints say of one tool. */
export interface ToolRule {
  readonly tool: string;
  readonly once: boolean;
  /** All must hold. */
  readonly until: readonly Guard[];
  /** Undefined where it is no commit. */
  readonly commit:
    | { readonly until: Guard; readonly binds: { readonly [argument: string]: string } }
    | undefined;
}

export interface CompiledLayer {
  /** Empty for the main flow. */
  readonly name: string;
  /** Each after those that it follows. */
  readonly steps: readonly CompiledStep[];
  /** By tool, sorted by name. Tools without constraints have none. */
  readonly rules: readonly ToolRule[];
  readonly resets: readonly CompiledReset[];
  /** What the layer is for: it is complete when these are done, at once when there are none. */
  readonly required: readonly number[];
  /** Whether all of `required` must be done (they were named), or any one (they are the layer's terminal steps). */
  readonly completion: 'all' | 'any';
  readonly confirmTools: readonly string[];
  readonly ambient: readonly string[];
}

export interface CompiledDigression {
  readonly name: string;
  readonly trigger: Guard;
  readonly layer: CompiledLayer;
  readonly resume: 'previous' | 'restart' | 'terminate';
}

export interface CompiledFlow {
  readonly name: string;
  /** What it was made of, frozen. */
  readonly definition: FlowDefinition;
  readonly main: CompiledLayer;
  readonly digressions: readonly CompiledDigression[];
  readonly corrections: readonly Required<CorrectionDefinition>[];
  readonly decisions: readonly Question[];
  /** Tools that the flow mentions anywhere, sorted: what `explain` speaks of. */
  readonly tools: readonly string[];
  /** Tools that a commit or `confirmTools` wants confirmed. */
  readonly confirmed: readonly string[];
  /** State keys that guards read, sorted. */
  readonly reads: readonly string[];
}

export type FlowProblemKind =
  | 'invalid'
  | 'unknownField'
  | 'duplicate'
  | 'unknownStep'
  | 'unknownTool'
  | 'unknownQuestion'
  | 'unknownSlot'
  | 'unknownFrame'
  | 'missingDone'
  | 'cycle'
  | 'orderingCycle'
  | 'unreachableStep'
  | 'unguardedCommit'
  | 'unsatisfiableGuard'
  | 'unwrittenKey'
  | 'tooLarge'
  | 'hostilePattern';

/** One problem of a flow or a conversation, with its place and, where one can be guessed, what was meant. */
export interface FlowProblem extends DefinitionProblem {
  readonly kind: FlowProblemKind;
  /** For example `Did you mean "order"?`. */
  readonly hint?: string;
  /** What an unsatisfiable guard waits for in vain. */
  readonly step?: string;
  readonly tool?: string;
}

/** What a flow is checked against; what is absent is not checked. */
export interface FlowSurroundings {
  /** Names of the tools of the session. */
  readonly tools?: readonly string[];
  /** State keys that something writes: extractors, tools, the application. `prefix:*` stands for all that begin so. */
  readonly writes?: readonly string[];
}

export type CompileResult =
  | { readonly ok: true; readonly flow: CompiledFlow }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };
