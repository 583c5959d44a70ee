/** The one rule of who may append, the same for every store. */
import type { StoreWriter } from './store.ts';
import { StoreError } from './store-error.ts';

/** What a store has of a session. */
export interface Tail {
  /** The last entry that the snapshot holds; 0 without one. */
  readonly upTo: number;
  /** The last entry that is stored or in the snapshot; 0 when nothing is. */
  readonly last: number;
  /** Who wrote lastly; undefined when that was not said. */
  readonly writer?: string | undefined;
}

export const EMPTY_TAIL: Tail = { upTo: 0, last: 0 };

/** What to do with entries that begin at `first`: add them, or look whether they are all there already. */
export type AppendVerdict = 'add' | 'compare';

/** Throws `storeConflict` for entries that neither follow what is stored nor repeat it. */
export function judgeAppend(tail: Tail, first: number, count: number, writer?: StoreWriter): AppendVerdict {
  if (first === tail.last + 1) {
    requireWriter(tail, writer);
    return 'add';
  }
  if (first > tail.upTo && first + count - 1 <= tail.last) return 'compare';
  throw appendConflict(tail, first);
}

/** Throws `storeConflict` for a snapshot that is older than the present one, or by a writer who is not the last one. */
export function requireNewer(tail: Tail, upTo: number, writer?: StoreWriter): void {
  requireWriter(tail, writer);
  if (upTo >= tail.upTo) return;
  const message = `There is a snapshot up to entry ${tail.upTo}: one up to ${upTo} is older.`;
  throw new StoreError('storeConflict', message);
}

/** What another has written is not the writer's to go on from, unless it took the session up behind it. */
function requireWriter({ last, writer: owner }: Tail, writer: StoreWriter | undefined): void {
  if (writer === undefined || writer.id === owner || writer.after === last) return;
  throw new StoreError(
    'storeConflict',
    'Somebody else has written to this session since it was taken up here: nothing was stored.',
  );
}

export function appendConflict(tail: Tail, first: number): StoreError {
  const next = tail.last + 1;
  const message = `The next entry of this session is ${next}, not ${first}: somebody else writes to it, or entries are missing.`;
  return new StoreError('storeConflict', message);
}
