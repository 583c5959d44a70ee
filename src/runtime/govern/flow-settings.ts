/** How a session is governed by a flow. */
import type { CompiledFlow } from '../../flow/compile/compiled-flow.ts';
import type { FlowDefinition, StepTiming } from '../../flow/definition/flow-definition.ts';
import type { FlowMode } from '../../flow/monitor/flow-monitor.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import type { StepAgent } from './step-agents.ts';

/** `Context` is what the session gives to hooks. */
export interface FlowSettings<Context = never> {
  /** As it was written, or compiled by `compileFlow`: that one is not checked again. */
  readonly flow: FlowDefinition | CompiledFlow;
  /** @default 'enforce' */
  readonly mode?: FlowMode;
  /** Tools, by name, that no step shuts out by what it allows. */
  readonly ambientTools?: readonly string[];
  /** By step: work that begins when the step becomes active. Its result is `{step}:result` in state. */
  readonly onStepEnter?: { readonly [step: string]: StepAgent<Context> | StepAgent<Context>['run'] };
  /** By step, in the place of the flow's own. */
  readonly stageTiming?: { readonly [step: string]: StepTiming };
  /** Who answers the questions of the flow. */
  readonly decisions?: DecisionSettings;
}

export interface DecisionSettings {
  readonly model: TextModel;
  /** A question that is not answered by then counts as unsure. @default 2_000 */
  readonly timeoutMs?: number;
}
