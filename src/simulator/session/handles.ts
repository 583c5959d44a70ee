/** When a session gives out resumption handles, and what stands in them (spec: wire §4, Resumption). */
import type { Setup } from '../../wire/protocol/setup.ts';
import type { BrainMemory } from '../brain/brain.ts';
import type { World } from '../world.ts';
import type { Conversation } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import type { Line } from './line.ts';

/** What a handle is made from. */
export interface HandlesOptions {
  readonly world: World;
  readonly setup: Setup;
  readonly dialect: Dialect;
  readonly sessionKey: string;
  readonly conversation: Conversation;
  readonly memory: BrainMemory;
  readonly line: Line;
  readonly turns: () => number;
}

/** Sends `sessionResumptionUpdate`s, if the setup asked for them or the model sends them unasked. */
export class Handles {
  readonly #options: HandlesOptions;
  readonly #enabled: boolean;
  #consumed = 0;

  constructor(options: HandlesOptions) {
    this.#options = options;
    this.#enabled = options.setup.sessionResumption !== undefined || options.dialect.offersHandles;
  }

  /** A client message was consumed. The first one after `setup` has index 1. */
  countMessage(): void {
    this.#consumed++;
  }

  /** Gives out a handle to the session as it is now. */
  offer(): void {
    if (!this.#enabled) return;
    const { world, setup, sessionKey, conversation, line, turns } = this.#options;
    const newHandle = world.resumption.save({
      sessionKey,
      model: setup.model,
      conversation: conversation.snapshot(),
      memory: this.#copyMemory(),
      turns: turns(),
    });
    const transparent = setup.sessionResumption?.transparent === true;
    const index = transparent ? { lastConsumedClientMessageIndex: String(this.#consumed) } : {};
    line.send({ sessionResumptionUpdate: { newHandle, resumable: true, ...index } });
  }

  /** From here the session cannot be resumed, until the next handle. */
  withhold(): void {
    if (this.#enabled) this.#options.line.send({ sessionResumptionUpdate: {} });
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
