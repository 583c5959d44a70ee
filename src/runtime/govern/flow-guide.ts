/** The flow of a session: what happens goes in, what follows is written, told and steered (design §5). */

import type { StepTiming } from '../../flow/definition/flow-definition.ts';
import type { RequestedCall } from '../../flow/governor.ts';
import type { DecisionAnswer } from '../../flow/guard/guard.ts';
import type { Admission, Fault, Projection, StateEffect } from '../../flow/index.ts';
import { admitTool } from '../../flow/monitor/admission.ts';
import type { FlowExplanation } from '../../flow/monitor/explain-flow.ts';
import type { FlowMonitor } from '../../flow/monitor/flow-monitor.ts';
import type { FlowEvent, FlowInput, FlowState } from '../../flow/monitor/flow-state.ts';
import { flowMoveReason } from '../../flow/monitor/move-reason.ts';
import type { ToolCall } from '../../flow/monitor/obstacle.ts';
import { own } from '../../flow/monitor/own-entries.ts';
import { onceTools } from '../../flow/monitor/tool-calls.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import { writeEffects } from '../steer/write-effects.ts';
import type { StepAgents } from './step-agents.ts';

export interface FlowGuideHost extends Pick<RuntimeHost, 'emit' | 'report'> {
  readonly state: State;
  readonly write: RuntimeStateWriter;
  readonly turn: () => number;
  /** Masks what state keeps of calls. */
  readonly redact: (value: JsonValue) => JsonValue;
  /** What the active steps say of the voice may have changed. */
  readonly staged: () => void;
  /** What the application does in steps. */
  readonly agents: Pick<StepAgents<never>, 'entered' | 'pendingWriters' | 'close'>;
}

/** One of a session that a flow governs. Everything here is synchronous, and nothing throws. */
export class FlowGuide {
  readonly #host: FlowGuideHost;
  readonly #monitor: FlowMonitor;
  /** What the first steps had to tell, until somebody listens. */
  #untold: FlowEvent[] | undefined = [];
  /** What the last look at a call looked at. */
  #looked: { readonly revision: number; readonly marking: FlowState } | undefined;

  constructor(host: FlowGuideHost, monitor: FlowMonitor) {
    this.#host = host;
    this.#monitor = monitor;
  }

  /** The active steps, joined by `+`. */
  get position(): string {
    return this.#monitor.position;
  }

  get timing(): StepTiming {
    return this.#monitor.timing;
  }

  /** Where the conversation is: plain JSON. */
  get state(): FlowState {
    return this.#monitor.state;
  }

  /** Before {@link setup}: goes on where another process was. Nothing of it is told again. */
  restore(state: FlowState): void {
    this.#monitor.restore(state);
    this.#untold = undefined;
  }

  /** Before connecting: the first steps are active, and the setup can speak of them. */
  setup(): void {
    if (this.#untold !== undefined) this.#apply({ type: 'begin' });
  }

  /** Once, when the session is active: what the first steps lead to begins. */
  begin(): void {
    const untold = this.#untold;
    this.#untold = undefined;
    if (untold !== undefined) this.#tell(untold, '', true);
  }

  /** A turn is over. Returns whether anything moved. */
  turn(counts: boolean): boolean {
    return this.#apply({ type: 'turn', counts });
  }

  /** State may have changed. Returns whether anything moved. */
  settle(): boolean {
    return this.#apply({ type: 'settle' });
  }

  callerTurn(): void {
    this.#apply({ type: 'callerTurn' });
  }

  decided(answers: { readonly [question: string]: DecisionAnswer }): void {
    this.#apply({ type: 'decided', answers });
  }

  interrupted(): void {
    this.#apply({ type: 'interrupted' });
  }

  /** What the model said in the turn that ends, as it was heard. */
  spoke(text: string): void {
    this.#apply({ type: 'spoke', text });
  }

  /** Whether a call may run as things stand now. Nothing is reserved. Where the flow only observes, that refuses nothing. */
  probe(tool: string, call: RequestedCall): Admission {
    this.settle();
    this.#noteLook();
    const admission = this.#admission(tool, call);
    return this.#monitor.mode === 'observe' ? { ok: true } : admission;
  }

  /** The last word on a call: what is admitted is reserved, what is refused is noted. */
  decide(tool: string, call: RequestedCall & { readonly callId: string }): Admission {
    const { redact, state, write } = this.#host;
    this.#lookAgain();
    const admission = this.#admission(tool, call);
    const { callId, args = {}, argumentsHash } = call;
    const noted = { callId, tool, args: redact(args) };
    if (!admission.ok) {
      write.set('flow:toolDenied', { ...noted, reason: admission.reason });
      if (this.#monitor.mode === 'enforce') return admission;
    }
    const violation = admission.ok ? undefined : this.#monitor.violation({ tool, ...call }, state);
    write.set('flow:toolCall', noted);
    this.#apply({
      type: 'admitted',
      callId,
      tool,
      ...(argumentsHash !== undefined && { argumentsHash }),
      ...(violation !== undefined && { violation }),
    });
    this.#noteLook();
    return { ok: true };
  }

