/** Which way leads out of a phase now: pure, the first that can be taken wins (spec: control §4). */
import { attempt, type Fault } from '../fault.ts';
import type { GovernorContext } from '../governor.ts';
import { missingKeys } from '../state-effect.ts';
import type { Phase, PhaseGraph } from './phase-graph.ts';

type Looking = Pick<GovernorContext, 'state' | 'spent'>;

/** What keeps a transition from being taken, or that nothing does. */
export type TransitionVerdict =
  | { readonly type: 'ready'; readonly target: Phase }
  | { readonly type: 'guardFalse' }
  | { readonly type: 'entryGuardFalse'; readonly target: Phase }
  /** `preparations` are those of the target that may fill something of `missing`. */
  | {
      readonly type: 'lacking';
      readonly target: Phase;
      readonly missing: readonly string[];
      readonly preparations: readonly string[];
    };

export type Evaluation =
  | { readonly type: 'none' }
  | { readonly type: 'ready'; readonly target: Phase; readonly index: number }
  | (Extract<TransitionVerdict, { type: 'lacking' }> & { readonly index: number });

/** Looks at the transitions in order. What is missing blocks while a preparation can help; else the next one may go. */
export function evaluate(graph: PhaseGraph, phase: Phase, context: Looking, faults: Fault[]): Evaluation {
  for (let index = 0; index < phase.transitions.length; index++) {
    const verdict = judge(graph, phase, index, context, faults);
    if (verdict.type === 'ready') return { ...verdict, index };
    if (verdict.type === 'lacking' && verdict.preparations.length > 0) return { ...verdict, index };
  }
  return { type: 'none' };
}

/** Looks at one transition. */
export function judge(
  graph: PhaseGraph,
  phase: Phase,
  index: number,
  context: Looking,
  faults: Fault[],
): TransitionVerdict {
  const { state } = context;
  const transition = phase.transitions[index];
  const target = graph.phases.get(transition?.to ?? '');
  if (transition === undefined || target === undefined) return { type: 'guardFalse' };
  const where = `phases.${phase.name}.transitions[${index}].when`;
  if (!attempt(() => transition.when(state), false, where, faults)) return { type: 'guardFalse' };
  const { guard } = target;
  if (guard && !attempt(() => guard(state), false, `phases.${target.name}.guard`, faults)) {
    return { type: 'entryGuardFalse', target };
  }
  return requirements(target, context) ?? { type: 'ready', target };
}

/** What of its requirements a phase lacks; undefined when nothing. */
export function requirements(
  target: Phase,
  { state, spent }: Looking,
): Extract<TransitionVerdict, { type: 'lacking' }> | undefined {
  const missing = missingKeys(state, target.requires);
  if (missing.length === 0) return undefined;
  const preparations = target.preparations
    .filter(({ produces }) => produces.some((key) => missing.includes(key)))
    .map(({ name }) => name)
    .filter((name) => spent?.(target.name, name) !== true);
  return { type: 'lacking', target, missing, preparations };
}

/** `guard 2 (order confirmed)`: its place among the transitions, from 1, and what it asks. */
export function guardName(phase: Phase, index: number): string {
  const description = phase.transitions[index]?.description;
  return `guard ${index + 1}${description === undefined ? '' : ` (${description})`}`;
}
