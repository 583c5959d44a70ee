/** What was said so far, what it costs, and how the window is kept small. */
import type { Content } from '../../wire/protocol/content.ts';
import type { ContextWindowCompressionConfig } from '../../wire/protocol/setup.ts';
import type { ContextLog } from '../ledger/conversation-record.ts';
import type { LedgerEntry, LedgerItem } from '../ledger/ledger-entry.ts';
import { itemsOf, type Prefix, prefixOf } from './prefix.ts';
import { addTokens, contentTokens, NO_TOKENS, type TokenCounts, totalTokens } from './tokens.ts';

interface Entry {
  readonly content: Content;
  readonly tokens: TokenCounts;
}

/** A conversation as it is kept for a resumption. */
export interface ConversationSnapshot {
  readonly entries: Prefix<Entry>;
  /** Everything that reached the model, also what the window has let go of. */
  readonly ledger: Prefix<LedgerEntry>;
}

/** What a client told us to keep of the window. */
export interface CompressionWindow {
  readonly triggerTokens: number;
  readonly targetTokens: number;
}

const DEFAULT_TRIGGER_TOKENS = 104_857;

/** The window of a setup: trigger about 80 % of 131,072 tokens, target half of the trigger (spec: wire §2.1). */
export function compressionWindow(config: ContextWindowCompressionConfig): CompressionWindow {
  const triggerTokens = Number(config.triggerTokens ?? DEFAULT_TRIGGER_TOKENS);
  return { triggerTokens, targetTokens: Number(config.slidingWindow?.targetTokens ?? triggerTokens / 2) };
}

/** The history of one session. */
export class Conversation {
  #entries: Entry[];
  #tokens: TokenCounts;
  readonly #log: ContextLog;
  readonly #window: CompressionWindow | undefined;

  constructor(log: ContextLog, snapshot?: ConversationSnapshot, window?: CompressionWindow) {
    this.#log = log;
    this.#entries = snapshot === undefined ? [] : itemsOf(snapshot.entries);
    this.#tokens = this.#entries.reduce((sum, entry) => addTokens(sum, entry.tokens), NO_TOKENS);
    this.#window = window;
  }

  /** All contents in order. */
  get contents(): readonly Content[] {
    return this.#entries.map((entry) => entry.content);
  }

  /** What the whole history costs as a prompt. */
  get tokens(): TokenCounts {
    return this.#tokens;
  }

  /**
   * Adds a content, and to the ledger what it is. `tokens` where it was heard or spoken; written content is counted
   * here.
   */
  append(content: Content, items: readonly LedgerItem[], tokens: TokenCounts = contentTokens(content)): void {
    if (content.parts.length === 0) return;
    for (const item of items) this.#log.add(item);
    this.#entries.push({ content, tokens });
    this.#tokens = addTokens(this.#tokens, tokens);
    this.#compress();
  }

  snapshot(): ConversationSnapshot {
    return { entries: prefixOf(this.#entries), ledger: prefixOf(this.#log.entries) };
  }

  /** Slides the window: the oldest contents go until the target is met; the newest always stays. */
  #compress(): void {
    if (this.#window === undefined || totalTokens(this.#tokens) <= this.#window.triggerTokens) return;
    // Snapshots share the list as long as it only grows.
    this.#entries = [...this.#entries];
    while (this.#entries.length > 1 && totalTokens(this.#tokens) > this.#window.targetTokens) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#tokens = {
        text: this.#tokens.text - oldest.tokens.text,
        audio: this.#tokens.audio - oldest.tokens.audio,
        image: this.#tokens.image - oldest.tokens.image,
      };
    }
  }
}
