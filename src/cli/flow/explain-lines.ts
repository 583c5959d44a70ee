/** An explanation of a flow as lines for a person. */
import type { GuardTrace } from '../../flow/guard/trace-guard.ts';
import type { FlowExplanation } from '../../flow/monitor/explain-flow.ts';
import { printable } from '../shell/printable.ts';
import type { Paint } from '../view/paint.ts';
import { namesText } from './step-text.ts';
import { line } from './transcript.ts';

/** What is active, what it waits for, which tools may run, which may not and why. */
export function explainLines(explanation: FlowExplanation, paint: Paint, columns: number): readonly string[] {
  const { active, done, overlayPath, complete, terminated, missingRequirements } = explanation;
  const note = (label: string, text: string): readonly string[] =>
    line('', label, 'bold', text, paint, columns);
  const progress = Object.entries(explanation.activeProgress);
  const state = terminated ? 'terminated: nothing more is allowed' : complete ? 'complete' : 'under way';
  return [
    ...note('is', state),
    ...(overlayPath.length === 0 ? [] : note('within', namesText(overlayPath))),
    ...note('active', namesText(active)),
    ...note('done', namesText(done)),
    ...(missingRequirements.length === 0 ? [] : note('needs', namesText(missingRequirements))),
    ...progress.flatMap(([step, trace]) => [
      ...note('waits', `${printable(step)} is done when`),
      ...traceLines(trace, 1, paint),
    ]),
    ...note('allows', namesText(explanation.allowedTools)),
    ...blockedLines(explanation.blockedTools, paint, columns),
  ];
}

/** Tools that may not run, and why; without what a model is told to do instead. */
export function blockedLines(
  blocked: { readonly [tool: string]: string },
  paint: Paint,
  columns: number,
): readonly string[] {
  return Object.values(blocked).flatMap((reason) => {
    const [why = reason] = reason.split(ADVICE);
    return line('', 'refuses', 'red', printable(why), paint, columns);
  });
}

/** Where the reason ends, and what the model should make of it begins. */
const ADVICE = / (?:It|This call) did not run and must not be reported/;

/** A condition and its parts, each with whether it holds. */
function traceLines(trace: GuardTrace, depth: number, paint: Paint): readonly string[] {
  const sign = trace.holds ? paint('green', '✓') : paint('red', '✗');
  const own = `${' '.repeat(6 + depth * 2)}${sign} ${printable(trace.description)}`;
  return [own, ...trace.children.flatMap((child) => traceLines(child, depth + 1, paint))];
}
