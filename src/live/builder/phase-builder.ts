import { type PhaseGuard, type PhaseText, transitionAfterPresented } from '../../flow/phases/index.ts';
import type { HookContext, LivePhase } from '../../runtime/live-options.ts';
import type { StateReadAccess } from '../../runtime/state/state-access.ts';
import type { PreparationRun } from '../../runtime/steer/phase-hooks.ts';
import type { DeliveryMode } from '../../runtime/voice/context/context-delivery.ts';
import type { RepromptStage } from '../../runtime/voice/quiet/reprompt.ts';
import { type Named, nameOf } from './named.ts';
import { type PhaseSoFar, PhaseTone } from './phase-tone.ts';

type LiveGuard = PhaseGuard<StateReadAccess>;

/** Describes one phase; {@link PhaseBuilder.done} goes back to the agent. */
export class PhaseBuilder<Parent> extends PhaseTone {
  readonly #parent: Parent;

  /** Use `builder.phase(name)`. */
  constructor(parent: Parent, name: string, changed: (phase: PhaseSoFar) => void) {
    super({ name }, changed);
    this.#parent = parent;
  }

  /** What the model does here: a text, or what makes it from the state. */
  instruction(text: PhaseText<StateReadAccess>): this {
    return this.change({ instruction: text });
  }

  /** The tools that may run here, and no others; none of them without any. Unsaid: all. */
  tools(...tools: ReadonlyArray<string | Named>): this {
    return this.change({ tools: [...(this.phase.tools ?? []), ...tools.map(nameOf)] });
  }

  /** Must hold for a transition to enter. */
  guard(guard: LiveGuard, description?: string): this {
    return this.change({ guard, ...(description !== undefined && { guardDescription: description }) });
  }

  /** A way out. The first that can be taken is taken; its description goes into reasons and refusals. */
  transition(to: string, when: LiveGuard, description?: string): this {
    return this.add('transitions', { to, when, ...(description !== undefined && { description }) });
  }

  /** A way out that is free when `concept` was presented and the user answered: a state key that is true, or a condition. */
  transitionAfterPresented(
    to: string,
    concept: string,
    acknowledged: string | LiveGuard,
    description?: string,
  ): this {
    return this.add('transitions', transitionAfterPresented(to, concept, acknowledged, description));
  }

  /** Keys to gather here: soft, they are asked for. */
  needs(...keys: ReadonlyArray<string | Named>): this {
    return this.add('needs', ...keys.map(nameOf));
  }

  /** Keys without which the phase is not entered. */
  requires(...keys: ReadonlyArray<string | Named>): this {
    return this.add('requires', ...keys.map(nameOf));
  }

  /** Work that may fill required keys. */
  prepare(
    name: string,
    produces: ReadonlyArray<string | Named>,
    run: PreparationRun<HookContext>['run'],
  ): this {
    return this.add('preparations', { name, produces: produces.map(nameOf), run });
  }

  /** What the user is told here: `presented:{concept}` is true once the phase is entered. */
  presents(...concepts: readonly string[]): this {
    return this.add('presents', ...concepts);
  }

  /** Keys that are deleted on entering. */
  clearOnEnter(...keys: ReadonlyArray<string | Named>): this {
    return this.add('clearOnEnter', ...keys.map(nameOf));
  }

  onEnter(hook: NonNullable<LivePhase['onEnter']>): this {
    return this.change({ onEnter: hook });
  }

  onExit(hook: NonNullable<LivePhase['onExit']>): this {
    return this.change({ onExit: hook });
  }

  /** More to tell the model on entering. */
  onEnterContext(hook: NonNullable<LivePhase['enterContext']>): this {
    return this.change({ enterContext: hook });
  }

  /** Ends the phases: nothing leads out. */
  terminal(): this {
    return this.change({ terminal: true });
  }

  /** Only `handle.goToPhase` leads here. */
  external(): this {
    return this.change({ external: true });
  }

  /** The user cannot cut in here. */
  floorHold(): this {
    return this.change({ floorHold: true });
  }

  /** How long the user must be silent here before the turn ends. */
  endOfSpeech(silenceMs: number): this {
    return this.change({ endOfSpeechMs: silenceMs });
  }

  /** What is asked when nobody speaks here. */
  reprompt(stage: RepromptStage): this {
    return this.change({ reprompt: stage });
  }

  /** Inline tools that take longer here cue a filler. */
  fillerAfter(durationMs: number): this {
    return this.change({ fillerAfterMs: durationMs });
  }

  /** When context goes out here. */
  contextDelivery(mode: DeliveryMode): this {
    return this.change({ contextDelivery: mode });
  }

  /** Back to the agent. The phase is in it already: forgetting this loses nothing. */
  done(): Parent {
    return this.#parent;
  }
}
