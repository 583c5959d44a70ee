/** When a session gives out resumption handles, and what stands in them (spec: wire §4, Resumption). */
import type { Setup } from '../../wire/protocol/setup.ts';
import type { BrainMemory } from '../brain/brain.ts';
import type { SessionSnapshot } from '../resumption/resumption-store.ts';
import type { World } from '../world.ts';
import type { Conversation } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import type { SessionLine } from './line.ts';
import type { ToolDesk } from './tool-desk.ts';

/** What a handle is made from. */
export interface HandlesOptions {
  readonly world: World;
  readonly setup: Setup;
  readonly dialect: Dialect;
  readonly sessionKey: string;
  readonly conversation: Conversation;
  readonly memory: BrainMemory;
  readonly line: SessionLine;
  readonly tools: ToolDesk;
  readonly turns: () => number;
  /** Whether the session can be left as it stands: everything in it is answered. */
  readonly isSettled: () => boolean;
}

/** The session as it stood, and the last client message in it. */
interface State {
  readonly snapshot: SessionSnapshot;
  readonly consumed: number;
}

/** How far a handle can lag. */
const MAX_STATES = 16;

/** Sends `sessionResumptionUpdate`s, if the setup asked for them or the model sends them unasked. */
export class Handles {
  readonly #options: HandlesOptions;
  readonly #enabled: boolean;
  readonly #transparent: boolean;
  /** The states that stood at the last offers, and before the first, newest last. */
  readonly #states: State[] = [];
  #consumed = 0;

  constructor(options: HandlesOptions) {
    this.#options = options;
    this.#enabled = options.setup.sessionResumption !== undefined || options.dialect.offersHandles;
    this.#transparent = options.setup.sessionResumption?.transparent === true;
  }

  /** The session begins: a handle that lags far enough leads here. */
  begin(): void {
    if (this.#enabled) this.#keepState();
  }

  /** A client message was consumed. The first one after `setup` has index 1. */
  countMessage(): void {
    this.#consumed++;
  }

  /** Gives out a handle to the session as it is now, unless something in it is unanswered. */
  offer(): void {
    const { isSettled, line, world } = this.#options;
    if (!this.#enabled || !isSettled()) return;
    this.#keepState();
    const state = this.#states[Math.max(0, this.#states.length - 1 - line.handleLag)];
    if (state === undefined) return;
    const newHandle = world.resumption.save(state.snapshot);
    const index = this.#transparent ? { lastConsumedClientMessageIndex: String(state.consumed) } : {};
    line.send({ sessionResumptionUpdate: { newHandle, resumable: true, ...index } });
  }

  /** From here the session cannot be resumed, until the next handle. */
  withhold(): void {
    if (this.#enabled) this.#options.line.send({ sessionResumptionUpdate: {} });
  }

  #keepState(): void {
    const { conversation, sessionKey, setup, tools, turns } = this.#options;
    const snapshot: SessionSnapshot = {
      sessionKey,
      model: setup.model,
      conversation: conversation.snapshot(),
      memory: this.#copyMemory(),
      turns: turns(),
      openCalls: tools.open('async'),
    };
    this.#states.push({ snapshot, consumed: this.#consumed });
    if (this.#states.length > MAX_STATES) this.#states.shift();
  }

  #copyMemory(): BrainMemory {
    try {
      return structuredClone(this.#options.memory);
    } catch (cause) {
      const message = 'The memory of the brain is not plain data, so a resumed session starts without it.';
      this.#options.world.notes.add({ type: 'brainFailed', message, cause });
      return {};
    }
  }
}
