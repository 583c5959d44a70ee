/** Flows in a fluent form: names are types, and what comes out is plain data. */
import type {
  Constraint,
  CorrectionDefinition,
  DigressionDefinition,
  FlowDefinition,
  LayerDefinition,
  Question,
} from './flow-definition.ts';
import type { FlowNames, Given } from './flow-names.ts';
import { guardOf } from './given.ts';
import { StepBuilder } from './step-builder.ts';

/** The names that a flow may use. What is absent may be any name. */
export interface FlowOptions<
  Tool extends string,
  Key extends string,
  Asked extends Question,
  Step extends string,
> {
  readonly tools?: readonly Tool[];
  /** State keys. Those of the runtime, and typed keys, need not be listed. */
  readonly keys?: readonly Key[];
  /** The questions about what the user has just said. */
  readonly decisions?: readonly Asked[];
  /** The ids of all steps, so that each can be named before it is declared. Absent: only after. */
  readonly steps?: readonly Step[];
}

/** With the step `Id` among the names. */
export type Named<Names extends FlowNames, Id extends string> = Omit<Names, 'step'> & {
  readonly step: Names['step'] | Id;
};

/** The names of another graph of steps: tools, keys and questions are the same. */
export type Elsewhere<Names extends FlowNames, Step extends string> = Omit<Names, 'step'> & {
  readonly step: Step;
};

type Making<In, Names extends FlowNames, Ids extends string> = In extends 'flow'
  ? FlowBuilder<Names, Ids>
  : LayerBuilder<Names, Ids>;

/** What main flows and digressions have in common. Each method gives another builder; this one stays what it is. */
interface Steps<In, Names extends FlowNames, Ids extends string> {
  /** Another step. Those that are declared, or listed in `steps`, can be named. */
  step<const Id extends Ids>(
    id: Id,
    make?: (step: StepBuilder<Named<Names, Id>>) => StepBuilder<Named<Names, Id>>,
  ): Making<In, Named<Names, Id>, Ids>;
  /** The tool succeeds at most once. */
  once(tool: Names['tool']): Making<In, Names, Ids>;
  /** The second step is reached only when the first is done. */
  before(first: Names['step'], second: Names['step']): Making<In, Names, Ids>;
  /** The tool does not run until this holds. */
  neverUntil(tool: Names['tool'], until: Given<Names>): Making<In, Names, Ids>;
  /** The flow is complete when all of these are done. */
  require(...steps: ReadonlyArray<Names['step']>): Making<In, Names, Ids>;
  /** When this becomes true, the steps are open again, and the state keys of `clears` are deleted. */
  reset(
    steps: ReadonlyArray<Names['step']>,
    when: Given<Names>,
    options?: { readonly clears?: ReadonlyArray<Names['key']> },
  ): Making<In, Names, Ids>;
  /** The tool changes the world: once, never until, and confirmed for exactly these arguments. */
  commit(
    tool: Names['tool'],
    options: {
      /** What the user's agreement is. */
      readonly until: Given<Names>;
      /** Argument by state key: a call with another value than the state's is refused. */
      readonly binds?: { readonly [argument: string]: Names['key'] };
    },
  ): Making<In, Names, Ids>;
  /** Tools that a person confirms through the session's confirmation provider. */
  confirmTools(...tools: ReadonlyArray<Names['tool']>): Making<In, Names, Ids>;
  /** Tools that no `allow` list shuts out. */
  ambient(...tools: ReadonlyArray<Names['tool']>): Making<In, Names, Ids>;
}

/** The flow of a digression in the making. */
export interface LayerBuilder<Names extends FlowNames, Ids extends string = string>
  extends Steps<'layer', Names, Ids> {
  readonly isLayer?: true;
}

/** A flow in the making. */
export interface FlowBuilder<Names extends FlowNames, Ids extends string = string>
  extends Steps<'flow', Names, Ids> {
  /** A flow that takes over while it lasts. Its steps are its own; `trigger` is asked in the main flow's context. */
  digression<const Step extends string = never, Made extends FlowNames = Elsewhere<Names, Step>>(
    name: string,
    options: {
      readonly trigger: Given<Names>;
      readonly resume?: 'previous' | 'restart' | 'terminate';
      /** The ids of all its steps, so that each can be named before it is declared. */
      readonly steps?: readonly Step[];
    },
    make: (
      layer: LayerBuilder<Elsewhere<Names, Step>, [Step] extends [never] ? string : Step>,
    ) => LayerBuilder<Made, [Step] extends [never] ? string : Step>,
  ): FlowBuilder<Names, Ids>;
  /** A slot whose value the user may change, and what then no longer holds. */
  correction(
    slot: Names['key'],
    options: {
      /** State keys that are deleted. */
      readonly clears?: ReadonlyArray<Names['key']>;
      /** Steps that are open again. */
      readonly reopens?: ReadonlyArray<Names['step']>;
    },
  ): FlowBuilder<Names, Ids>;
  /** The flow as plain data, the same as its JSON form says. `compileFlow` checks it. */
  build(): FlowDefinition;
}

