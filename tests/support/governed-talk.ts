/** A conversation under a flow, without a session: inputs go through the reducer, effects into a plain state. */
import { compileFlow } from '../../src/flow/compile/compile-flow.ts';
import type { CompiledFlow } from '../../src/flow/compile/compiled-flow.ts';
import type { FlowDefinition } from '../../src/flow/definition/flow-definition.ts';
import type { Fault } from '../../src/flow/fault.ts';
import type { Admission, RequestedCall } from '../../src/flow/governor.ts';
import type { DecisionAnswer } from '../../src/flow/guard/guard.ts';
import { admitTool } from '../../src/flow/monitor/admission.ts';
import { explainFlow, type FlowExplanation } from '../../src/flow/monitor/explain-flow.ts';
import type { FlowEvent, FlowInput, FlowState } from '../../src/flow/monitor/flow-state.ts';
import { topLayer } from '../../src/flow/monitor/layers.ts';
import { type FlowProjection, projectFlow } from '../../src/flow/monitor/project-flow.ts';
import { type FlowStep, initialFlowState, stepFlow } from '../../src/flow/monitor/step-flow.ts';
import { PlainState } from '../../src/flow/scenario/plain-state.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';

/** The compiled flow; throws what is wrong with it. */
export function compiled(definition: FlowDefinition): CompiledFlow {
  const result = compileFlow(definition);
  if (result.ok) return result.flow;
  throw new Error(JSON.stringify(result.problems, null, 1));
}

export class GovernedTalk {
  readonly flow: CompiledFlow;
  readonly values: PlainState = new PlainState();
  readonly events: FlowEvent[] = [];
  readonly faults: Fault[] = [];
  state: FlowState;
  #calls = 0;

  constructor(definition: Omit<FlowDefinition, 'name'>, values: { readonly [key: string]: JsonValue } = {}) {
    this.flow = compiled({ name: 'test', ...definition });
    this.state = initialFlowState(this.flow);
    for (const [key, value] of Object.entries(values)) this.values.set(key, value);
    this.input({ type: 'begin' });
  }

  input(input: FlowInput): FlowStep {
    const step = stepFlow(this.flow, this.state, input, this.values);
    this.state = step.state;
    this.values.apply(step.effects);
    this.events.push(...step.events);
    this.faults.push(...step.faults);
    return step;
  }

  /** Writes state; nobody looks yet. */
  set(key: string, value: JsonValue): this {
    this.values.set(key, value);
    return this;
  }

  turn(counts = true): this {
    this.input({ type: 'turn', counts });
    return this;
  }

  settle(): this {
    this.input({ type: 'settle' });
    return this;
  }

  decide(answers: { readonly [question: string]: DecisionAnswer }): this {
    this.input({ type: 'callerTurn' });
    this.input({ type: 'decided', answers });
    return this;
  }

  admit(tool: string, call: RequestedCall = {}): Admission {
    return admitTool(this.flow, this.state, { tool, ...call }, this.values);
  }

  /** The text of the refusal; empty when there is none. */
  refusal(tool: string, call: RequestedCall = {}): string {
    const admission = this.admit(tool, call);
    return admission.ok ? '' : admission.reason;
  }

  /** Calls the tool if it may run; it is under way then. Returns the id of the call, or undefined. */
  start(tool: string, argumentsHash?: string): string | undefined {
    const hash = argumentsHash === undefined ? {} : { argumentsHash };
    if (!this.admit(tool, hash).ok) return undefined;
    const callId = `call-${++this.#calls}`;
    this.input({ type: 'admitted', callId, tool, ...hash });
    return callId;
  }

  end(callId: string | undefined, ok: boolean | undefined): this {
    if (callId !== undefined) this.input({ type: 'toolEnded', callId, ok });
    return this.settle();
  }

  /** Calls the tool and ends the call. Returns whether it ran. */
  call(tool: string, ok = true, argumentsHash?: string): boolean {
    const callId = this.start(tool, argumentsHash);
    this.end(callId, ok);
    return callId !== undefined;
  }

  get active(): readonly string[] {
    return this.state.terminated ? [] : topLayer(this.flow, this.state).marking.active;
  }

  get done(): readonly string[] {
    return this.state.main.done;
  }

  get projection(): FlowProjection {
    return projectFlow(this.flow, this.state, this.values);
  }

  get explanation(): FlowExplanation {
    return explainFlow(this.flow, this.state, this.values);
  }
}
