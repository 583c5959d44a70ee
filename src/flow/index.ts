/** `parlando/flow`: what governs a conversation. Pure: no I/O, no clock; it runs in browsers too. */

export { didYouMean } from './closest-name.ts';
// Definitions
export type { DefinitionProblem } from './definition-problem.ts';
export type { Fault } from './fault.ts';
// The contract of a governor
export type {
  Admission,
  Advance,
  Entry,
  Governor,
  GovernorContext,
  Move,
  Outcome,
  Projection,
  Repair,
  RequestedCall,
} from './governor.ts';
// Phases
export type { ContextField, ContextSection } from './phases/context-section.ts';
export type { PhaseExplanation, TransitionExplanation } from './phases/explain-phase.ts';
export {
  type Modifier,
  when,
  withContext,
  withNavigation,
  withSections,
  withState,
} from './phases/modifier.ts';
export {
  type Guard,
  type NeedsRepair,
  type PhaseConfig,
  type PhaseDefaults,
  type PhaseDefinition,
  type PhaseText,
  type Preparation,
  type Transition,
  transitionAfterPresented,
} from './phases/phase.ts';
export {
  createPhaseGraph,
  type Phase,
  type PhaseGraph,
  type PhaseGraphResult,
} from './phases/phase-graph.ts';
export type { PhaseTrigger, PhaseVisit } from './phases/phase-history.ts';
export { type PhaseJump, PhaseMachine } from './phases/phase-machine.ts';
export type { PhaseSurroundings } from './phases/validate-phases.ts';
// State, as governors see it
export { afterEffects, type StateEffect } from './state-effect.ts';
export type { JsonValue, StateReader } from './state-reader.ts';
