/** What a session is after its journal: pure, and the same for the same entries. */
import type { NumberedEntry } from './session-entry.ts';
import { SessionFold } from './session-fold.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import type { StoreProblem } from './store-error.ts';

export interface Folded {
  readonly snapshot: SessionSnapshot;
  /** What could not be applied; everything after it was left out. */
  readonly problem: StoreProblem | undefined;
}

/**
 * Applies the entries that come after the snapshot; those that it holds already change nothing. Stops at a gap. A mutation
 * of the state counts by its own number too: one that the snapshot holds is left out, and a gap there stops, too.
 */
export function foldJournal(snapshot: SessionSnapshot, entries: readonly NumberedEntry[]): Folded {
  const fold = new SessionFold(snapshot);
  for (const { seq, data } of entries) {
    if (seq <= fold.seq) continue;
    const missing = fold.missing(seq, data);
    if (missing !== undefined) {
      const problem: StoreProblem = { code: 'gap', where: `entry ${seq}`, message: missing };
      return { snapshot: fold.snapshot(), problem };
    }
    fold.seq = seq;
    fold.apply(data);
  }
  return { snapshot: fold.snapshot(), problem: undefined };
}
