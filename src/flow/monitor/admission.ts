/** Whether a tool may run now (spec: control §9). Pure: who admits a call tells the reducer at once. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { Fault } from '../fault.ts';
import type { Admission } from '../governor.ts';
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { StateReader } from '../state-reader.ts';
import type { FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';
import { gateOf, type Obstacle, type ToolCall } from './obstacle.ts';
import { type RefusalSurroundings, refusalText } from './refusal-text.ts';
import { spokenSteps } from './spoken-steps.ts';

/**
 * Whether the call may run. A refusal says why, that nothing ran, and what may run instead; `needs` and `asks` are the
 * state keys and the questions that could change it. A custom guard that fails does not hold.
 */
export function admitTool(
  flow: CompiledFlow,
  state: FlowState,
  call: ToolCall,
  reader: StateReader,
  faults: Fault[] = [],
): Admission {
  const gate = gateOf(flow, state, reader, faults);
  const obstacle = gate(call);
  if (obstacle === undefined) return { ok: true };
  const reason = refusalText(call.tool, obstacle, () =>
    refusalSurroundings(
      flow,
      state,
      flow.tools.filter((tool) => gate({ tool }) === undefined),
    ),
  );
  return { ok: false, reason, ...remedies(flow, state, call.tool, obstacle) };
}

/** What every refusal at this place says beside its own reason. */
export function refusalSurroundings(
  flow: CompiledFlow,
  state: FlowState,
  available: readonly string[],
): RefusalSurroundings {
  const posture = spokenSteps(flow, state).find((step) => step.posture !== undefined)?.posture;
  return { available, isClosed: isClosed(flow, state), posture };
}

/** Whether tools that no active step lists are shut out. */
export function isClosed(flow: CompiledFlow, state: FlowState): boolean {
  const { layer, marking } = topLayer(flow, state);
  return (
    state.terminated || layer.steps.some(({ id, allow }) => allow.length > 0 && marking.active.includes(id))
  );
}

function remedies(
  flow: CompiledFlow,
  state: FlowState,
  tool: string,
  obstacle: Obstacle,
): { readonly needs: readonly string[]; readonly asks: readonly string[] } {
  switch (obstacle.type) {
    case 'until':
      return mentioned(obstacle.guards);
    case 'otherArguments':
      return mentioned([obstacle.until]);
    case 'unbound':
      return { needs: [obstacle.key], asks: [] };
    case 'denied':
    case 'unlisted': {
      // The flow may have to move on: to a step that lists the tool, where there is one.
      const { layer, marking } = topLayer(flow, state);
      const isAhead = layer.steps.some(({ id, allow }) => allow.includes(tool) && !marking.done.includes(id));
      if (obstacle.type === 'unlisted' && !isAhead) return mentioned([]);
      return mentioned(layer.steps.flatMap(({ id, done }) => (marking.active.includes(id) ? done : [])));
    }
    default:
      return mentioned([]);
  }
}

function mentioned(guards: readonly Guard[]): {
  readonly needs: readonly string[];
  readonly asks: readonly string[];
} {
  const { keys, questions } = guardMentions({ all: guards });
  return { needs: keys, asks: questions };
}
