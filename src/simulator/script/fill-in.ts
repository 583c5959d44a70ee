/** The placeholders in what a script says. */
import type { BrainTurn } from '../brain/brain.ts';

const MAX_NAMED = 12;

/** `text` with each `{{name.field}}` filled in from the last response of that function; what is not there is noted. */
export function fillIn(text: string, { memory, remark }: Pick<BrainTurn, 'memory' | 'remark'>): string {
  return text.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_whole, path: string) => {
    const value = path.split('.').reduce<unknown>(field, memory.scriptResults);
    if (value === undefined) {
      remark?.({ type: 'placeholderEmpty', message: whyEmpty(path, memory.scriptResults) });
      return '';
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** What the placeholder looked for, and what there is instead. */
function whyEmpty(path: string, results: unknown): string {
  const steps = path.split('.');
  const placeholder = `{{${path}}}`;
  let at = results;
  for (const [depth, step] of steps.entries()) {
    const next = field(at, step);
    if (next === undefined) return `${placeholder} stands for nothing: ${missing(steps, depth, at)}`;
    at = next;
  }
  return `${placeholder} stands for nothing.`;
}

function missing(steps: readonly string[], depth: number, at: unknown): string {
  const parent = steps.slice(0, depth).join('.');
  const names = fieldNames(at);
  if (depth === 0) {
    const there = names.length === 0 ? 'none has' : `these have: ${listed(names)}`;
    return `no function ${steps[0]} has answered yet; ${there}. One that is not blocking answers in a later turn: speak of it in a rule with whenResult.`;
  }
  const subject = depth === 1 ? `the response of ${parent}` : parent;
  if (typeof at !== 'object' || at === null) return `${subject} has no fields; write {{${parent}}}.`;
  const there = listed(names.map((name) => `{{${parent}.${name}}}`));
  return `${subject} has no ${steps[depth]}; ${there === '' ? 'it is empty' : `there is ${there}`}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown}, …` : shown;
}

function fieldNames(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
