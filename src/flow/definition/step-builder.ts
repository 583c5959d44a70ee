import type { Edge, StepDefinition, StepRepair, StepTiming } from './flow-definition.ts';
import type { FlowNames, Given } from './flow-names.ts';
import { guardOf } from './given.ts';

/** A step in the making. Each method gives another builder; this one stays what it is. */
export class StepBuilder<Names extends FlowNames> {
  readonly #step: StepDefinition;

  constructor(step: StepDefinition) {
    this.#step = step;
  }

  /** These steps come before. */
  after(...steps: ReadonlyArray<Names['step']>): StepBuilder<Names> {
    return this.#with({ after: [...(this.#step.after ?? []), ...steps] });
  }

  /** This step comes before, if `when` holds at the time. */
  afterWhen(step: Names['step'], when: Given<Names>): StepBuilder<Names> {
    const edge: Edge = { step, when: guardOf(when) };
    return this.#with({ after: [...(this.#step.after ?? []), edge] });
  }

  /** Whether all steps before must be done, or any one. @default 'all' */
  join(join: 'all' | 'any'): StepBuilder<Names> {
    return this.#with({ join });
  }

  /** Must hold while the step is active. */
  gate(guard: Given<Names>): StepBuilder<Names> {
    return this.#with({ gate: guardOf(guard) });
  }

  /** When it holds, the step is done, for good. */
  done(guard: Given<Names>): StepBuilder<Names> {
    return this.#with({ done: guardOf(guard) });
  }

  /** What the model is told to do here. */
  posture(posture: string): StepBuilder<Names> {
    return this.#with({ posture });
  }

  /** Facts for the model, with `{key}` and `{key?yes:no}` of state. */
  ground(ground: string): StepBuilder<Names> {
    return this.#with({ ground });
  }

  /** The tools that this step is made of, besides those already named. */
  allow(...tools: ReadonlyArray<Names['tool']>): StepBuilder<Names> {
    return this.#with({ allow: [...(this.#step.allow ?? []), ...tools] });
  }

  /** Tools that must not run while this step is active, besides those already named. */
  deny(...tools: ReadonlyArray<Names['tool']>): StepBuilder<Names> {
    return this.#with({ deny: [...(this.#step.deny ?? []), ...tools] });
  }

  /** The flow ends here. */
  terminal(terminal = true): StepBuilder<Names> {
    return this.#with({ terminal });
  }

  /** The model must say this text here; the step is done only when it has. */
  verbatim(verbatim: string): StepBuilder<Names> {
    return this.#with({ verbatim });
  }

  /** How the voice behaves here. Times in ms. */
  timing(timing: StepTiming): StepBuilder<Names> {
    return this.#with({ timing });
  }

  /** What happens without progress. */
  repair(repair: StepRepair & { readonly escalateTo?: Names['step'] }): StepBuilder<Names> {
    return this.#with({ repair });
  }

  /** The step as plain data. */
  build(): StepDefinition {
    return this.#step;
  }

  #with(change: Partial<StepDefinition>): StepBuilder<Names> {
    return new StepBuilder({ ...this.#step, ...change });
  }
}
