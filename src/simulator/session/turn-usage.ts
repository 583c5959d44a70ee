/** The usage of one turn: per turn, not per session; the prompt bills the history again (spec: wire §3). */
import type { UsageMetadata } from '../../wire/protocol/server-messages.ts';
import { audioOutTokens, type TokenCounts, textTokens, tokenDetails, totalTokens } from './tokens.ts';

/** Counts what a turn costs while it runs. */
export class TurnUsage {
  readonly #prompt: TokenCounts;
  #text = 0;
  #audioMs = 0;
  #thoughts = 0;
  #toolUse = 0;

  constructor(prompt: TokenCounts) {
    this.#prompt = prompt;
  }

  addText(text: string): void {
    this.#text += textTokens(text);
  }

  addAudio(durationMs: number): void {
    this.#audioMs += durationMs;
  }

  addThought(text: string): void {
    this.#thoughts += textTokens(text);
  }

  addToolResult(response: unknown): void {
    this.#toolUse += textTokens(JSON.stringify(response));
  }

  /** Audio sent in this turn, in milliseconds. */
  get audioMs(): number {
    return this.#audioMs;
  }

  /** As Google AI says it; zero counts are omitted, as proto3 JSON does. */
  metadata(): UsageMetadata {
    const response: TokenCounts = { text: this.#text, audio: audioOutTokens(this.#audioMs), image: 0 };
    const promptTokenCount = totalTokens(this.#prompt);
    const responseTokenCount = totalTokens(response);
    const total = promptTokenCount + responseTokenCount + this.#thoughts + this.#toolUse;
    return {
      ...count('promptTokenCount', promptTokenCount),
      ...count('responseTokenCount', responseTokenCount),
      ...count('toolUsePromptTokenCount', this.#toolUse),
      ...count('thoughtsTokenCount', this.#thoughts),
      ...count('totalTokenCount', total),
      ...list('promptTokensDetails', this.#prompt),
      ...list('responseTokensDetails', response),
    };
  }
}

function count(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}

function list(name: string, counts: TokenCounts): Record<string, ReturnType<typeof tokenDetails>> {
  const details = tokenDetails(counts);
  return details.length === 0 ? {} : { [name]: details };
}
