import type { FlowProblem } from '../compile/compiled-flow.ts';
import { checkShape } from '../shape/check-shape.ts';
import { scenarioShape } from '../shape/scenario-shape.ts';
import type { Scenario } from './scenario.ts';

export type ScenarioReading =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

/** A scenario out of parsed JSON, or everything that is wrong with it, each with its place. */
export function readScenario(json: unknown): ScenarioReading {
  const problems = checkShape(json, scenarioShape);
  // A value without problems has the shape.
  return problems.length === 0 ? { ok: true, scenario: json as Scenario } : { ok: false, problems };
}
