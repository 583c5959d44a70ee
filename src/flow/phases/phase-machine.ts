/** The governor of phases: one phase at a time, moved by guards on the state (spec: control §4). */
import { didYouMean } from '../closest-name.ts';
import { attempt, type Fault } from '../fault.ts';
import type {
  Admission,
  Advance,
  Entry,
  Governor,
  GovernorContext,
  Move,
  Projection,
  Repair,
} from '../governor.ts';
import { afterEffects, missingKeys, type StateEffect } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import { evaluate, guardName, requirements } from './evaluate.ts';
import { explainPhase, type PhaseExplanation } from './explain-phase.ts';
import { renderModifier } from './modifier.ts';
import { navigationText } from './navigation.ts';
import { countTurn, FRESH_REPAIR, lowerFlags, NO_REPAIR, type RepairState } from './needs-repair.ts';
import type { PhaseText } from './phase.ts';
import type { Phase, PhaseGraph } from './phase-graph.ts';
import {
  MAX_PHASE_HISTORY,
  type PhasePlace,
  type PhaseTrigger,
  type PhaseVisit,
  remember,
} from './phase-history.ts';
import { admitTool } from './phase-tools.ts';

/** The outcome of `goTo`: `refused` when there is no such phase, or the present one is terminal. */
export type PhaseJump = Advance | { readonly type: 'refused'; readonly reason: string };

/**
 * Where one conversation is. Before the first `advance` (or `goTo`) it is nowhere; the initial phase is then entered
 * like any other, but without asking its guard and requirements: a conversation must begin somewhere.
 */
export class PhaseMachine implements Governor {
  readonly #graph: PhaseGraph;
  #phase: Phase | undefined;
  #enteredAtMs = 0;
  #enteredInTurn = 0;
  /** Made when it is asked for; gone when it is no longer true. */
  #place: PhasePlace | undefined;
  #history: readonly PhaseVisit[] = [];
  #repair: RepairState = FRESH_REPAIR;
  #navigation = '';

  constructor(graph: PhaseGraph) {
    this.#graph = graph;
  }

  get position(): string {
    return this.#phase?.name ?? '';
  }

  /** The last 100 moves, oldest first; the entry into the first phase is one. */
  get history(): readonly PhaseVisit[] {
    return this.#history;
  }

  /** What {@link restore} takes; undefined before the first phase. The same object as long as nothing changes. */
  get place(): PhasePlace | undefined {
    if (this.#phase === undefined) return undefined;
    this.#place ??= {
      name: this.#phase.name,
      enteredAtMs: this.#enteredAtMs,
      enteredInTurn: this.#enteredInTurn,
      repair: this.#repair,
      navigation: this.#navigation,
    };
    return this.#place;
  }

  /** Goes on where another machine of the same phases was. False, and nothing is changed, where there is no such phase. */
  restore(place: PhasePlace, history: readonly PhaseVisit[]): boolean {
    const phase = this.#graph.phases.get(place.name);
    if (phase === undefined) return false;
    this.#phase = phase;
    this.#enteredAtMs = place.enteredAtMs;
    this.#enteredInTurn = place.enteredInTurn;
    this.#repair = place.repair;
    this.#navigation = place.navigation;
    this.#history = history.slice(-MAX_PHASE_HISTORY);
    this.#place = place;
    return true;
  }