  /** Whether a call that was let through, and has not run, would be let through now. */
  stillAdmits(tool: string, call: RequestedCall & { readonly callId: string }): Admission {
    if (this.#monitor.mode === 'observe') return { ok: true };
    this.#lookAgain();
    const admission = this.#admission(tool, { ...call, isAdmitted: true });
    if (!admission.ok) {
      const { redact, write } = this.#host;
      const { callId, args = {} } = call;
      write.set('flow:toolDenied', { callId, tool, args: redact(args), reason: admission.reason });
    }
    return admission;
  }

  /**
   * A call has ended: with success, with failure, or without having run. What it did, or wrote, counts at once.
   * @param isUnknown whether a failure may have taken effect all the same
   */
  toolEnded(callId: string, tool: string, ok: boolean | undefined, isUnknown?: true): void {
    if (own(this.#monitor.state.open, callId)?.tool !== tool) return;
    // A failure that is none for certain is no result that a scenario could repeat.
    if (ok !== undefined && !isUnknown) this.#host.write.set('flow:toolResult', { callId, tool, ok });
    this.#apply({ type: 'toolEnded', callId, ok, ...(isUnknown && { isUnknown }) });
    this.settle();
  }

  /** Whether a call is under way that keeps every other of its tool from running. */
  isOnceOpen(callId: string): boolean {
    const { flow, state } = this.#monitor;
    const open = own(state.open, callId);
    return open !== undefined && onceTools(flow).includes(open.tool);
  }

  /** Resolves when the work of steps that may write one of these keys is over; undefined when there is none. */
  pendingWork(keys: readonly string[]): Promise<unknown> | undefined {
    return this.#host.agents.pendingWriters(keys);
  }

  project(): Projection {
    return this.#monitor.project(this.#host.state);
  }

  explain(): FlowExplanation {
    return this.#monitor.explain(this.#host.state);
  }

  close(): void {
    this.#host.agents.close();
  }

  /** What has not changed since the last look is not looked at again: each look may begin another digression. */
  #lookAgain(): void {
    const { revision, marking } = this.#looked ?? {};
    if (revision !== this.#host.state.revision || marking !== this.#monitor.state) this.settle();
    this.#noteLook();
  }

  #noteLook(): void {
    this.#looked = { revision: this.#host.state.revision, marking: this.#monitor.state };
  }

  #admission(tool: string, call: Omit<ToolCall, 'tool'>): Admission {
    const { flow, state } = this.#monitor;
    return admitTool(flow, state, { tool, ...call }, this.#host.state);
  }

  #apply(input: FlowInput): boolean {
    const { report, state, write } = this.#host;
    const from = this.#monitor.position;
    const { effects, events, faults } = this.#monitor.apply(input, state);
    reportFaults(report, faults);
    this.#write(write, effects);
    if (this.#untold !== undefined) this.#untold.push(...events);
    else this.#tell(events, from);
    return events.length > 0 || this.#monitor.position !== from;
  }

  /** What the schema of the application refuses keeps nothing else from being written. */
  #write(write: RuntimeStateWriter, effects: readonly StateEffect[]): void {
    for (const effect of effects) {
      try {
        writeEffects(write, [effect]);
      } catch (cause) {
        const text = `The state refused what the flow wrote as ${effect.key}: see the cause.`;
        this.#host.report(new RuntimeError('stateValueInvalid', text, { cause }));
      }
    }
  }

  #tell(events: readonly FlowEvent[], from: string, isFirst = false): void {
    const { agents, emit, staged, turn } = this.#host;
    const to = this.#monitor.position;
    for (const event of events) {
      if (event.type === 'violation' || event.type === 'verbatimChecked') emit(event);
    }
    if (to !== from) {
      const reason = flowMoveReason(events, this.#monitor.flow, turn(), isFirst);
      emit({ type: 'phaseTransition', from, to, reason });
      staged();
    }
    for (const event of events) if (event.type === 'stepEntered') agents.entered(event.step);
  }
}

function reportFaults(report: RuntimeHost['report'], faults: readonly Fault[]): void {
  for (const { where, cause } of faults) {
    const text = `${where} failed and counts as false or empty: see the cause.`;
    report(new RuntimeError('guardFailed', text, { cause }));
  }
}
