/** Who answers the questions of a session's flow. */
import { DecisionBank } from './decide/decision-bank.ts';
import { Decisions } from './govern/decisions.ts';
import type { LiveParts } from './lanes/live-parts.ts';

/** Undefined where nothing is asked. */
export function makeDecisions({ clock, lane, report, resolved, state }: LiveParts): Decisions | undefined {
  const { flow } = resolved;
  const settings = flow?.settings.decisions;
  if (flow === undefined || settings === undefined || flow.compiled.decisions.length === 0) return undefined;
  const questions = flow.compiled.decisions;
  return new Decisions(
    new DecisionBank({ questions, ...settings }, { clock, report, state }),
    questions.map(({ id }) => id),
    (answers) => lane.post({ type: 'decided', answers }),
  );
}
