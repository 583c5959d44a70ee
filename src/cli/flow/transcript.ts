/** A scenario as it is played, for a person: each step, and below it what it changed. */
import type { FlowEvent } from '../../flow/monitor/flow-state.ts';
import type { ScenarioResult, ScenarioStep } from '../../flow/scenario/scenario.ts';
import { cellsOf, printable } from '../shell/printable.ts';
import type { Paint, Style } from '../view/paint.ts';
import { wrapCells } from '../view/wrap-cells.ts';
import type { StepChanges } from './step-changes.ts';
import { namesText, stepText, valueText } from './step-text.ts';

const LABEL_CELLS = 8;
const STYLES: Readonly<Record<string, Style>> = {
  user: 'cyan',
  model: 'magenta',
  tool: 'yellow',
  expect: 'blue',
};

/** One step as lines. `number` counts from 1; undefined where steps have none. */
export function stepLines(
  step: ScenarioStep,
  number: number | undefined,
  changes: StepChanges,
  paint: Paint,
  columns: number,
): readonly string[] {
  const { label, text } = stepText(step);
  const head = `${(number === undefined ? '' : `${number}`).padStart(3)} `;
  const style = STYLES[label] ?? 'bold';
  const first = line(head, label, style, text, paint, columns);
  return [...first, ...changeLines(changes, paint, columns)];
}

/** What a step changed, as lines. */
export function changeLines(changes: StepChanges, paint: Paint, columns: number): readonly string[] {
  const note = (label: string, text: string, style: Style = 'dim'): readonly string[] =>
    line('     ', label, style, text, paint, columns);
  return [
    ...changes.state.flatMap(({ key, before, after }) =>
      note('state', `${printable(key)}: ${valueText(before)} → ${valueText(after)}`),
    ),
    ...changes.events.flatMap((event) => {
      const told = eventText(event);
      return told === undefined ? [] : note(told.label, told.text, told.style);
    }),
    ...(changes.moved ? note('now', namesText(changes.active), 'green') : []),
  ];
}

/** How a scenario ended, as lines. */
export function resultLines(
  result: ScenarioResult,
  steps: number,
  paint: Paint,
  columns: number,
): readonly string[] {
  if (result.passed) return [`${paint('green', 'passed')}  ${steps} steps`];
  const text = `step ${result.step + 1} of ${steps}: ${printable(result.reason)}`;
  return wrapCells(text, Math.max(40, columns - 8)).map((part, index) =>
    index === 0 ? `${paint('red', 'FAILED')}  ${part}` : `        ${part}`,
  );
}

/** A label and a text that is broken to fit beside it. */
export function line(
  head: string,
  label: string,
  style: Style,
  text: string,
  paint: Paint,
  columns: number,
): readonly string[] {
  const indent = cellsOf(head) + LABEL_CELLS;
  return wrapCells(text, Math.max(40, columns - indent)).map((part, index) =>
    index === 0
      ? `${head}${paint(style, label.padEnd(LABEL_CELLS))}${part}`.trimEnd()
      : `${' '.repeat(indent)}${part}`,
  );
}

/** Steps that become active are told by `now`. */
function eventText(
  event: FlowEvent,
): { readonly label: string; readonly text: string; readonly style?: Style } | undefined {
  switch (event.type) {
    case 'stepEntered':
      return undefined;
    case 'stepDone':
      return { label: 'done', text: printable(event.step), style: 'green' };
    case 'violation':
      return { label: 'against', text: printable(`${event.subject}: ${event.reason}`), style: 'red' };
    case 'verbatimChecked': {
      const share = `${Math.round(event.similarity * 100)} % of the words`;
      return event.passed
        ? { label: 'said', text: `${printable(event.step)}, word for word (${share})`, style: 'green' }
        : { label: 'said', text: `${printable(event.step)}, but not word for word (${share})`, style: 'red' };
    }
    case 'digressionBegun':
      return { label: 'begins', text: printable(event.name), style: 'yellow' };
    case 'digressionEnded':
      return { label: 'ends', text: `${printable(event.name)} (${event.resume})`, style: 'yellow' };
    case 'corrected':
      return {
        label: 'changed',
        text: `${printable(event.slot)}: what followed from it is open again`,
        style: 'yellow',
      };
    case 'escalated':
      return { label: 'gives up', text: printable(event.step), style: 'yellow' };
    case 'terminated':
      return { label: 'over', text: 'nothing more is allowed', style: 'yellow' };
  }
}
