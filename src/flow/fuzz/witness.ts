/** Watches a simulation and remembers what promises are about, apart from the flow's own marking. */
import { equivalent } from '../equivalence.ts';
import type { DecisionAnswer, Guard, GuardFacts } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import { topLayer } from '../monitor/layers.ts';
import { canonicalText } from '../scenario/canonical-text.ts';
import type { FlowSimulator, SimulatedCall } from '../scenario/flow-simulator.ts';
import { answersOf } from '../scenario/play-step.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { Invariant } from './invariant.ts';

interface Memory {
  readonly answers: { readonly [question: string]: DecisionAnswer };
  /** What the model has said in the turn that has not ended. */
  readonly saying: string;
  /** By promise: the text was said; the step was done. */
  readonly fulfilled: ReadonlySet<Invariant>;
  /** By promise: the arguments that were let through while its condition held. */
  readonly agreed: ReadonlyMap<Invariant, string>;
  readonly runs: number;
}

/** What was seen so far; another one after each step. */
export class Witness {
  readonly #invariants: readonly Invariant[];
  readonly #seen: Memory;

  constructor(invariants: readonly Invariant[], seen?: Memory) {
    this.#invariants = invariants;
    this.#seen = seen ?? { answers: {}, saying: '', fulfilled: new Set(), agreed: new Map(), runs: 0 };
  }

  /** After a step was played. */
  after(step: ScenarioStep, simulator: FlowSimulator): Witness {
    const { saying } = this.#seen;
    const said = typeof step === 'object' && 'model' in step ? `${saying} ${step.model}` : saying;
    const isOver = step === 'turn' || (typeof step === 'object' && ('user' in step || 'toolOk' in step));
    const answers = answersAfter(step, simulator, this.#seen.answers);
    const facts = factsOf(simulator, answers);
    const fulfilled = this.#invariants.filter(
      (one) =>
        this.#seen.fulfilled.has(one) ||
        ('said' in one && isOver && plain(said).includes(plain(one.said))) ||
        ('beforeStep' in one && simulator.marking.main.done.includes(one.beforeStep[0])),
    );
    const agreed = new Map<Invariant, string>();
    for (const one of this.#invariants) {
      if (!('sameArguments' in one) || !isHeld(one.while, facts)) continue;
      const runs = simulator.runs.slice(this.#seen.runs).filter(({ tool }) => tool === one.sameArguments);
      const text = this.#seen.agreed.get(one) ?? (runs[0] && canonicalText(runs[0].args ?? {}));
      if (text !== undefined) agreed.set(one, text);
    }
    return new Witness(this.#invariants, {
      answers,
      saying: isOver ? '' : said,
      fulfilled: new Set(fulfilled),
      agreed,
      runs: simulator.runs.length,
    });
  }

  /** What of it makes a difference to promises, as a text. */
  get key(): string {
    const { agreed, fulfilled } = this.#seen;
    return this.#invariants.map((one) => (fulfilled.has(one) ? '1' : (agreed.get(one) ?? ''))).join();
  }

  /** Which conditions hold, as a text. */
  truths(guards: readonly Guard[], simulator: FlowSimulator): string {
    const facts = factsOf(simulator, this.#seen.answers);
    return guards.map((guard) => (isHeld(guard, facts) ? '1' : '0')).join('');
  }

  /** A condition as promises ask it. */
  holds(guard: Guard, simulator: FlowSimulator): boolean {
    return isHeld(guard, factsOf(simulator, this.#seen.answers));
  }

  /** Whether the marking, as it stands, breaks the promise: one about the order of steps. */
  isBrokenHere(one: Invariant, { marking }: FlowSimulator): boolean {
    if (!('beforeStep' in one) || this.#seen.fulfilled.has(one)) return false;
    const { active, done } = marking.main;
    return active.includes(one.beforeStep[1]) || done.includes(one.beforeStep[1]);
  }

  /** Whether the promise is broken if this call is let through now. The simulation was settled. */
  isBrokenBy(one: Invariant, call: SimulatedCall, simulator: FlowSimulator): boolean {
    if ('neverRuns' in one) return !this.holds(one.unless, simulator);
    if ('atMostOnce' in one) {
      return simulator.runs.some(({ tool, ok }) => tool === call.tool && ok !== false);
    }
    if ('bound' in one) {
      const { argument, stateKey } = one.bound;
      const args = call.args ?? {};
      const given = Object.hasOwn(args, argument) ? args[argument] : undefined;
      return given !== undefined && !equivalent(given, simulator.state.get(stateKey) ?? null);
    }
    if ('sameArguments' in one) {
      const agreed = this.#seen.agreed.get(one);
      return (
        agreed !== undefined && agreed !== canonicalText(call.args ?? {}) && this.holds(one.while, simulator)
      );
    }
    if ('said' in one) return !this.#seen.fulfilled.has(one);
    if (!('deniedDuring' in one)) return false;
    const { active } = topLayer(simulator.flow, simulator.marking).marking;
    return active.includes(one.deniedDuring[0]);
  }
}

function answersAfter(
  step: ScenarioStep,
  simulator: FlowSimulator,
  answers: Memory['answers'],
): Memory['answers'] {
  if (typeof step === 'string') return answers;
  if ('user' in step) return {};
  return 'decide' in step ? answersOf(simulator, step.decide) : answers;
}

function factsOf(simulator: FlowSimulator, answers: Memory['answers']): GuardFacts {
  const { marking, runs, state } = simulator;
  return {
    state,
    isDone: (step) => marking.main.done.includes(step),
    calls: (tool) => runs.filter((run) => run.tool === tool && run.ok === true).length,
    answer: (question) => (Object.hasOwn(answers, question) ? answers[question] : undefined),
  };
}

function isHeld(guard: Guard, facts: GuardFacts): boolean {
  return holds(guard, facts, [], 'invariants');
}

/** Words alone. */
function plain(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}
