/** Tells the model where the conversation is: what to do, what is so, which tools there are (design §4; control §5). */
import { attempt, type Fault } from '../../flow/fault.ts';
import type { Projection, StateEffect } from '../../flow/index.ts';
import type { ContextChange, ModelProfile, Tool } from '../../wire/index.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { StateReadAccess } from '../state/state-access.ts';
import type { ContextDelivery, DeliveryMode } from '../voice/context/context-delivery.ts';
import { composeInstruction, join } from './compose-instruction.ts';
import { functionNames, offeredTools } from './declared-tools.ts';
import {
  type DeliveryPlan,
  type EntryContext,
  instructionTurn,
  lineOf,
  planDelivery,
  type Standing,
} from './plan-delivery.ts';
import { chooseSteering, type SteeringChoice, type SteeringMode } from './steering-choice.ts';

/** Makes a piece of the instruction from the state; undefined or blank means nothing. */
export type InstructionFunction = (state: StateReadAccess) => string | undefined;

export interface SteeringOptions {
  readonly profile: ModelProfile;
  /** Default: what the model does best; see {@link chooseSteering}. */
  readonly mode?: SteeringMode | undefined;
  /** When context turns go out. Default `immediate`. */
  readonly delivery?: DeliveryMode | undefined;
  /** The instruction of the whole session. */
  readonly instruction?: string | undefined;
  /** Every tool of the session. Default none. */
  readonly tools?: readonly Tool[] | undefined;
  /** False leaves out the line that names the tools of a new phase. Default true. */
  readonly toolAdvisory?: boolean | undefined;
  /** Appended to the instruction, at every boundary anew. */
  readonly amendment?: InstructionFunction | undefined;
  /** Replaces the whole instruction when it returns a text. */
  readonly template?: InstructionFunction | undefined;
}

/** What steering is given: two ways to the wire, and where it tells what it did. */
export interface SteeringHost extends Pick<RuntimeHost, 'report'> {
  /** `SessionHandle.updateInstruction`. */
  readonly sendInstruction: (instruction: string) => void;
  /** `SessionHandle.updateContext`. */
  readonly sendContext: (change: ContextChange) => void;
  /** `pending`: something that was delivered is still waiting. */
  readonly delivery: ContextDelivery & { readonly pending: boolean };
  /** Writes runtime keys: `session:declaredTools`. */
  readonly write: (effects: readonly StateEffect[]) => void;
}

/** What happened since the last boundary. */
export interface SteeringBoundary {
  readonly state: StateReadAccess;
  readonly projection: Projection;
  /** Given exactly when a place was entered. */
  readonly entry?: EntryContext | undefined;
  readonly nudge?: { readonly text: string; readonly prompt: boolean } | undefined;
  /** What the present place asks for instead of the session's setting. */
  readonly delivery?: DeliveryMode | undefined;
}

/** What of the setup is steering's to say. */
export interface SteeredSetup {
  readonly systemInstruction?: string;
  readonly tools: readonly Tool[];
}

const NOTHING: Standing = {
  instruction: '',
  known: new Set(),
  wanted: new Set(),
  entry: [],
  advisory: '',
  tools: [],
};
/** A batch that still waits is replaced by the next one. */
const TAG = 'steering';

/** Remembers what the model was told, and tells it only what is new. One for a session. */
export class Steering {
  readonly #choice: SteeringChoice;
  readonly #options: SteeringOptions;
  readonly #host: SteeringHost;
  readonly #tools: readonly Tool[];
  #base: string | undefined;
  #standing: Standing;
  /** What {@link connect} told. */
  #setup: Standing = NOTHING;

  constructor(options: SteeringOptions, host: SteeringHost) {
    this.#choice = chooseSteering(options.profile, options.mode);
    this.#options = options;
    this.#host = host;
    this.#tools = options.tools ?? [];
    this.#base = options.instruction;
    this.#standing = NOTHING;
  }

  /** The mode in force, and a notice when it is not the one that was asked for. */
  get choice(): SteeringChoice {
    return this.#choice;
  }

  /** The system instruction that the model has. */
  get instruction(): string {
    return this.#standing.instruction;
  }

  /** Names of the functions that are declared (in modes other than `contextUpdate`: that make sense) now. */
  get declaredTools(): readonly string[] {
    return this.#standing.tools;
  }

