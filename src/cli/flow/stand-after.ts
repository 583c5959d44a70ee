/** Where a conversation stands after some steps of a scenario. */
import { FlowSimulator } from '../../flow/scenario/flow-simulator.ts';
import { playStep } from '../../flow/scenario/play-step.ts';
import { callsThatBegin } from '../../flow/scenario/run-scenario.ts';
import type { Scenario } from '../../flow/scenario/scenario.ts';
import { CliError } from '../shell/cli-error.ts';
import { wholeNumber } from '../shell/strict-arguments.ts';
import { scenarioNamed } from './choose-scenarios.ts';
import type { LoadedDocument } from './load-document.ts';
import { loadScenario } from './load-scenario.ts';

/** What a command line says of it; numbers were not looked at. */
export interface StandPlan {
  readonly scenarioPath: string | undefined;
  readonly scenario: string | undefined;
  readonly at: string | undefined;
}

export interface Stand {
  readonly simulator: FlowSimulator;
  /** Undefined: the conversation has just begun. */
  readonly scenario: Scenario | undefined;
  /** How many steps were played. */
  readonly played: number;
  /** Why the last of them went another way. */
  readonly failure: string | undefined;
}

/** Plays up to the step, or to the first that goes another way. Rejects with `badArguments` for what is not there. */
export async function standAfter(plan: StandPlan, document: LoadedDocument): Promise<Stand> {
  const scenario = await scenarioOf(plan, document);
  if (plan.at !== undefined && scenario === undefined) {
    throw new CliError(
      'badArguments',
      '--at counts steps of a scenario: pass --scenario name or a scenario.json',
    );
  }
  const steps = scenario?.steps ?? [];
  const count = plan.at === undefined ? steps.length : wholeNumber('at', plan.at, 0, steps.length);
  const simulator = new FlowSimulator(document.target);
  const begun = callsThatBegin(steps);
  for (const [index, step] of steps.slice(0, count).entries()) {
    const failure = playStep(simulator, step, begun.has(index));
    if (failure !== undefined) return { simulator, scenario, played: index + 1, failure };
  }
  return { simulator, scenario, played: count, failure: undefined };
}

async function scenarioOf(plan: StandPlan, document: LoadedDocument): Promise<Scenario | undefined> {
  if (plan.scenarioPath !== undefined && plan.scenario !== undefined) {
    throw new CliError('badArguments', 'pass --scenario name or a scenario.json, not both');
  }
  if (plan.scenarioPath !== undefined) return loadScenario(plan.scenarioPath);
  return plan.scenario === undefined ? undefined : scenarioNamed(document, plan.scenario);
}
