/** The governor of flows: where one conversation is, around the reducer. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { StepTiming } from '../definition/flow-definition.ts';
import type {
  Admission,
  Advance,
  Entry,
  Governor,
  GovernorContext,
  Projection,
  RequestedCall,
} from '../governor.ts';
import type { StateReader } from '../state-reader.ts';
import { admitTool } from './admission.ts';
import { explainFlow, type FlowExplanation } from './explain-flow.ts';
import type { FlowEvent, FlowInput, FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';
import { flowMoveReason } from './move-reason.ts';
import { gateOf, type ToolCall } from './obstacle.ts';
import { projectFlow } from './project-flow.ts';
import { obstacleText } from './refusal-text.ts';
import { type FlowStep, initialFlowState, stepFlow } from './step-flow.ts';
import { timingOf } from './timing.ts';

/** `enforce` refuses what is not admissible; `observe` lets it run and tells of it as a violation. */
export type FlowMode = 'enforce' | 'observe';

/** Where one conversation is in its flow. Nothing here waits or throws. */
export class FlowMonitor implements Governor {
  readonly flow: CompiledFlow;
  readonly mode: FlowMode;
  readonly #tools: readonly string[] | undefined;
  #state: FlowState;
  #hasBegun = false;

  /** @param tools the names of the session's tools, so that those the flow does not mention can be offered by name. */
  constructor(flow: CompiledFlow, mode: FlowMode = 'enforce', tools?: readonly string[]) {
    this.flow = flow;
    this.mode = mode;
    this.#tools = tools;
    this.#state = initialFlowState(flow);
  }

  /** Plain JSON; what {@link restore} takes. */
  get state(): FlowState {
    return this.#state;
  }

  /** The active steps, joined by `+`. */
  get position(): string {
    return this.#state.terminated ? '' : topLayer(this.flow, this.#state).marking.active.join('+');
  }

  /** How the voice behaves now. */
  get timing(): StepTiming {
    return timingOf(this.flow, this.#state);
  }

  /** Goes on where another monitor of the same flow was. What comes out of a store, `restoredState` looks at first. */
  restore(state: FlowState): void {
    this.#state = state;
    this.#hasBegun = true;
  }

  /** What an input leads to. The caller writes the effects. In `observe`, a call that should not run is marked so. */
  apply(input: FlowInput, state: StateReader): FlowStep {
    if (input.type === 'begin') this.#hasBegun = true;
    const step = stepFlow(this.flow, this.#state, this.#judged(input, state), state);
    this.#state = step.state;
    return step;
  }

  advance(context: GovernorContext): Advance & { readonly events: readonly FlowEvent[] } {
    const { boundary, state, turn } = context;
    const from = this.position;
    const isFirst = !this.#hasBegun;
    const { effects, events, faults } = this.apply(
      isFirst
        ? { type: 'begin' }
        : boundary === undefined
          ? { type: 'settle' }
          : { type: 'turn', counts: boundary.counts },
      state,
    );
    const to = this.position;
    if (to === from) return { type: 'stay', effects, events, faults };
    const move = { from, to, reason: flowMoveReason(events, this.flow, turn, isFirst) };
    return { type: 'move', move, effects, events, faults };
  }

  admit(tool: string, state: StateReader, call: RequestedCall = {}): Admission {
    if (this.mode === 'observe') return { ok: true };
    return admitTool(this.flow, this.#state, { ...call, tool }, state);
  }

  /** Steps say what they have to say through {@link project}. */
  enter(): Entry {
    return { context: [], prompt: false, faults: [] };
  }

  project(state: StateReader): Projection {
    const { postures, grounds, unmet, offeredTools } = projectFlow(
      this.flow,
      this.#state,
      state,
      this.#tools,
    );
    return {
      instruction: postures.length === 0 ? undefined : postures.join('\n'),
      modifiers: grounds,
      context: unmet === undefined ? [] : [unmet],
      offeredTools: this.mode === 'observe' ? null : offeredTools,
      faults: [],
    };
  }

  explain(state: StateReader): FlowExplanation {
    return explainFlow(this.flow, this.#state, state);
  }

  /** Why a call should not run, in one sentence; undefined when it may. For `observe`, where nothing is refused. */
  violation(call: ToolCall, state: StateReader): string | undefined {
    const obstacle = gateOf(this.flow, this.#state, state, [])(call);
    return obstacle && obstacleText(call.tool, obstacle);
  }

  #judged(input: FlowInput, state: StateReader): FlowInput {
    if (this.mode === 'enforce' || input.type !== 'admitted' || input.violation !== undefined) return input;
    const violation = this.violation(input, state);
    return violation === undefined ? input : { ...input, violation };
  }
}
