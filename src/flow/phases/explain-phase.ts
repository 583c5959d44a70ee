/** Why a conversation stands in its phase: the answer for people, tests and the studio. */
import type { Fault } from '../fault.ts';
import { missingKeys } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import { guardName, judge, type TransitionVerdict } from './evaluate.ts';
import type { Phase, PhaseGraph } from './phase-graph.ts';
import type { PhaseVisit } from './phase-history.ts';
import { admitTool } from './phase-tools.ts';

/** One way out, as it stands. */
export interface TransitionExplanation {
  readonly to: string;
  /** True when it could be taken now; the first such is the one that `advance` takes. */
  readonly holds: boolean;
  readonly why: string;
}

/** A snapshot; reading it changes nothing. */
export interface PhaseExplanation {
  readonly phase: string;
  readonly terminal: boolean;
  /** How the phase was entered. */
  readonly entered: PhaseVisit | undefined;
  readonly missingNeeds: readonly string[];
  readonly transitions: readonly TransitionExplanation[];
  /** Tools that may run; null means all. */
  readonly allowedTools: readonly string[] | null;
  /** Of the tools that some phase names, those refused here, with the text that the model would get. */
  readonly blockedTools: Readonly<Record<string, string>>;
}

export function explainPhase(
  graph: PhaseGraph,
  phase: Phase,
  history: readonly PhaseVisit[],
  state: StateReader,
): PhaseExplanation {
  const blockedTools: Record<string, string> = {};
  for (const tool of graph.tools) {
    const admission = admitTool(graph, phase, tool, state);
    if (!admission.ok) blockedTools[tool] = admission.reason;
  }
  return {
    phase: phase.name,
    terminal: phase.terminal,
    entered: history.at(-1),
    missingNeeds: missingKeys(state, phase.needs),
    transitions: phase.transitions.map((transition, index) => {
      const faults: Fault[] = [];
      const verdict = judge(graph, phase, index, { state }, faults);
      const why = faults.map(faultText)[0] ?? reason(verdict, guardName(phase, index));
      return { to: transition.to, holds: verdict.type === 'ready', why };
    }),
    allowedTools: phase.tools,
    blockedTools,
  };
}

function reason(verdict: TransitionVerdict, guard: string): string {
  switch (verdict.type) {
    case 'ready':
      return `${guard} holds`;
    case 'guardFalse':
      return `${guard} does not hold`;
    case 'entryGuardFalse': {
      const { name, guardDescription } = verdict.target;
      const asked = guardDescription === undefined ? '' : ` (${guardDescription})`;
      return `${guard} holds, but the entry guard of "${name}"${asked} does not`;
    }
    case 'lacking': {
      const { target, missing, preparations } = verdict;
      const by = preparations.length === 0 ? '' : `, which ${preparations.join(', ')} may prepare`;
      return `${guard} holds, but "${target.name}" requires ${missing.join(', ')}${by}`;
    }
  }
}

function faultText({ where, cause }: Fault): string {
  return `${where} threw: ${cause instanceof Error ? cause.message : String(cause)}`;
}
