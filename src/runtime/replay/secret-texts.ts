/** Finds the secrets of texts, whole or in pieces, and puts surrogates in their place. */
import type { RedactionOptions } from '../record/redaction-options.ts';
import { secretFinders } from '../record/redaction-options.ts';
import type { SecretFinders } from '../record/scrubber.ts';
import type { Secret } from '../record/secrets/secret-finder.ts';
import { SecretSearch } from '../record/secrets/secret-search.ts';
import type { Surrogates } from './surrogates.ts';

/** Where nothing is left of a piece. */
const FILLER = '·';

export class SecretTexts {
  readonly #finders: SecretFinders;
  readonly #valued: readonly RegExp[];
  readonly #surrogates: Surrogates;

  constructor(options: RedactionOptions, surrogates: Surrogates) {
    this.#finders = secretFinders(options);
    this.#valued = (options.patterns ?? []).flatMap(valued);
    this.#surrogates = surrogates;
  }

  /** Whether there is anything to look for. */
  get searches(): boolean {
    return this.#finders.length > 0;
  }

  /** A whole text. */
  text(text: string): string {
    const [shown = ''] = this.pieces([text]);
    return shown;
  }

  /** One text in pieces. */
  pieces(pieces: readonly string[]): readonly string[] {
    const whole = pieces.join('');
    const places = this.#places(whole);
    if (places.length === 0) return pieces.map((piece) => this.#surrogates.inText(piece));
    const shown: string[] = [];
    let from = 0;
    for (const piece of pieces) {
      const cut = this.#surrogates.inText(cutOut(whole, from, from + piece.length, places));
      // A piece that had something to say has it still: an empty one is nothing to a session.
      shown.push(cut.trim() === '' && piece.trim() !== '' ? FILLER : cut);
      from += piece.length;
    }
    return shown;
  }

  /** Where the secrets stand, each with what stands for it. */
  #places(text: string): readonly Secret[] {
    if (this.#finders.length === 0 || text === '') return [];
    const search = new SecretSearch(this.#finders);
    search.push(text);
    search.end();
    return search.secrets.map(({ end, start }) => {
      const found = text.slice(start, end);
      const [from, to] = this.#valueIn(found);
      const mask = found.slice(0, from) + this.#surrogates.of(found.slice(from, to)) + found.slice(to);
      return { start, end, mask };
    });
  }

  /** What a pattern captures is the secret; the words around it only show where it is. */
  #valueIn(found: string): readonly [number, number] {
    for (const pattern of this.#valued) {
      const place = pattern.exec(found)?.indices?.[1];
      if (place !== undefined) return place;
    }
    return [0, found.length];
  }
}

/** A stretch of the text; of what stands for a secret it gets as much as it had of the secret, the last one the rest. */
function cutOut(text: string, from: number, to: number, secrets: readonly Secret[]): string {
  let shown = '';
  let at = from;
  for (const { end, mask, start } of secrets) {
    if (end <= at || start >= to) continue;
    const begin = Math.max(start, at);
    shown += text.slice(at, begin) + mask.slice(begin - start, end <= to ? undefined : to - start);
    at = Math.min(end, to);
  }
  return at < to ? shown + text.slice(at, to) : shown;
}

function valued(entry: NonNullable<RedactionOptions['patterns']>[number]): readonly RegExp[] {
  const pattern = typeof entry === 'string' || entry instanceof RegExp ? entry : entry.pattern;
  if (!(pattern instanceof RegExp) || !/\((?!\?)/.test(pattern.source)) return [];
  return [new RegExp(pattern.source, `${pattern.flags.replace(/[gyd]/g, '')}d`)];
}
