/** `parlando/flow/scenario`: conversations played without a model: scenarios, their reports, and a fuzzer. */

// The fuzzer
export { type FuzzFinding, type FuzzOptions, type FuzzReport, fuzzFlow } from '../fuzz/fuzz-flow.ts';
export type { Invariant } from '../fuzz/invariant.ts';
// The simulator
export {
  FlowSimulator,
  type SimulatedCall,
  type SimulatedRun,
  type SimulatorOptions,
} from './flow-simulator.ts';
// Scenarios
export { type RecordedChange, scenarioFromJournal } from './from-journal.ts';
export { readScenario, type ScenarioReading } from './read-scenario.ts';
export {
  type DocumentReport,
  type ReportTotals,
  reportJson,
  reportJUnit,
  reportPassed,
  reportText,
  reportTotals,
  type ScenarioReport,
} from './report.ts';
export { runScenario } from './run-scenario.ts';
export type { Scenario, ScenarioResult, ScenarioStep } from './scenario.ts';
export { type TurnAct, type TurnContent, userTurn } from './user-turn.ts';
