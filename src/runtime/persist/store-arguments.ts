/** What every store asks of its arguments, before anything is written. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { StoreEntry, StoreWriter } from './store.ts';
import { StoreError } from './store-error.ts';

/** The longest session id. */
export const MAX_ID_LENGTH = 512;
/** The most entries of one append. */
export const MAX_BATCH = 100_000;
/** The most characters of JSON of one append or snapshot: 64 Mi. */
export const MAX_TEXT = 67_108_864;

/** Throws `invalidArgument` for what cannot name a session. Any text can, up to 512 characters; control characters too. */
export function requireSessionId(sessionId: unknown): asserts sessionId is string {
  if (typeof sessionId !== 'string' || sessionId === '' || sessionId.length > MAX_ID_LENGTH) {
    throw invalid(`a session id is a text of 1 to ${MAX_ID_LENGTH} characters`);
  }
  // Half a surrogate pair cannot be written as UTF-8, so that two ids could become one.
  if (/\p{Surrogate}/u.test(sessionId)) throw invalid('a session id is well-formed Unicode');
  if (sessionId.includes('\0')) throw invalid('a session id has no NUL in it');
}

/** Throws `invalidArgument` for what cannot name a writer. */
export function requireWriterId(writer: StoreWriter | undefined): void {
  if (writer === undefined) return;
  const { id, after } = writer;
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) {
    throw invalid('the id of a writer is 1 to 64 letters, digits, - or _');
  }
  if (!Number.isSafeInteger(after) || after < 0)
    throw invalid(`writer.after is ${after}, and no number of an entry`);
}

/** The entries' data as JSON texts. */
export function entryTexts(entries: readonly StoreEntry[]): readonly string[] {
  if (!Array.isArray(entries)) throw invalid('entries are a list');
  if (entries.length > MAX_BATCH) throw invalid(`one append has at most ${MAX_BATCH} entries`);
  let total = 0;
  return entries.map(({ seq, data }, index) => {
    const first = entries[0]?.seq ?? 0;
    if (!Number.isSafeInteger(seq) || seq < 1 || seq !== first + index) {
      throw invalid(`entries are numbered from 1 without gaps: entries[${index}].seq is ${seq}`);
    }
    const text = jsonText(data, `entries[${index}].data`);
    total += text.length;
    if (total > MAX_TEXT) throw invalid(`one append has at most ${MAX_TEXT} characters`);
    return text;
  });
}

/** A snapshot as JSON text. */
export function snapshotText(snapshot: JsonValue, upTo: number): string {
  if (!Number.isSafeInteger(upTo) || upTo < 0)
    throw invalid(`upTo is the number of an entry, or 0: it is ${upTo}`);
  const text = jsonText(snapshot, 'snapshot');
  if (text.length > MAX_TEXT) throw invalid(`a snapshot has at most ${MAX_TEXT} characters`);
  return text;
}

function jsonText(value: JsonValue, where: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw invalid(`${where} cannot be written as JSON`, cause);
  }
  if (text === undefined) throw invalid(`${where} is no JSON value`);
  return text;
}

function invalid(problem: string, cause?: unknown): StoreError {
  return new StoreError('invalidArgument', `Nothing was stored: ${problem}.`, { cause });
}
