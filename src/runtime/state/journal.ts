import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';

/** How a mutation came about: a plain write, an import, a removal, the clearing of a prefix, a committed delta. */
export type MutationOrigin = 'set' | 'setCommitted' | 'remove' | 'clearPrefix' | 'commit';

/** One change of one key. Undefined is absent. */
export interface Mutation {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly key: string;
  readonly old: JsonValue | undefined;
  readonly new: JsonValue | undefined;
  readonly origin: MutationOrigin;
  /** On the clock of the state. */
  readonly atMs: number;
}

/** Receives every mutation, in order, redacted, before the write returns. It must not write to the state. */
export type JournalSink = (mutation: Mutation) => void;

/** How many mutations the journal remembers. */
const CAPACITY = 1024;

interface AttachedSink {
  readonly write: JournalSink;
  readonly report: (error: RuntimeError) => void;
}

/**
 * The last 1,024 mutations of a state; older ones are dropped. Entries hold real values; only sinks see redacted ones.
 */
export class Journal {
  readonly #redact: (mutation: Mutation) => Mutation;
  /** Sequence n is at (n - 1) mod CAPACITY; grows until it is full. */
  readonly #ring: Mutation[] = [];
  #sinks: readonly AttachedSink[] = [];
  /** Sinks that threw, to be told of when the write is over. */
  #failures: ReadonlyArray<() => void> = [];
  #cursor = 0;
  #drained = 0;
  #delivering = false;

  constructor(redact: (mutation: Mutation) => Mutation) {
    this.#redact = redact;
  }

  /** The sequence of the newest mutation, 0 when there was none. */
  get cursor(): number {
    return this.#cursor;
  }

  /** True while a sink runs: nothing may be written then. */
  get delivering(): boolean {
    return this.#delivering;
  }

  /** The newest `count` mutations, oldest first; default all that are remembered. */
  recent(count: number = CAPACITY): readonly Mutation[] {
    return this.since(this.#cursor - Math.max(0, Math.floor(count)));
  }

  /** What came after `cursor`, oldest first; silently without what was dropped. */
  since(cursor: number): readonly Mutation[] {
    const from = Math.max(Math.floor(cursor), this.#cursor - this.#ring.length);
    const found: Mutation[] = [];
    for (let sequence = from + 1; sequence <= this.#cursor; sequence++) {
      const entry = this.#ring[(sequence - 1) % CAPACITY];
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }

  /** What came after `cursor`, or null when some of it was dropped or the cursor is not of this journal. */
  trySince(cursor: number): readonly Mutation[] | null {
    const known = cursor >= this.#cursor - this.#ring.length && cursor <= this.#cursor;
    return known ? this.since(cursor) : null;
  }

  /** The newest mutation of a key, when it is still remembered. */
  lastOf(key: string): Mutation | undefined {
    return this.recent().findLast((mutation) => mutation.key === key);
  }

  /** What came after the last call of this method; a cursor of its own, so nobody else loses anything. */
  drain(): readonly Mutation[] {
    const fresh = this.since(this.#drained);
    this.#drained = this.#cursor;
    return fresh;
  }

  /**
   * Sends every mutation from now on to `sink`, before the write that caused it returns. A sink that throws, or writes
   * to the state, is reported once as `journalSinkFailed` and given up. Returns what detaches it.
   */
  attachSink(sink: JournalSink, report: (error: RuntimeError) => void): Cancel {
    const attached: AttachedSink = { write: sink, report };
    this.#sinks = [...this.#sinks, attached];
    return () => this.#detach(attached);
  }

  /** Adds the next mutation; for the store alone. */
  append(
    key: string,
    old: JsonValue | undefined,
    value: JsonValue | undefined,
    origin: MutationOrigin,
    atMs: number,
  ): void {
    const mutation: Mutation = { sequence: this.#cursor + 1, key, old, new: value, origin, atMs };
    this.#ring[this.#cursor % CAPACITY] = mutation;
    this.#cursor += 1;
    if (this.#sinks.length > 0) this.#deliver(this.#redact(mutation));
  }

  /** Reports the sinks that threw since the last call; for the store alone. */
  reportFailures(): void {
    const failures = this.#failures;
    if (failures.length === 0) return;
    this.#failures = [];
    for (const report of failures) report();
  }

  #deliver(mutation: Mutation): void {
    this.#delivering = true;
    for (const sink of this.#sinks) {
      try {
        sink.write(mutation);
      } catch (cause) {
        this.#detach(sink);
        const message = 'the journal sink threw and gets no further mutations; attach another one';
        const error = new RuntimeError('journalSinkFailed', message, { cause });
        this.#failures = [...this.#failures, () => sink.report(error)];
      }
    }
    this.#delivering = false;
  }

  #detach(sink: AttachedSink): void {
    this.#sinks = this.#sinks.filter((other) => other !== sink);
  }
}
