/** `parlando/flow/phases`: conversations in phases, one at a time. */
export type { ContextField, ContextSection } from './context-section.ts';
export type { PhaseExplanation, TransitionExplanation } from './explain-phase.ts';
export {
  type Modifier,
  when,
  withContext,
  withNavigation,
  withSections,
  withState,
} from './modifier.ts';
export {
  type Guard as PhaseGuard,
  type NeedsRepair,
  type PhaseConfig,
  type PhaseDefaults,
  type PhaseDefinition,
  type PhaseText,
  type Preparation,
  type Transition,
  transitionAfterPresented,
} from './phase.ts';
export {
  createPhaseGraph,
  type Phase,
  type PhaseGraph,
  type PhaseGraphResult,
} from './phase-graph.ts';
export type { PhasePlace, PhaseTrigger, PhaseVisit } from './phase-history.ts';
export { type PhaseJump, PhaseMachine } from './phase-machine.ts';
export type { PhaseSurroundings } from './validate-phases.ts';
