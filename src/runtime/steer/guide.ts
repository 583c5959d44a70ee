/** Where the conversation is, and what the model is told of it: governor, hooks and steering as one (design §4, §5). */
import type {
  Admission,
  Advance,
  Fault,
  Move,
  Projection,
  RequestedCall,
  StateEffect,
} from '../../flow/index.ts';
import type { FlowExplanation } from '../../flow/monitor/explain-flow.ts';
import type { PhaseExplanation, PhaseMachine, PhasePlace, PhaseVisit } from '../../flow/phases/index.ts';
import type { FlowGuide } from '../govern/flow-guide.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import type { DeliveryMode } from '../voice/context/context-delivery.ts';
import { mergeProjections } from './merge-projections.ts';
import type { PhaseHooks } from './phase-hooks.ts';
import type { EntryContext } from './plan-delivery.ts';
import type { SteeredSetup, Steering } from './steering.ts';
import { writeEffects } from './write-effects.ts';

export interface GuideHost<Context> extends RuntimeHost {
  readonly state: State;
  readonly write: RuntimeStateWriter;
  /** What hooks are given. */
  readonly hookContext: () => Context;
  /** The conversation has come to another place: `phaseTransition` was told. */
  readonly moved: (place: string) => void;
  /** What the present place says about delivery. */
  readonly deliveryHere: () => DeliveryMode | undefined;
  /** True while the model has the turn: what goes out now must not cut it off. */
  readonly modelInTurn: () => boolean;
  /** The model is about to answer words that were sent as text. */
  readonly answerDue: () => boolean;
}

export interface GuideParts<Context> {
  readonly machine: PhaseMachine | undefined;
  readonly hooks: PhaseHooks<Context> | undefined;
  readonly flow: FlowGuide | undefined;
  readonly steering: Steering;
}

/** Why the conversation stands where it stands: what its flow says, with its phases beside it; or its phases alone. */
export type Explanation =
  | ({ readonly type: 'flow'; readonly phases?: PhaseExplanation } & FlowExplanation)
  | ({ readonly type: 'phases' } & PhaseExplanation);

const NOWHERE: Projection = {
  instruction: undefined,
  modifiers: [],
  context: [],
  offeredTools: null,
  faults: [],
};

/** One of a session that has phases, a flow, or an instruction that changes. Of both phases come first. */
export class Guide<Context> {
  readonly #host: GuideHost<Context>;
  readonly #parts: GuideParts<Context>;
  /** What places that were entered have to say, until the next {@link steer}. */
  #entry: EntryContext | undefined;
  #first: Move | undefined;
  #nudge: { readonly text: string; readonly prompt: boolean } | undefined;

  constructor(host: GuideHost<Context>, parts: GuideParts<Context>) {
    this.#host = host;
    this.#parts = parts;
  }

  /** The present place: the phase, else the active steps of the flow; empty where nothing governs. */
  get position(): string {
    return this.#parts.machine?.position ?? this.#parts.flow?.position ?? '';
  }

  get flow(): FlowGuide | undefined {
    return this.#parts.flow;
  }

  /** The last moves, oldest first. */
  get history(): readonly PhaseVisit[] {
    return this.#parts.machine?.history ?? [];
  }

  /** Where the phases are; undefined where there are none. */
  get place(): { readonly place: PhasePlace; readonly visits: readonly PhaseVisit[] } | undefined {
    const { machine } = this.#parts;
    return machine?.place && { place: machine.place, visits: machine.history };
  }

  /** Before {@link setup}: the phases go on where another process was. False where there is no such phase. */
  restorePhase(place: PhasePlace, visits: readonly PhaseVisit[]): boolean {
    return this.#parts.machine?.restore(place, visits) ?? false;
  }