/**
 * Begins a flow. Tools, state keys, questions and steps that it names are checked when it compiles:
 *
 * ```ts
 * flow('order', { tools: ['pay'], keys: ['item'] })
 *   .step('ask', (step) => step.posture('Ask for the item.').done((g) => g.captured('item')))
 *   .step('end', (step) => step.after('ask').terminal())
 *   .build();
 * ```
 */
export function flow<
  const Tool extends string = string,
  const Key extends string = string,
  const Asked extends Question = Question,
  const Step extends string = never,
>(
  name: string,
  options: FlowOptions<Tool, Key, Asked, Step> = {},
): FlowBuilder<
  { readonly step: Step; readonly tool: Tool; readonly key: Key; readonly question: Asked },
  [Step] extends [never] ? string : Step
> {
  const { decisions } = options;
  const builder: FlowBuilder<FlowNames> = new Builder({
    name,
    steps: [],
    ...(decisions !== undefined && { decisions }),
  });
  // Names are checked by the compiler alone; at run time every name is a text.
  return builder as never;
}

class Builder implements FlowBuilder<FlowNames> {
  readonly #flow: FlowDefinition;

  constructor(flow: FlowDefinition) {
    this.#flow = flow;
  }

  step(id: string, make?: (step: StepBuilder<FlowNames>) => StepBuilder<FlowNames>): Builder {
    const begun = new StepBuilder<FlowNames>({ id });
    return this.#with({ steps: [...this.#flow.steps, (make?.(begun) ?? begun).build()] });
  }

  once(tool: string): Builder {
    return this.#constrain({ once: tool });
  }

  before(first: string, second: string): Builder {
    return this.#constrain({ before: [first, second] });
  }

  neverUntil(tool: string, until: Given<FlowNames>): Builder {
    return this.#constrain({ neverUntil: { tool, until: guardOf(until) } });
  }

  require(...steps: readonly string[]): Builder {
    return this.#constrain({ require: steps });
  }

  reset(
    steps: readonly string[],
    when: Given<FlowNames>,
    options: { readonly clears?: readonly string[] } = {},
  ): Builder {
    return this.#constrain({ reset: { steps, when: guardOf(when), ...options } });
  }

  commit(
    tool: string,
    {
      until,
      ...rest
    }: { readonly until: Given<FlowNames>; readonly binds?: { readonly [argument: string]: string } },
  ): Builder {
    return this.#constrain({ commit: { tool, until: guardOf(until), ...rest } });
  }

  confirmTools(...tools: readonly string[]): Builder {
    return this.#with({ confirmTools: [...(this.#flow.confirmTools ?? []), ...tools] });
  }

  ambient(...tools: readonly string[]): Builder {
    return this.#with({ ambient: [...(this.#flow.ambient ?? []), ...tools] });
  }

  digression(
    name: string,
    options: {
      readonly trigger: Given<FlowNames>;
      readonly resume?: 'previous' | 'restart' | 'terminate';
      readonly steps?: readonly string[];
    },
    make: (layer: Builder) => unknown,
  ): Builder {
    const { trigger, resume } = options;
    // What `make` gives is this class's: nothing else implements the interface that it is given.
    const { name: _, ...layer } = (make(new Builder({ name, steps: [] })) as Builder).build();
    const digression: DigressionDefinition = {
      name,
      trigger: guardOf(trigger),
      flow: layer satisfies LayerDefinition,
      ...(resume !== undefined && { resume }),
    };
    return this.#with({ digressions: [...(this.#flow.digressions ?? []), digression] });
  }

  correction(slot: string, options: Omit<CorrectionDefinition, 'slot'>): Builder {
    return this.#with({ corrections: [...(this.#flow.corrections ?? []), { slot, ...options }] });
  }

  build(): FlowDefinition {
    return this.#flow;
  }

  #constrain(constraint: Constraint): Builder {
    return this.#with({ constraints: [...(this.#flow.constraints ?? []), constraint] });
  }

  #with(change: Partial<FlowDefinition>): Builder {
    return new Builder({ ...this.#flow, ...change });
  }
}
