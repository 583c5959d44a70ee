/** A conversation without a model and without a voice, driven through the same reducer as a live one. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { hearUser } from '../conversation/hear-user.ts';
import { heededAnswers } from '../conversation/heeded-answers.ts';
import type { Fault } from '../fault.ts';
import type { Admission } from '../governor.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import { admitTool } from '../monitor/admission.ts';
import type { FlowEvent, FlowInput, FlowState } from '../monitor/flow-state.ts';
import { initialFlowState, stepFlow } from '../monitor/step-flow.ts';
import { type CalendarTime, calendarTime } from '../recognise/calendar.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import { canonicalText } from './canonical-text.ts';
import { mockEffects } from './mock-effects.ts';
import { PlainState } from './plain-state.ts';
import { turnCounts, userTurn } from './user-turn.ts';

/** A call as a model makes it. */
export interface SimulatedCall {
  readonly tool: string;
  readonly args?: { readonly [name: string]: JsonValue };
  /** What the tool answers when it succeeds. @default what its mock answers */
  readonly response?: JsonValue;
}

/** A call that was let through. `ok` is absent while it is under way. */
export interface SimulatedRun extends SimulatedCall {
  readonly callId: string;
  readonly ok?: boolean;
  /** It succeeds when so many turns have ended. */
  readonly endsAtTurn?: number;
}

export interface SimulatorOptions {
  /** What recognisers take for now: milliseconds since 1970. @default the first of January 2026 */
  readonly nowMs?: number;
}

/** What changes in a simulation besides its state. */
interface Progress {
  readonly marking: FlowState;
  readonly runs: readonly SimulatedRun[];
  readonly turns: number;
  readonly called: boolean;
  readonly calledBefore: boolean;
  /** The user has said something in the turn that ends next. */
  readonly heard: boolean;
  /** What the model has said in it. */
  readonly spoken: string;
}

/** A call as the flow is asked about it. */
export function requested({ tool, args }: SimulatedCall): {
  readonly tool: string;
  readonly args?: { readonly [name: string]: JsonValue };
  readonly argumentsHash?: string;
} {
  return args === undefined ? { tool } : { tool, args, argumentsHash: canonicalText(args) };
}

const NEW_YEAR_2026_MS = 1_767_225_600_000;

/** Time zones are slow to ask. */
const newYearOf = new WeakMap<CompiledConversation, CalendarTime>();

function clockOf(conversation: CompiledConversation | undefined, nowMs: number | undefined): CalendarTime {
  const timeZone = conversation?.document.timeZone ?? 'UTC';
  if (nowMs !== undefined || conversation === undefined) {
    return calendarTime(nowMs ?? NEW_YEAR_2026_MS, timeZone);
  }
  const known = newYearOf.get(conversation) ?? calendarTime(NEW_YEAR_2026_MS, timeZone);
  newYearOf.set(conversation, known);
  return known;
}

/** Holds the marking and the state of one simulated conversation; decides nothing on its own. */
export class FlowSimulator {
  readonly flow: CompiledFlow;
  readonly conversation: CompiledConversation | undefined;
  /** What the flow has told since the beginning, or since this simulation was forked. */
  readonly events: FlowEvent[] = [];
  /** Functions of the application that failed. */
  readonly faults: Fault[] = [];
  /** What the user's clock shows: the simulation takes no time. */
  readonly #clock: CalendarTime;
  readonly #state: PlainState;
  #now: Progress;

  constructor(
    target: CompiledConversation | CompiledFlow,
    options: SimulatorOptions = {},
    from?: FlowSimulator,
  ) {
    this.conversation = 'flow' in target ? target : undefined;
    this.flow = 'flow' in target ? target.flow : target;
    if (from !== undefined) {
      this.#state = from.#state.fork();
      this.#now = from.#now;
      this.#clock = from.#clock;
      return;
    }
    this.#clock = clockOf(this.conversation, options.nowMs);
    this.#state = new PlainState(Object.entries(this.conversation?.state ?? {}));
    const marking = initialFlowState(this.flow);
    this.#now = { marking, runs: [], turns: 0, called: false, calledBefore: false, heard: false, spoken: '' };
    this.#step({ type: 'begin' });
  }

  get marking(): FlowState {
    return this.#now.marking;
  }

  get state(): StateReader & { entries(): readonly (readonly [string, JsonValue])[] } {
    return this.#state;
  }

  /** Every call that was let through, in this order. */
  get runs(): readonly SimulatedRun[] {
    return this.#now.runs;
  }

  /** Another simulation that goes on from here; neither knows of the other. */
  fork(): FlowSimulator {
    return new FlowSimulator(this.conversation ?? this.flow, {}, this);
  }