  advance(context: GovernorContext): Advance {
    if (this.#phase === undefined) {
      return this.#moveTo(this.#graph.initial, { type: 'initial' }, 'initial phase', context, []);
    }
    const faults: Fault[] = [];
    const phase = this.#phase;
    const evaluation = evaluate(this.#graph, phase, context, faults);
    if (evaluation.type === 'none') {
      return { type: 'stay', effects: this.#refreshNavigation(context.state), faults };
    }
    const { index, target } = evaluation;
    if (evaluation.type === 'lacking') {
      const { missing, preparations } = evaluation;
      const effects = this.#refreshNavigation(context.state);
      return { type: 'blocked', to: target.name, missing, preparations, effects, faults };
    }
    const description = phase.transitions[index]?.description;
    const trigger: PhaseTrigger = {
      type: 'guard',
      index: index + 1,
      ...(description !== undefined && { description }),
    };
    return this.#moveTo(target, trigger, guardName(phase, index), context, faults);
  }

  /**
   * A move that the application orders, from any phase that is not terminal, along a transition or not. The guard of
   * `target` is not asked; what it requires is: without it the answer is `blocked`, and nothing has moved.
   *
   * @param source who orders it: the reason of the move names it.
   */
  goTo(target: string, source: string, context: GovernorContext): PhaseJump {
    const phase = this.#graph.phases.get(target);
    if (phase === undefined) {
      const hint = didYouMean(target, this.#graph.phases.keys());
      return { type: 'refused', reason: `There is no phase "${target}".${hint}` };
    }
    if (this.#phase?.terminal === true) {
      return { type: 'refused', reason: `"${this.#phase.name}" is terminal: nothing leads out of it.` };
    }
    const lacking = requirements(phase, context);
    if (lacking === undefined) {
      return this.#moveTo(phase, { type: 'goTo', source }, `goTo by ${source}`, context, []);
    }
    const { missing, preparations } = lacking;
    return { type: 'blocked', to: target, missing, preparations, effects: [], faults: [] };
  }

  /** Counts a turn against the phase's needs; the turn that entered the phase does not count. */
  repair(context: GovernorContext): Repair {
    const { repair: thresholds } = this.#graph;
    if (this.#phase === undefined || thresholds === undefined || context.turn === this.#enteredInTurn) {
      return NO_REPAIR;
    }
    const missing = missingKeys(context.state, this.#phase.needs);
    const counted = countTurn(this.#repair, missing, thresholds);
    this.#repair = counted.state;
    this.#place = undefined;
    return counted.repair;
  }

  admit(tool: string, state: StateReader): Admission {
    if (this.#phase !== undefined) return admitTool(this.#graph, this.#phase, tool, state);
    const reason = `The conversation has not begun: "${tool}" did not run, do not say or imply that it did.`;
    return { ok: false, reason, needs: [] };
  }

  enter(state: StateReader): Entry {
    const phase = this.#phase;
    const faults: Fault[] = [];
    if (phase === undefined) return { context: [], prompt: false, faults };
    const text = resolveText(phase.enterPrompt, state, `phases.${phase.name}.enterPrompt`, faults);
    return { context: text === undefined ? [] : [text], prompt: phase.promptOnEnter, faults };
  }

  project(state: StateReader): Projection {
    const phase = this.#phase;
    const faults: Fault[] = [];
    if (phase === undefined) {
      return { instruction: undefined, modifiers: [], context: [], offeredTools: null, faults };
    }
    const path = `phases.${phase.name}`;
    const view = {
      state,
      missing: missingKeys(state, phase.needs),
      navigation: (): string => navigationText(this.#graph, phase, this.#history, state),
    };
    return {
      instruction: resolveText(phase.instruction, state, `${path}.instruction`, faults),
      modifiers: phase.modifiers
        .map((modifier, index) => renderModifier(modifier, view, `${path}.modifiers[${index}]`, faults))
        .filter((text) => text.trim() !== ''),
      context: [],
      offeredTools: phase.tools,
      faults,
    };
  }

  explain(state: StateReader): PhaseExplanation | undefined {
    return this.#phase && explainPhase(this.#graph, this.#phase, this.#history, state);
  }

  #moveTo(
    target: Phase,
    trigger: PhaseTrigger,
    reason: string,
    context: GovernorContext,
    faults: readonly Fault[],
  ): Advance {
    const { state, turn, nowMs } = context;
    const from = this.position;
    const effects: StateEffect[] = [
      ...target.clearOnEnter.map((key): StateEffect => ({ type: 'delete', key })),
      ...target.presents.map((concept): StateEffect => {
        return { type: 'set', key: `presented:${concept}`, value: true };
      }),
      { type: 'set', key: 'session:phase', value: target.name },
      { type: 'set', key: 'session:phaseNeeds', value: target.needs },
      { type: 'set', key: 'session:phaseRequires', value: target.requires },
      ...lowerFlags(this.#repair),
    ];
    const durationMs = from === '' ? 0 : nowMs - this.#enteredAtMs;
    this.#history = remember(this.#history, {
      from,
      to: target.name,
      turn,
      atMs: nowMs,
      trigger,
      durationMs,
    });
    this.#phase = target;
    this.#enteredAtMs = nowMs;
    this.#enteredInTurn = turn;
    this.#repair = FRESH_REPAIR;
    this.#place = undefined;
    effects.push(...this.#refreshNavigation(state, afterEffects(state, effects)));
    const move: Move = { from, to: target.name, reason: `${reason} at turn ${turn}` };
    return { type: 'move', move, effects, faults };
  }

  /** The navigation text, when it has changed. */
  #refreshNavigation(state: StateReader, soon = state): readonly StateEffect[] {
    if (this.#phase === undefined) return [];
    const text = navigationText(this.#graph, this.#phase, this.#history, state, soon);
    if (text === this.#navigation) return [];
    this.#navigation = text;
    this.#place = undefined;
    return [{ type: 'set', key: 'session:navigationContext', value: text }];
  }
}

function resolveText(
  text: PhaseText | undefined,
  state: StateReader,
  where: string,
  faults: Fault[],
): string | undefined {
  const resolved = typeof text === 'function' ? attempt(() => text(state), '', where, faults) : text;
  return typeof resolved === 'string' && resolved.trim() !== '' ? resolved : undefined;
}