  /** Before connecting: enters the first place, so that the setup already speaks of it. Its hooks run at {@link begin}. */
  setup(): SteeredSetup {
    const { machine } = this.#parts;
    const advance = machine?.position === '' ? machine.advance(this.#context(0)) : undefined;
    if (advance !== undefined) this.#takeIn(advance);
    if (advance?.type === 'move') this.#first = advance.move;
    this.#parts.flow?.setup();
    return this.#parts.steering.connect(this.#host.state, this.#project());
  }

  /** Once, when the session is active: the hooks of the first place run, and it is told. */
  begin(): void {
    const { notice } = this.#parts.steering.choice;
    if (notice !== undefined) this.#host.report(new RuntimeError('invalidOptions', notice));
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) this.#arrive(first, () => {});
    this.#parts.flow?.begin();
    const told = this.#entry !== undefined && (this.#entry.prompt || this.#entry.context.length > 0);
    if (told || this.#parts.flow !== undefined) this.steer();
    this.#entry = undefined;
  }

  /**
   * Looks at the state; phases move at most once. Returns whether anything moved.
   * @param boundary given when the turn has ended
   */
  advance(turn: number, boundary?: { readonly counts: boolean }): boolean {
    const { machine, hooks, flow } = this.#parts;
    const moved =
      machine !== undefined &&
      this.#carryOut(machine.advance({ ...this.#context(turn), spent: hooks?.spent }));
    const flowed = boundary === undefined ? flow?.settle() : flow?.turn(boundary.counts);
    return moved || flowed === true;
  }

  /** Goes where the application says. False when that cannot be; the reason is reported. */
  goTo(place: string, source: string, turn: number): boolean {
    const jump = this.#parts.machine?.goTo(place, source, this.#context(turn));
    if (jump === undefined || jump.type === 'refused') {
      const reason = jump?.reason ?? 'The session has no phases.';
      this.#host.report(new RuntimeError('invalidArgument', `goTo("${place}") was refused: ${reason}`));
      return false;
    }
    return this.#carryOut(jump);
  }

  /** Counts a turn in which the user spoke against what the place needs. */
  countTurn(turn: number): void {
    const repair = this.#parts.machine?.repair(this.#context(turn));
    if (repair === undefined) return;
    this.#takeIn(repair);
    this.#nudge = repair.nudge === undefined ? undefined : { text: repair.nudge, prompt: repair.prompt };
  }

  /** Whether a call may run as things stand now; nothing is reserved. */
  probe(tool: string, call: RequestedCall): Admission {
    const admission = this.#parts.machine?.admit(tool, this.#host.state) ?? { ok: true };
    return admission.ok ? (this.#parts.flow?.probe(tool, call) ?? admission) : admission;
  }

  /** The last word on a call. */
  admit(tool: string, call: RequestedCall & { readonly callId: string }): Admission {
    const admission = this.#parts.machine?.admit(tool, this.#host.state) ?? { ok: true };
    return admission.ok ? (this.#parts.flow?.decide(tool, call) ?? admission) : admission;
  }

  explain(): Explanation | undefined {
    const { flow, machine } = this.#parts;
    const phases = machine?.explain(this.#host.state);
    if (flow === undefined) return phases && { type: 'phases', ...phases };
    return { type: 'flow', ...flow.explain(), ...(phases && { phases }) };
  }

  /** Tells the model what is new. While it has the turn nothing is sent: the boundary will. */
  steer(): void {
    const { answerDue, deliveryHere, modelInTurn, state } = this.#host;
    if (modelInTurn()) return;
    // Context would cut the answer off that is to come; configuration does not.
    if (answerDue()) return this.beforeToolResponse();
    this.#parts.steering.steer({
      state,
      projection: this.#project(),
      entry: this.#entry,
      nudge: this.#nudge,
      delivery: deliveryHere(),
    });
    this.#entry = undefined;
    this.#nudge = undefined;
  }

  beforeToolResponse(): void {
    this.#parts.steering.beforeToolResponse(this.#host.state, this.#project());
  }

  /** A new base instruction; the next {@link steer} sends it. */
  setInstruction(instruction: string): void {
    this.#parts.steering.setBase(instruction);
  }

  /** The model knows no more than the setup told it; the next {@link steer} tells the rest again. */
  recall(): void {
    this.#parts.steering.restart();
  }

  close(): void {
    this.#parts.hooks?.close();
    this.#parts.flow?.close();
  }

  #carryOut(advance: Advance): boolean {
    if (advance.type === 'move') {
      this.#reportFaults(advance.faults);
      this.#arrive(advance.move, () => writeEffects(this.#host.write, advance.effects));
      return true;
    }
    this.#takeIn(advance);
    if (advance.type === 'blocked') this.#parts.hooks?.prepare(advance, this.#host.hookContext());
    return false;
  }

  #arrive(move: Move, write: () => void): void {
    const { machine, hooks } = this.#parts;
    const context = this.#host.hookContext();
    if (hooks === undefined) write();
    else hooks.run(move, context, write);
    this.#host.emit({ type: 'phaseTransition', ...move });
    const entry = machine?.enter(this.#host.state);
    this.#reportFaults(entry?.faults ?? []);
    this.#entry = {
      context: [...(entry?.context ?? []), ...(hooks?.enterContext(move.to, context) ?? [])],
      prompt: entry?.prompt ?? false,
    };
    this.#nudge = undefined;
    this.#host.moved(move.to);
  }

  #context(turn: number): { readonly state: State; readonly turn: number; readonly nowMs: number } {
    return { state: this.#host.state, turn, nowMs: this.#host.clock.nowMs() };
  }

  #project(): Projection {
    const place = this.#parts.machine?.project(this.#host.state) ?? NOWHERE;
    const flow = this.#parts.flow?.project();
    const projection = flow === undefined ? place : mergeProjections(place, flow);
    this.#reportFaults(projection.faults);
    return projection;
  }

  #takeIn({
    effects,
    faults,
  }: {
    readonly effects: readonly StateEffect[];
    readonly faults: readonly Fault[];
  }): void {
    this.#reportFaults(faults);
    writeEffects(this.#host.write, effects);
  }

  #reportFaults(faults: readonly Fault[]): void {
    for (const { where, cause } of faults) {
      const text = `${where} failed and counts as false or empty: see the cause.`;
      this.#host.report(new RuntimeError('guardFailed', text, { cause }));
    }
  }
}
