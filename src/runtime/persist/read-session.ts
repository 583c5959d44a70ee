/** From what a store gives to what is believed: every problem has its place. */

import { isRecord } from './json-shape.ts';
import type { NumberedEntry, SessionEntry } from './session-entry.ts';
import { entryShapes, SNAPSHOT_LABEL, snapshotShape } from './session-shapes.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import type { StoreEntry } from './store.ts';
import type { StoreProblem } from './store-error.ts';

export type SnapshotRead =
  | { readonly ok: true; readonly snapshot: SessionSnapshot }
  | { readonly ok: false; readonly problem: StoreProblem };

/** A snapshot, or the first thing that is wrong with it: it is foreign, of a later version, or damaged. */
export function readSessionSnapshot(value: unknown): SnapshotRead {
  const failed = (code: StoreProblem['code'], where: string, message: string): SnapshotRead => {
    return { ok: false, problem: { code, where, message } };
  };
  if (!isRecord(value) || value.kind !== SNAPSHOT_LABEL.kind || typeof value.version !== 'number') {
    return failed('foreign', 'snapshot', 'it is no snapshot of a session');
  }
  if (value.version !== SNAPSHOT_LABEL.version) {
    const message = `it has version ${value.version}, and this is written for ${SNAPSHOT_LABEL.version}`;
    const code = value.version > SNAPSHOT_LABEL.version ? 'futureVersion' : 'foreign';
    return failed(code, 'snapshot.version', message);
  }
  const problem = snapshotShape(value);
  if (problem !== undefined) return failed('corrupt', `snapshot${problem.path}`, `it ${problem.reason}`);
  // Its shape was checked.
  return { ok: true, snapshot: value as unknown as SessionSnapshot };
}

export interface EntriesRead {
  /** Those before the first that cannot be believed. */
  readonly entries: readonly NumberedEntry[];
  readonly problem: StoreProblem | undefined;
}

/** Entries of a journal, up to the first that is of another shape, or of a kind that a later version writes. */
export function readEntries(stored: readonly StoreEntry[]): EntriesRead {
  const entries: NumberedEntry[] = [];
  for (const { seq, data } of stored) {
    const problem = entryProblem(data, `entry ${seq}`);
    if (problem !== undefined) return { entries, problem };
    // Its shape was checked.
    entries.push({ seq, data: data as unknown as SessionEntry });
  }
  return { entries, problem: undefined };
}

function entryProblem(data: unknown, where: string): StoreProblem | undefined {
  const type = isRecord(data) ? data.type : undefined;
  if (typeof type !== 'string') return { code: 'corrupt', where, message: 'it has no type' };
  if (!Object.hasOwn(entryShapes, type)) {
    const message = `it is of the kind ${JSON.stringify(type)}, which is not known here`;
    return { code: 'futureVersion', where: `${where}.type`, message };
  }
  const problem = entryShapes[type as keyof typeof entryShapes](data);
  return problem && { code: 'corrupt', where: where + problem.path, message: `it ${problem.reason}` };
}