  /** The user says this, and the turn ends. */
  user(words: string, answers?: { readonly [question: string]: DecisionAnswer }): void {
    this.#turn(words, answers);
  }

  /** The model says this, in the turn that ends next. */
  model(text: string): void {
    const { spoken } = this.#now;
    this.#now = { ...this.#now, spoken: spoken === '' ? text : `${spoken} ${text}` };
  }

  /** The application, or an extractor, writes. */
  set(key: string, value: JsonValue): void {
    this.#state.set(key, value);
  }

  /** A turn ends in which the user said nothing. */
  turn(): void {
    this.#turn(undefined, undefined);
  }

  /** Another turn of the user begins, and questions about it are answered. */
  decide(answers: { readonly [question: string]: DecisionAnswer }): void {
    this.#step({ type: 'callerTurn' });
    this.#step({ type: 'decided', answers });
    this.settle();
    this.#now = { ...this.#now, heard: true };
  }

  interrupt(): void {
    this.#step({ type: 'interrupted' });
  }

  /**
   * Whether the tool may run now; what has become true within the turn counts. Calls nothing. Arguments that are not given
   * are not checked.
   */
  admit(call: SimulatedCall): Admission {
    this.settle();
    return admitTool(this.flow, this.marking, requested(call), this.#state, this.faults);
  }

  /** What is true by now latches, as before every call and after it. */
  settle(): void {
    this.#step({ type: 'settle' });
  }

  /** The model calls the tool; when it is let through, it runs until {@link endCall}, or until so many turns have ended. */
  beginCall(call: SimulatedCall, turns?: number): Admission {
    this.#now = { ...this.#now, called: true };
    const admission = this.admit(call);
    if (!admission.ok) return admission;
    const { runs, turns: ended } = this.#now;
    const callId = `call-${runs.length + 1}`;
    const run = { ...call, callId, ...(turns !== undefined && { endsAtTurn: ended + turns }) };
    this.#now = { ...this.#now, runs: [...runs, run] };
    this.#step({ type: 'admitted', callId, ...requested(call) });
    if (turns === 0) this.#end(run, true, call.response);
    return admission;
  }

  /** The newest call of the tool that is under way ends. False when there is none. */
  endCall(tool: string, ok: boolean, response?: JsonValue): boolean {
    const run = this.runs.findLast((one) => one.tool === tool && one.ok === undefined);
    if (run !== undefined) this.#end(run, ok, response ?? run.response);
    return run !== undefined;
  }

  #end(run: SimulatedRun, ok: boolean, response: JsonValue | undefined): void {
    const { runs } = this.#now;
    this.#now = { ...this.#now, called: true, runs: runs.map((one) => (one === run ? { ...run, ok } : one)) };
    const spec = this.conversation?.tools.find(({ name }) => name === run.tool);
    if (ok && spec !== undefined) this.#state.apply(mockEffects(spec, run.args ?? {}, response));
    this.#step({ type: 'toolEnded', callId: run.callId, ok });
    this.settle();
  }

  #turn(
    words: string | undefined,
    answers: { readonly [question: string]: DecisionAnswer } | undefined,
  ): void {
    const { spoken } = this.#now;
    const counts = turnCounts(words !== undefined || this.#now.heard, this.#now);
    const content = {
      ...(words !== undefined && { words }),
      ...(answers !== undefined && { answers: heededAnswers(this.flow, words ?? '', answers) }),
    };
    for (const act of userTurn({ ...content, ...(spoken !== '' && { spoke: spoken }), counts })) {
      if (act.type === 'input') this.#step(act.input);
      else if (act.type === 'hear') this.#hear(act.words);
      else this.#state.clear('turn:');
    }
    const { turns, called } = this.#now;
    this.#now = {
      ...this.#now,
      heard: false,
      spoken: '',
      turns: turns + 1,
      called: false,
      calledBefore: called,
    };
    for (const run of this.runs) {
      if (run.ok === undefined && run.endsAtTurn === turns + 1) this.#end(run, true, run.response);
    }
  }

  #hear(words: string): void {
    if (this.conversation === undefined) return;
    const { effects } = hearUser(this.conversation, words, this.#state, this.marking, this.#clock);
    this.#state.apply(effects);
  }

  #step(input: FlowInput): void {
    const { state, effects, events, faults } = stepFlow(this.flow, this.marking, input, this.#state);
    this.#state.apply(effects);
    this.#now = { ...this.#now, marking: state };
    this.events.push(...events);
    this.faults.push(...faults);
  }
}