  /**
   * Before a connection that begins a conversation: the first place is already in the setup, so no message is needed to
   * steer the first reply. Forgets what an earlier connection was told.
   */
  connect(state: StateReadAccess, projection: Projection): SteeredSetup {
    const { mode, turns } = this.#choice;
    const composed = composeInstruction(this.#choice, this.#parts(state, projection));
    const facts = turns === 'withText' ? [...projection.modifiers, ...projection.context] : [];
    const systemInstruction = join([composed.system, composed.injected, ...facts]);
    const offered = offeredTools(this.#tools, projection.offeredTools);
    const told = [
      ...(composed.injected === '' ? [] : [instructionTurn(this.#choice, composed.injected)]),
      ...facts.map((text) => ({ role: 'model' as const, parts: [{ text }] })),
    ];
    const known = new Set(told.flatMap((turn) => lineOf(turn) ?? []));
    this.#standing = {
      ...NOTHING,
      instruction: composed.system,
      known,
      wanted: known,
      tools: functionNames(offered),
    };
    this.#setup = this.#standing;
    this.#publishTools();
    return {
      ...(systemInstruction !== '' && { systemInstruction }),
      tools: mode === 'contextUpdate' ? offered : this.#tools,
    };
  }

  /**
   * The connection is a new one, whose session begins with the same setup again: what was told since is forgotten, but for
   * what `updateContext` changed, which is in that setup.
   */
  restart(): void {
    const { instruction, tools } = this.#standing;
    const isInSetup = this.#choice.mode === 'contextUpdate';
    this.#remember(isInSetup ? { ...this.#setup, instruction, tools } : this.#setup);
  }

  /** At a boundary, after everything that can change state or place: sends what is new and returns what that was. */
  steer(boundary: SteeringBoundary): DeliveryPlan {
    const { state, projection, entry, nudge } = boundary;
    const { delivery } = this.#host;
    const waiting = delivery.pending;
    const { plan, standing } = planDelivery({
      choice: this.#choice,
      ...this.#parts(state, projection),
      tools: this.#tools,
      entry,
      nudge,
      advise: this.#options.toolAdvisory ?? true,
      standing: this.#standing,
      waiting,
    });
    this.#remember(standing);
    this.#sendCapabilities(plan);
    if (plan.turns.length > 0 || plan.prompt || waiting) {
      delivery.deliver(
        { turns: plan.turns, prompt: plan.prompt, tag: TAG },
        this.#deliveryMode(boundary, plan),
      );
    }
    return plan;
  }

  /**
   * Before tool responses go out: with `contextUpdate`, instruction and tools as they are now, which then hold for the
   * reply to the responses. Nothing in other modes: what they would add interrupts.
   */
  beforeToolResponse(state: StateReadAccess, projection: Projection): void {
    if (this.#choice.mode !== 'contextUpdate') return;
    const { plan, standing } = planDelivery({
      choice: this.#choice,
      ...this.#parts(state, projection),
      tools: this.#tools,
      advise: false,
      standing: this.#standing,
      waiting: false,
    });
    this.#remember({ ...this.#standing, instruction: standing.instruction, tools: standing.tools });
    this.#sendCapabilities(plan);
  }

  /** Replaces the instruction of the whole session; the next {@link steer} sends it. */
  setBase(instruction: string): void {
    this.#base = instruction;
  }

  /** Where turns wait for text anyway, there is no hurry unless the model is to speak. */
  #deliveryMode({ delivery }: SteeringBoundary, { prompt }: DeliveryPlan): DeliveryMode {
    if (this.#choice.turns === 'withText' && !prompt) return 'deferred';
    return delivery ?? this.#options.delivery ?? 'immediate';
  }

  #parts(
    state: StateReadAccess,
    projection: Projection,
  ): {
    readonly base: string | undefined;
    readonly projection: Projection;
    readonly amendment: string | undefined;
    readonly template: string | undefined;
  } {
    return {
      base: this.#base,
      projection,
      amendment: this.#text('amendment', state),
      template: this.#text('template', state),
    };
  }

  #text(name: 'amendment' | 'template', state: StateReadAccess): string | undefined {
    const make = this.#options[name];
    if (make === undefined) return undefined;
    const faults: Fault[] = [];
    const text = attempt(() => make(state), undefined, name, faults);
    for (const { cause } of faults) {
      const message = `The instruction ${name} failed: the instruction goes without it.`;
      this.#host.report(new RuntimeError('hookFailed', message, { cause }));
    }
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  }

  #remember(standing: Standing): void {
    const changed = standing.tools.join('\n') !== this.#standing.tools.join('\n');
    this.#standing = standing;
    if (changed) this.#publishTools();
  }

  #publishTools(): void {
    this.#host.write([{ type: 'set', key: 'session:declaredTools', value: this.#standing.tools }]);
  }

  #sendCapabilities({ instruction, tools }: DeliveryPlan): void {
    if (this.#choice.mode !== 'contextUpdate') {
      if (instruction !== undefined) this.#host.sendInstruction(instruction);
      return;
    }
    if (instruction === undefined && tools === undefined) return;
    this.#host.sendContext({
      ...(instruction !== undefined && { systemInstruction: instruction }),
      ...(tools !== undefined && { tools }),
    });
  }
}
