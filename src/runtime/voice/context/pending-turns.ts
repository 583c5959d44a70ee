import type { Content } from '../../../wire/index.ts';

/** A turn that waits, and what it is about. */
export interface PendingTurn {
  readonly content: Content;
  readonly tag: string | undefined;
}

/**
 * Context that waits for its moment, in order. A text that waits already keeps its place and is not queued again;
 * a batch takes the place of what waits under its tag. Beyond the limit the oldest turn is dropped.
 */
export class PendingTurns {
  #turns: PendingTurn[] = [];

  get size(): number {
    return this.#turns.length;
  }

  add(contents: readonly Content[], tag: string | undefined): void {
    if (tag !== undefined) this.#turns = this.#turns.filter((waiting) => waiting.tag !== tag);
    for (const content of contents) {
      if (content.parts.length > 0 && !this.#holds(content)) this.#turns.push({ content, tag });
    }
  }

  /** Drops the oldest turns until `limit` are left; returns how many that were. */
  trim(limit: number): number {
    return this.#turns.splice(0, Math.max(0, this.#turns.length - limit)).length;
  }

  /** Everything that waits; nothing does afterwards. */
  take(): readonly PendingTurn[] {
    const turns = this.#turns;
    this.#turns = [];
    return turns;
  }

  /** Puts back what could not be sent, before what came since; not what a newer batch has replaced. */
  putBack(turns: readonly PendingTurn[]): void {
    const newer = this.#turns;
    const fresh = turns.filter(
      ({ content, tag }) =>
        !this.#holds(content) && (tag === undefined || newer.every((waiting) => waiting.tag !== tag)),
    );
    this.#turns = [...fresh, ...newer];
  }

  #holds(content: Content): boolean {
    const text = textOf(content);
    return (
      text !== undefined &&
      this.#turns.some((waiting) => waiting.content.role === content.role && textOf(waiting.content) === text)
    );
  }
}

/** The text of a turn, or undefined when it has any part that is not text alone. */
export function textOf({ parts }: Content): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.text === undefined || Object.keys(part).length > 1) return undefined;
    text += part.text;
  }
  return text;
}
