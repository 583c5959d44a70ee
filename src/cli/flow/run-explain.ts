/** The explanation of a flow after some steps. */
import { explainFlow } from '../../flow/monitor/explain-flow.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint } from '../view/paint.ts';
import { explainLines } from './explain-lines.ts';
import { openDocument } from './load-document.ts';
import { type Stand, type StandPlan, standAfter } from './stand-after.ts';
import { stepText } from './step-text.ts';

/** A command line whose numbers were not looked at. */
export interface ExplainPlan extends StandPlan {
  readonly path: string;
  readonly json: boolean;
}

/** Plays up to the step and explains. Rejects with `unmet` when the scenario does not get there. */
export async function runExplain(plan: ExplainPlan, io: CliConsole): Promise<void> {
  const document = await openDocument(plan.path);
  const { flow } = document;
  const stand = await standAfter(plan, document);
  const { simulator, scenario, played, failure } = stand;
  const explanation = explainFlow(flow, simulator.marking, simulator.state);
  if (plan.json) {
    const state = Object.fromEntries(simulator.state.entries());
    const told = { name: flow.name, scenario: scenario?.name, played, ...explanation, state };
    io.stdout.write(`${JSON.stringify(told)}\n`);
  } else {
    const paint = createPaint(io.color);
    const title = `${paint('bold', printable(flow.name))}, ${place(stand)}`;
    const lines = explainLines(explanation, paint, io.stdout.columns);
    io.stdout.write(`${[title, ...lines].join('\n')}\n`);
  }
  if (failure !== undefined) throw new CliError('unmet', `the scenario failed at step ${played}: ${failure}`);
}

function place({ scenario, played }: Stand): string {
  const last = scenario?.steps[played - 1];
  if (scenario === undefined || last === undefined) return 'at the beginning';
  const { label, text } = stepText(last);
  return `after step ${played} of ${scenario.steps.length} of "${printable(scenario.name)}" (${`${label} ${text}`.trim()})`;
}
