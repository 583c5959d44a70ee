import type { JsonValue } from '../../flow/state-reader.ts';
import type { State } from '../state/state.ts';
import { redactedError } from './redacted-error.ts';
import { type RedactionOptions, secretFinders } from './redaction-options.ts';
import { cutLength, Scrubber, type SecretFinders, scrub } from './scrubber.ts';

/** Texts that come in pieces, each scrubbed as one text of its own. */
export type RedactedStream = 'userWords' | 'modelWords' | 'text' | 'thought';

/**
 * The one boundary behind which nothing is secret (design §4): whatever leaves the process, be it an event, a journal, a
 * snapshot, a record or a log, passes one of its methods. With nothing to redact each returns what it is given.
 *
 * It masks what the options look for in words, and values under the names that `state.redact()` marks, wherever in an
 * object they stand. It does not see audio, nor a secret that one side begins in one turn and goes on with in the next.
 */
export class Redactor {
  readonly #marks: Pick<State, 'mask'>;
  readonly #finders: SecretFinders;
  #streams: Map<RedactedStream, Scrubber> | undefined;

  /** Throws `invalidOptions` with every problem of the options. */
  constructor(marks: Pick<State, 'mask'>, options: RedactionOptions = {}) {
    this.#marks = marks;
    this.#finders = secretFinders(options);
  }

  /** Whether words are scrubbed at all. */
  get scrubsWords(): boolean {
    return this.#finders.length > 0;
  }

  /** The next piece of a stream: what may be shown now. May be empty; then there is nothing to tell yet. */
  push(stream: RedactedStream, piece: string): string {
    if (!this.scrubsWords) return piece;
    this.#streams ??= new Map();
    let scrubber = this.#streams.get(stream);
    if (scrubber === undefined) {
      scrubber = new Scrubber(this.#finders);
      this.#streams.set(stream, scrubber);
    }
    return scrubber.push(piece);
  }

  /** The end of a stream, at the end of a turn: what was held back. */
  flush(stream: RedactedStream): string {
    return this.#streams?.get(stream)?.flush() ?? '';
  }

  /** The end of a stream whose rest nobody heard: what was held back is dropped. */
  discard(stream: RedactedStream): void {
    this.#streams?.get(stream)?.discard();
  }

  /** A whole text. */
  text(text: string): string {
    return this.scrubsWords ? scrub(text, this.#finders) : text;
  }

  /** A text that a longer one will replace: the end of it is left out when it may be the beginning of a secret. */
  interim(text: string): string {
    return this.scrubsWords ? new Scrubber(this.#finders).push(text) : text;
  }

  /** Where to cut a text instead of at `length`, so that no half of a secret is left: there, or before. */
  cutLength(text: string, length: number): number {
    return this.scrubsWords ? cutLength(text, length, this.#finders) : length;
  }

  /** Arguments or the result of a tool, in any depth: marked names, then words. */
  json(value: JsonValue): JsonValue {
    return this.#words(this.#marks.mask('', value));
  }

  /** An error, with what caused it. */
  error<E>(error: E): E {
    return this.scrubsWords ? redactedError(error, (text) => this.text(text)) : error;
  }

  /** The value of a state key. */
  stateValue(key: string, value: JsonValue): JsonValue {
    return this.#words(this.#marks.mask(key, value));
  }

  /** An extractor's result, or that of one field, `name.field`: marks count by either name. */
  extraction(name: string, value: JsonValue): JsonValue {
    const dot = name.indexOf('.');
    const byExtractor = this.#marks.mask(dot === -1 ? name : name.slice(0, dot), value);
    return this.stateValue(dot === -1 ? name : name.slice(dot + 1), byExtractor);
  }

  /** The same value when nothing in it is secret. */
  #words(value: JsonValue): JsonValue {
    if (!this.scrubsWords) return value;
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      const written = String(value);
      const shown = this.text(written);
      return shown === written ? value : shown;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const shown = value.map((item: JsonValue) => this.#words(item));
      return shown.some((item, index) => item !== value[index]) ? shown : value;
    }
    const entries = Object.entries(value);
    const shown = entries.map(([key, item]) => [this.text(key), this.#words(item)] as const);
    const same = shown.every(
      ([key, item], index) => key === entries[index]?.[0] && item === entries[index][1],
    );
    return same ? value : Object.fromEntries(shown);
  }
}
