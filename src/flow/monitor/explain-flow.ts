/** Why a governed conversation stands where it stands. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { type GuardTrace, traceGuard } from '../guard/trace-guard.ts';
import type { StateReader } from '../state-reader.ts';
import { refusalSurroundings } from './admission.ts';
import type { FlowState } from './flow-state.ts';
import { factsOf, layersUnderWay, ruleFor, topLayer } from './layers.ts';
import { isComplete, unmetSteps } from './marking.ts';
import { gateOf } from './obstacle.ts';
import { refusalText } from './refusal-text.ts';

export interface FlowExplanation {
  /** The active steps of the layer that drives. */
  readonly active: readonly string[];
  /** Of the tools that the flow mentions. */
  readonly allowedTools: readonly string[];
  /** Why, by tool: what the model would be told. */
  readonly blockedTools: { readonly [tool: string]: string };
  /** By blocked tool: the truth trees of the conditions that it has, met or not. */
  readonly toolConditions: { readonly [tool: string]: readonly GuardTrace[] };
  /** Required steps of the main flow that are not done. */
  readonly missingRequirements: readonly string[];
  /** What each active step waits for. */
  readonly activeProgress: { readonly [step: string]: GuardTrace };
  /** Steps of the main flow. */
  readonly done: readonly string[];
  /** Whether what the main flow requires is done. */
  readonly complete: boolean;
  /** Digressions under way, the outermost first. */
  readonly overlayPath: readonly string[];
  readonly terminated: boolean;
}

export function explainFlow(flow: CompiledFlow, state: FlowState, reader: StateReader): FlowExplanation {
  const { layer, marking } = topLayer(flow, state);
  const active = state.terminated ? [] : layer.steps.filter(({ id }) => marking.active.includes(id));
  const facts = factsOf(marking, state.answers, reader);
  const gate = gateOf(flow, state, reader, []);
  const judged = flow.tools.map((tool) => ({ tool, obstacle: gate({ tool }) }));
  const allowed = judged.filter(({ obstacle }) => obstacle === undefined).map(({ tool }) => tool);
  const surroundings = refusalSurroundings(flow, state, allowed);
  const blocked = judged.flatMap(({ tool, obstacle }): (readonly [string, string])[] =>
    obstacle === undefined ? [] : [[tool, refusalText(tool, obstacle, () => surroundings)]],
  );
  const conditionsOf = (tool: string): readonly GuardTrace[] =>
    layersUnderWay(flow, state).flatMap((one) => {
      const known = factsOf(one.marking, state.answers, reader);
      return ruleFor(one.layer, tool)?.until.map((guard) => traceGuard(guard, known)) ?? [];
    });
  const conditions = blocked.flatMap(([tool]) => {
    const traces = conditionsOf(tool);
    return traces.length === 0 ? [] : [[tool, traces] as const];
  });
  return {
    active: active.map(({ id }) => id),
    allowedTools: allowed,
    blockedTools: Object.fromEntries(blocked),
    toolConditions: Object.fromEntries(conditions),
    missingRequirements: unmetSteps(flow.main, state.main),
    activeProgress: Object.fromEntries(active.map(({ id, done }) => [id, traceGuard(done, facts)])),
    done: state.main.done,
    complete: isComplete(flow.main, state.main),
    overlayPath: state.path,
    terminated: state.terminated,
  };
}
