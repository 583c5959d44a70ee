import type { LoadCall, Store } from './store.ts';
import { StoreError, type StoreProblem } from './store-error.ts';

/** What a recovery has saved. */
export interface Recovery {
  /** The last entry that could be read; 0 when there was only a snapshot of the beginning. */
  readonly last: number;
  /** Why there is no more. */
  readonly problems: readonly StoreProblem[];
}

/**
 * Writes what can be read of a damaged session under another id. The damaged one is left as it is. Throws
 * `invalidArgument` when there is no such session or `newId` is taken, `storeCorrupt` when nothing can be read.
 */
export async function recoverSession(
  store: Store,
  sessionId: string,
  newId: string,
  call: Omit<LoadCall, 'recover'> = {},
): Promise<Recovery> {
  const stored = await store.load(sessionId, { ...call, recover: true });
  if (stored === undefined) throw new StoreError('invalidArgument', 'There is no such session.');
  if ((await store.load(newId, call)) !== undefined) {
    throw new StoreError('invalidArgument', 'There is a session under the new id: nothing was recovered.');
  }
  const { snapshot, upTo, entries, problems } = stored;
  if (snapshot === undefined && entries[0]?.seq !== 1) {
    throw new StoreError('storeCorrupt', 'Nothing of this session can be read.', { problems });
  }
  if (snapshot !== undefined) await store.snapshot(newId, snapshot, upTo, call);
  await store.append(newId, entries, call);
  return { last: entries.at(-1)?.seq ?? upTo, problems };
}
