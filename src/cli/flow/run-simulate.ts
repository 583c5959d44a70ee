/** Scenarios, played step by step. */
import { FlowSimulator } from '../../flow/scenario/flow-simulator.ts';
import { playStep } from '../../flow/scenario/play-step.ts';
import { callsThatBegin } from '../../flow/scenario/run-scenario.ts';
import type { Scenario, ScenarioResult } from '../../flow/scenario/scenario.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint } from '../view/paint.ts';
import { scenarioNamed } from './choose-scenarios.ts';
import { type LoadedDocument, openDocument } from './load-document.ts';
import { loadScenario } from './load-scenario.ts';
import { watchStep } from './step-changes.ts';
import { resultLines, stepLines } from './transcript.ts';

/** A checked command line. */
export interface SimulatePlan {
  readonly path: string;
  readonly scenarioPaths: readonly string[];
  readonly scenario: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
}

/** Plays what is asked for. Rejects with `unmet` when a scenario fails, or as reading a document does. */
export async function runSimulate(plan: SimulatePlan, io: CliConsole): Promise<void> {
  const document = await openDocument(plan.path);
  const scenarios: Scenario[] = [];
  if (plan.scenario !== undefined) scenarios.push(scenarioNamed(document, plan.scenario));
  if (plan.all) {
    if (document.scenarios.length === 0) {
      throw new CliError('badArguments', `${plan.path} embeds no scenarios: name a scenario.json`);
    }
    scenarios.push(...document.scenarios);
  }
  for (const path of plan.scenarioPaths) scenarios.push(await loadScenario(path));
  if (scenarios.length === 0) {
    const { runPrompt } = await import('./run-prompt.ts');
    return runPrompt(document, plan.json, io);
  }
  const results = scenarios.map((scenario) => play(document, scenario, plan.json, io));
  const failed = results.filter(({ passed }) => !passed).length;
  if (!plan.json && results.length > 1) {
    io.stdout.write(`${results.length} scenarios: ${results.length - failed} passed, ${failed} failed\n`);
  }
  if (failed > 0) throw new CliError('unmet', `${failed} of ${results.length} scenarios failed`);
}

function play({ target }: LoadedDocument, scenario: Scenario, json: boolean, io: CliConsole): ScenarioResult {
  const paint = createPaint(io.color);
  const { columns } = io.stdout;
  const tell = (lines: readonly string[]): void => io.stdout.write(`${lines.join('\n')}\n`);
  const tellJson = (value: unknown): void => io.stdout.write(`${JSON.stringify(value)}\n`);
  const { name, steps } = scenario;
  if (!json) tell([paint('bold', printable(name))]);
  const simulator = new FlowSimulator(target);
  const begun = callsThatBegin(steps);
  for (const [index, step] of steps.entries()) {
    const changes = watchStep(simulator);
    const reason = playStep(simulator, step, begun.has(index));
    const changed = changes();
    if (json) {
      const { state, events, active } = changed;
      tellJson({ scenario: name, step: index, did: step, state, events, active });
    } else tell(stepLines(step, index + 1, changed, paint, columns));
    if (reason === undefined) continue;
    const result: ScenarioResult = { name, passed: false, step: index, reason };
    if (json) tellJson(result);
    else tell([...resultLines(result, steps.length, paint, columns), '']);
    return result;
  }
  const result: ScenarioResult = { name, passed: true };
  if (json) tellJson(result);
  else tell([...resultLines(result, steps.length, paint, columns), '']);
  return result;
}
