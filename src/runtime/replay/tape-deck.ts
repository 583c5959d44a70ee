/** The tapes of a recording: what was answered when the session asked. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { canonicalJson } from '../tools/canonical-json.ts';
import { isAlike } from './hidden-places.ts';
import type { RecordingEntry, RecordingEntryOf, TapedOutcome } from './recording.ts';
import { ReplayError } from './replay-error.ts';
import { untapedError } from './taped-error.ts';

export type TapedCall = RecordingEntryOf<'call'>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

export class TapeDeck {
  /** By kind, name and input; each in its order. */
  readonly #tapes = new Map<string, TapedCall[]>();
  readonly #byName = new Map<string, TapedCall[]>();
  readonly #played = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  /** Of calls that had ended before they were made. */
  readonly #early = new Map<number, TapedOutcome>();

  constructor(entries: readonly RecordingEntry[]) {
    for (const entry of entries) {
      if (entry.type !== 'call') continue;
      add(this.#tapes, tapeKey(entry.kind, entry.name, entry.input), entry);
      add(this.#byName, `${entry.kind}\n${entry.name}`, entry);
    }
    // The first is taken from the end.
    for (const tape of this.#tapes.values()) tape.sort((a, b) => b.id - a.id);
  }

  /** The next answer to this question; undefined when there is none. */
  take(kind: string, name: string, input: JsonValue): TapedCall | undefined {
    const key = tapeKey(kind, name, input);
    const tape = this.#tapes.get(key);
    const call = tape?.pop() ?? this.#takeAlike(kind, name, input);
    if (call !== undefined) this.#played.add(call.id);
    return call;
  }

  #takeAlike(kind: string, name: string, input: JsonValue): TapedCall | undefined {
    const next = this.nextOf(kind, name);
    if (next?.hidden === undefined || !isAlike(next.input, input, next.hidden)) return undefined;
    const tape = this.#tapes.get(tapeKey(kind, name, next.input));
    return tape?.splice(tape.indexOf(next), 1)[0];
  }

  /** What was asked of this function instead, next. */
  nextOf(kind: string, name: string): TapedCall | undefined {
    return this.#byName.get(`${kind}\n${name}`)?.find(({ id }) => !this.#played.has(id));
  }

  /** Gives what the function gave; a pending promise settles by {@link settle}. */
  outcomeOf({ id, outcome }: TapedCall): unknown {
    if (outcome !== undefined) return given(outcome);
    const early = this.#early.get(id);
    return new Promise((resolve, reject) => {
      if (early === undefined) this.#waiting.set(id, { resolve, reject });
      else settleWith(early, { resolve, reject });
    });
  }

  settle(id: number, outcome: TapedOutcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting === undefined) this.#early.set(id, outcome);
    else settleWith(outcome, waiting);
  }
}

/** There is nothing on the tape. */
export function tapeMiss(kind: string, name: string): ReplayError {
  const text = `The recording has no answer of ${kind} ${name} to this: it asks something else than it did.`;
  return new ReplayError('tapeMiss', text);
}

function given(outcome: TapedOutcome): unknown {
  if (outcome.type === 'error') throw untapedError(outcome.error);
  return outcome.value;
}

function settleWith(outcome: TapedOutcome, { reject, resolve }: Waiting): void {
  if (outcome.type === 'error') reject(untapedError(outcome.error));
  else resolve(outcome.value);
}

function tapeKey(kind: string, name: string, input: JsonValue): string {
  return `${kind}\n${name}\n${canonicalJson(input)}`;
}

function add(map: Map<string, TapedCall[]>, key: string, call: TapedCall): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [call]);
  else list.push(call);
}
