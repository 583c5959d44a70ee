/** `parlando/flow`: what governs a conversation. Pure: no I/O, no clock; it runs in browsers too. */

export { didYouMean } from './closest-name.ts';
// The compiler
export { compileFlow } from './compile/compile-flow.ts';
export type {
  CompiledDigression,
  CompiledFlow,
  CompiledLayer,
  CompiledReset,
  CompiledStep,
  CompileResult,
  FlowProblem,
  FlowProblemKind,
  FlowSurroundings,
  ToolRule,
} from './compile/compiled-flow.ts';
// Flows as they are written
export {
  type FlowBuilder,
  type FlowOptions,
  flow,
  type LayerBuilder,
} from './definition/flow-builder.ts';
export type {
  CommitDefinition,
  Constraint,
  CorrectionDefinition,
  DigressionDefinition,
  Edge,
  FlowDefinition,
  LayerDefinition,
  Question,
  StepDefinition,
  StepRepair,
  StepTiming,
} from './definition/flow-definition.ts';
export type { FlowNames, Guards } from './definition/flow-names.ts';
export { type FlowReading, readFlow } from './definition/read-flow.ts';
export type { StepBuilder } from './definition/step-builder.ts';
export { writeFlow } from './definition/write-flow.ts';
// Definitions
export type { DefinitionProblem } from './definition-problem.ts';
export type { Fault } from './fault.ts';
export { FlowError, type FlowErrorCode } from './flow-error.ts';
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
// Guards
export { describeGuard } from './guard/describe-guard.ts';
export type { CustomGuard, DecisionAnswer, Expectation, Guard, GuardFacts } from './guard/guard.ts';
export { type GuardMentions, guardMentions } from './guard/guard-mentions.ts';
export {
  all,
  always,
  any,
  atLeast,
  atMost,
  calledOk,
  captured,
  custom,
  decided,
  done,
  eq,
  isSet,
  isTrue,
  not,
  resolved,
} from './guard/guards.ts';
export { holds } from './guard/holds.ts';
export { type GuardTrace, traceGuard } from './guard/trace-guard.ts';
// The monitor of one conversation
export { admitTool } from './monitor/admission.ts';
export { explainFlow, type FlowExplanation } from './monitor/explain-flow.ts';
export { type FlowMode, FlowMonitor } from './monitor/flow-monitor.ts';
export type {
  FlowEvent,
  FlowInput,
  FlowState,
  LayerState,
  OpenCall,
  RepairCount,
} from './monitor/flow-state.ts';
export { type FlowProjection, projectFlow } from './monitor/project-flow.ts';
export { type FlowStep, initialFlowState, stepFlow } from './monitor/step-flow.ts';
export { timingOf } from './monitor/timing.ts';
export { verbatimSimilarity } from './monitor/verbatim.ts';
// State, as governors see it
export { afterEffects, type StateEffect } from './state-effect.ts';
export type { JsonValue, StateReader } from './state-reader.ts';
