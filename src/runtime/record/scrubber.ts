import type { FoundSecret, SecretFinder } from './secrets/secret-finder.ts';
import { SecretSearch } from './secrets/secret-search.ts';

/** Long texts go through in blocks, so that only few secrets wait at a time. */
const BLOCK_LENGTH = 1024;

/** Makes the finders of one text. */
export type SecretFinders = ReadonlyArray<(found: FoundSecret) => SecretFinder>;

/**
 * Masks secrets in a text that comes in pieces. Whatever may yet turn out to be a secret is held back, so it does not
 * matter how the text is cut: all that `push` and `flush` return is what {@link scrub} makes of the whole. What is held is
 * bounded by the longest secret: 64 digits with what is between them, or a pattern's `maxLength`.
 */
export class Scrubber {
  readonly #finders: SecretFinders;
  #search: SecretSearch | undefined;
  /** Text from `#heldFrom` on that has not been returned. */
  #held = '';
  #heldFrom = 0;
  #lastMask = '';
  #lastMaskEnd = 0;

  constructor(finders: SecretFinders) {
    this.#finders = finders;
  }

  /** Takes the next piece; returns what is safe to show, which may be nothing, or more than the piece. */
  push(text: string): string {
    this.#search ??= new SecretSearch(this.#finders);
    let safe = '';
    for (let from = 0; from < text.length; from += BLOCK_LENGTH) {
      const block = text.slice(from, from + BLOCK_LENGTH);
      this.#search.push(block);
      this.#held += block;
      safe += this.#release(this.#search);
    }
    return safe;
  }

  /** Ends the text; returns the rest. The next piece begins another text. */
  flush(): string {
    const search = this.#search;
    if (search === undefined) return '';
    search.end();
    const rest = this.#release(search);
    this.discard();
    return rest;
  }

  /** Ends the text without its rest. */
  discard(): void {
    this.#search = undefined;
    this.#held = '';
    this.#heldFrom = 0;
    this.#lastMask = '';
    this.#lastMaskEnd = 0;
  }

  #release(search: SecretSearch): string {
    const limit = search.decidedTo;
    let safe = '';
    for (let secret = search.secrets[0]; secret !== undefined && secret.start < limit; ) {
      safe += this.#take(secret.start);
      if (secret.end > limit) {
        // It may grow; what it covers already will not be shown in any case.
        this.#take(limit);
        return safe;
      }
      this.#take(secret.end);
      // What continues the last secret needs no mask of its own.
      if (secret.start !== this.#lastMaskEnd || secret.mask !== this.#lastMask) safe += secret.mask;
      this.#lastMask = secret.mask;
      this.#lastMaskEnd = secret.end;
      search.take();
      secret = search.secrets[0];
    }
    return safe + this.#take(limit);
  }

  /** Takes the held text up to `end`. */
  #take(end: number): string {
    if (end <= this.#heldFrom) return '';
    const text = this.#held.slice(0, end - this.#heldFrom);
    this.#held = this.#held.slice(end - this.#heldFrom);
    this.#heldFrom = end;
    return text;
  }
}

/** Masks the secrets of a whole text. */
export function scrub(text: string, finders: SecretFinders): string {
  const scrubber = new Scrubber(finders);
  return scrubber.push(text) + scrubber.flush();
}

/** The greatest length up to `length` at which cutting the text leaves no part of a secret. */
export function cutLength(text: string, length: number, finders: SecretFinders): number {
  const search = new SecretSearch(finders);
  search.push(text);
  search.end();
  const split = search.secrets.find(({ start, end }) => start < length && end > length);
  return split?.start ?? length;
}
