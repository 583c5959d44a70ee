/** Phases made ready to run: checked, indexed and frozen. Sessions of one agent share a graph. */
import type { DefinitionProblem } from '../definition-problem.ts';
import type { Modifier } from './modifier.ts';
import { DEFAULT_ESCALATE_AFTER, DEFAULT_NUDGE_AFTER, type RepairThresholds } from './needs-repair.ts';
import type { PhaseConfig, PhaseDefinition, PhaseText, Preparation, Transition } from './phase.ts';
import { type PhaseSurroundings, validatePhases } from './validate-phases.ts';

/** A phase with every default filled in. */
export interface Phase {
  readonly name: string;
  readonly instruction: PhaseText | undefined;
  readonly tools: readonly string[] | null;
  readonly guard: PhaseDefinition['guard'];
  readonly guardDescription: string | undefined;
  /** Empty in a terminal phase. */
  readonly transitions: readonly Transition[];
  readonly terminal: boolean;
  readonly modifiers: readonly Modifier[];
  readonly needs: readonly string[];
  readonly requires: readonly string[];
  readonly preparations: readonly Preparation[];
  readonly presents: readonly string[];
  readonly clearOnEnter: readonly string[];
  readonly promptOnEnter: boolean;
  readonly enterPrompt: PhaseText | undefined;
}

export interface PhaseGraph {
  readonly initial: Phase;
  readonly phases: ReadonlyMap<string, Phase>;
  /** Every tool that some phase names. */
  readonly tools: ReadonlySet<string>;
  /** Undefined when needs are never asked for again. */
  readonly repair: RepairThresholds | undefined;
}

export type PhaseGraphResult =
  | { readonly ok: true; readonly graph: PhaseGraph }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Checks the phases and makes them ready to run, or tells everything that is wrong with them. */
export function createPhaseGraph(
  config: PhaseConfig,
  surroundings: PhaseSurroundings = {},
): PhaseGraphResult {
  const problems = validatePhases(config, surroundings);
  const phases = new Map<string, Phase>();
  if (problems.length === 0) {
    for (const definition of config.phases) phases.set(definition.name, resolvePhase(definition, config));
  }
  const initial = phases.get(config.initial);
  if (initial === undefined) return { ok: false, problems };
  const tools = new Set([...phases.values()].flatMap((phase) => phase.tools ?? []));
  const { repair } = config;
  return {
    ok: true,
    graph: {
      initial,
      phases,
      tools,
      repair: repair && {
        nudgeAfter: repair.nudgeAfter ?? DEFAULT_NUDGE_AFTER,
        escalateAfter: repair.escalateAfter ?? DEFAULT_ESCALATE_AFTER,
      },
    },
  };
}

function resolvePhase(definition: PhaseDefinition, config: PhaseConfig): Phase {
  const { defaults = {} } = config;
  const enterPrompt = definition.enterPrompt ?? defaults.enterPrompt;
  return Object.freeze({
    name: definition.name,
    instruction: definition.instruction,
    tools: definition.tools ?? null,
    guard: definition.guard,
    guardDescription: definition.guardDescription,
    transitions: definition.transitions ?? [],
    terminal: definition.terminal ?? false,
    modifiers: [...(defaults.modifiers ?? []), ...(definition.modifiers ?? [])],
    needs: definition.needs ?? [],
    requires: definition.requires ?? [],
    preparations: definition.preparations ?? [],
    presents: definition.presents ?? [],
    clearOnEnter: definition.clearOnEnter ?? [],
    promptOnEnter:
      definition.promptOnEnter ?? (enterPrompt !== undefined || (defaults.promptOnEnter ?? false)),
    enterPrompt,
  });
}
