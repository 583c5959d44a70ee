/** A conversation that is played by hand, and remembered as a scenario. */
import { equivalent } from '../../flow/equivalence.ts';
import { explainFlow } from '../../flow/monitor/explain-flow.ts';
import { FlowSimulator } from '../../flow/scenario/flow-simulator.ts';
import { playStep } from '../../flow/scenario/play-step.ts';
import type { Scenario, ScenarioStep } from '../../flow/scenario/scenario.ts';
import type { LoadedDocument } from './load-document.ts';
import type { Arguments } from './prompt-line.ts';
import { type StepChanges, watchStep } from './step-changes.ts';

/** What a line came to. */
export interface Played {
  readonly step: ScenarioStep;
  readonly changes: StepChanges;
  /** Why a call was refused, or what it failed with. */
  readonly refusal: string | undefined;
  readonly failure: string | undefined;
}

/** Owns one simulation and what was done in it. */
export class PromptSession {
  readonly simulator: FlowSimulator;
  readonly #document: LoadedDocument;
  readonly #steps: ScenarioStep[] = [];

  constructor(document: LoadedDocument) {
    this.#document = document;
    this.simulator = new FlowSimulator(document.target);
  }

  /** What was played up to now; as a scenario it passes. */
  scenario(name: string): Scenario {
    const { active } = this.simulator.marking.main;
    const end: readonly ScenarioStep[] =
      this.simulator.marking.path.length > 0 ? [] : [{ expectActive: active }];
    return { name, steps: [...this.#steps, ...end] };
  }

  /** Where the conversation stands. */
  explain(): ReturnType<typeof explainFlow> {
    return explainFlow(this.#document.flow, this.simulator.marking, this.simulator.state);
  }

  play(step: ScenarioStep): Played {
    const changes = watchStep(this.simulator);
    const refusal = playStep(this.simulator, step, false);
    this.#steps.push(step);
    return { step, changes: changes(), refusal, failure: undefined };
  }

  /** A call of the model: its mock answers, unless it is to fail. */
  call(tool: string, args: Arguments, fails: boolean): Played {
    const written = Object.keys(args).length === 0 ? tool : { tool, args };
    const changes = watchStep(this.simulator);
    const admission = this.simulator.admit({ tool, args });
    if (!admission.ok) {
      const step: ScenarioStep = { expectDenied: written };
      this.#steps.push(step);
      return { step, changes: changes(), refusal: admission.reason, failure: undefined };
    }
    const failure = fails ? 'It fails, as you asked.' : this.#mockFailure(tool, args);
    const played = this.play(failure === undefined ? { toolOk: written } : { toolFailed: written });
    return { ...played, failure };
  }

  /** Why the mock of a tool fails for these arguments; undefined when it succeeds. */
  #mockFailure(tool: string, args: Arguments): string | undefined {
    const { target } = this.#document;
    const mock = 'flow' in target ? target.tools.find(({ name }) => name === tool)?.mock : undefined;
    if (mock === undefined) return undefined;
    const wrong = Object.entries(mock.only ?? {}).filter(([name, allowed]) => {
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      return value === undefined || !allowed.some((one) => equivalent(one, value));
    });
    if (mock.only === undefined) return mock.fail;
    if (wrong.length === 0) return undefined;
    return mock.fail ?? `The mock does not take this ${wrong.map(([name]) => name).join(' and ')}.`;
  }
}
