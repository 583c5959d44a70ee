/**
 * Where sessions are kept: of each, a snapshot and the journal of what came after it. Stores know nothing of what is in
 * either; `foldJournal` does.
 */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { StoreProblem } from './store-error.ts';

/** One entry of a journal. */
export interface StoreEntry {
  /** From 1, without gaps but those that a snapshot covers. */
  readonly seq: number;
  readonly data: JsonValue;
}

export interface StoreCall {
  /** Gives up waiting. A write that has begun may still happen. */
  readonly signal?: AbortSignal;
}

/** One that writes a session: a process that has taken it up. */
export interface StoreWriter {
  /** A name of its own: 1 to 64 letters, digits, `-` or `_`. */
  readonly id: string;
  /** The last entry that was stored when it took the session up; 0 for a new one. */
  readonly after: number;
}

export interface WriteCall extends StoreCall {
  /**
   * Who writes. Where somebody else has written since, the write is refused with `storeConflict`, whatever its number. Without
   * it only the numbers count.
   */
  readonly writer?: StoreWriter;
}

export interface LoadCall extends StoreCall {
  /** Gives what can be read of a damaged session instead of throwing `storeCorrupt`. Default false. */
  readonly recover?: boolean;
}

/** What is kept of a session. */
export interface StoredSession {
  /** The newest one. */
  readonly snapshot: JsonValue | undefined;
  /** The entry that it holds last: 0 without one. */
  readonly upTo: number;
  /** What came after the snapshot, in order, without gaps. */
  readonly entries: readonly StoreEntry[];
  /** What was found wrong, and does not hinder. */
  readonly problems: readonly StoreProblem[];
}

/**
 * A store of sessions. Every implementation passes `storeSuite`. All errors are `StoreError`s.
 *
 * Calls for one session happen in the order in which they were made, whether or not the ones before were awaited; one
 * that fails does not keep those behind it from being tried. What is acknowledged survives the death of the process.
 */
export interface Store {
  /**
   * Adds entries: all of them or none. The first must be 1, or follow what is stored, else `storeConflict`: of two writers, one
   * wins and the other is told. The same entries again, with nothing added since the snapshot that contradicts them, are
   * acknowledged again, so a write may be repeated when nobody knows whether it happened.
   */
  append(sessionId: string, entries: readonly StoreEntry[], call?: WriteCall): Promise<void>;
  /**
   * Replaces the snapshot, at once or not at all. Entries up to `upTo` are in it, and may be forgotten; the next one is
   * `upTo + 1` or later. `storeConflict` when there is a newer snapshot, or when the last write was that of another writer and
   * came after `writer.after`: what that one has written is never covered.
   */
  snapshot(sessionId: string, snapshot: JsonValue, upTo: number, call?: WriteCall): Promise<void>;
  /** What is kept, or undefined for a session nobody has written. */
  load(sessionId: string, call?: LoadCall): Promise<StoredSession | undefined>;
  /** Ids of all sessions, sorted. */
  list(call?: StoreCall): Promise<readonly string[]>;
  /** Forgets a session, if there is one. */
  delete(sessionId: string, call?: StoreCall): Promise<void>;
  /** What was begun is finished; calls after this are refused with `storeClosed`. Once, for every caller. */
  close(): Promise<void>;
}
