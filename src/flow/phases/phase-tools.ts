/** The tool filter of a phase: deterministic, with a refusal that tells the model what to do instead. */
import type { Admission } from '../governor.ts';
import { missingKeys } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import type { Phase, PhaseGraph } from './phase-graph.ts';

/** Whether the present phase lists the tool. */
export function admitTool(graph: PhaseGraph, phase: Phase, tool: string, state: StateReader): Admission {
  const { tools } = phase;
  if (tools === null || tools.includes(tool)) return { ok: true };
  const nextPhases = phase.transitions.filter(({ to }) => lists(graph.phases.get(to), tool));
  const needs = new Set(missingKeys(state, phase.needs));
  for (const { to } of nextPhases) {
    for (const key of missingKeys(state, graph.phases.get(to)?.requires ?? [])) needs.add(key);
  }
  const parts = [
    `The tool "${tool}" is not permitted in the phase "${phase.name}"${condition(graph, nextPhases, tool)}.`,
    'It did not run: do not say or imply that it did.',
    tools.length === 0 ? 'No tool is available now.' : `Available now: ${tools.join(', ')}.`,
  ];
  if (needs.size > 0) parts.push(`Still needed: ${[...needs].join(', ')}.`);
  return { ok: false, reason: parts.join(' '), needs: [...needs] };
}

/** Where the tool may run, and how one comes there from here. */
function condition(
  graph: PhaseGraph,
  nextPhases: ReadonlyArray<{ readonly to: string; readonly description?: string }>,
  tool: string,
): string {
  if (nextPhases.length > 0) {
    const ways = nextPhases.map(({ to, description }) => {
      return description === undefined ? `"${to}"` : `"${to}" (${description})`;
    });
    return `: it becomes available in ${[...new Set(ways)].join(' or ')}`;
  }
  const elsewhere = [...graph.phases.values()].filter((phase) => lists(phase, tool));
  if (elsewhere.length === 0) return '';
  return `: it belongs to ${elsewhere.map(({ name }) => `"${name}"`).join(', ')}`;
}

function lists(phase: Phase | undefined, tool: string): boolean {
  return phase !== undefined && (phase.tools === null || phase.tools.includes(tool));
}
