/** What the client asked for, as far as it can change in mid-session. */
import type { ContextUpdate } from '../../wire/protocol/client-messages.ts';
import type { Content } from '../../wire/protocol/content.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import type { FunctionDeclaration, Tool } from '../../wire/protocol/tools.ts';
import { functionsOf } from '../setup/tool-rules.ts';
import { addTokens, contentTokens, NO_TOKENS, type TokenCounts, textTokens } from './tokens.ts';

/** Instruction and tools: set once, replaced by `contextUpdate`. */
export class SessionSettings {
  #instruction: Content | undefined;
  #tools: readonly Tool[];
  #functions: readonly FunctionDeclaration[];

  constructor(setup: Setup) {
    this.#instruction = setup.systemInstruction;
    this.#tools = setup.tools ?? [];
    this.#functions = functionsOf(this.#tools);
  }

  get functions(): readonly FunctionDeclaration[] {
    return this.#functions;
  }

  /** The text of the instruction; empty without one. */
  get systemInstruction(): string {
    return (this.#instruction?.parts ?? []).map((part) => part.text ?? '').join('\n');
  }

  functionNamed(name: string): FunctionDeclaration | undefined {
    return this.#functions.find((declaration) => declaration.name === name);
  }

  /** What instruction and tools cost in every prompt. */
  get tokens(): TokenCounts {
    const instruction = this.#instruction === undefined ? NO_TOKENS : contentTokens(this.#instruction);
    const tools = this.#tools.length === 0 ? 0 : textTokens(JSON.stringify(this.#tools));
    return addTokens(instruction, { ...NO_TOKENS, text: tools });
  }

  /** Replaces, never merges; a field that is absent stays (spec: wire §2.5). */
  update(update: ContextUpdate): void {
    if (update.systemInstruction !== undefined) this.#instruction = update.systemInstruction;
    if (update.tools === undefined) return;
    this.#tools = update.tools.tools ?? [];
    this.#functions = functionsOf(this.#tools);
  }
}
