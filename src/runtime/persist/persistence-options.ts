/** How a live session is kept. */
import {
  aFunction,
  anything,
  either,
  fields,
  isObject,
  isPlainObject,
  oneOf,
  problem,
  type Shape,
  unusable,
} from '../option-shape.ts';
import type { SealPort } from './sealing.ts';
import type { Store } from './store.ts';

/** What is done about a session that the store has, or has not. */
export type RestoreMode =
  /** Goes on with it if it is there, else begins. */
  | 'ifAny'
  /** Goes on with it; `storeMissing` when it is not there. */
  | 'required'
  /** Begins; `storeConflict` when it is there. */
  | 'never';

export interface PersistenceOptions {
  readonly store: Store;
  /** The session's name in the store; `connect({ sessionId })` comes first. @default a new one: `handle.sessionId` */
  readonly sessionId?: string;
  /** @default 'ifAny' */
  readonly restore?: RestoreMode;
  /** Keeps what is masked, and the handle to resume with, sealed. @default what is masked is not kept */
  readonly seal?: SealPort;
  /** Entries of the journal between snapshots. @default 500 */
  readonly snapshotEvery?: number;
  /** Entries that may wait for the store; over it a snapshot takes their place. @default 4_096 */
  readonly maxQueued?: number;
  /**
   * Of a damaged session, takes what can be read into a new one of this id; the damaged one stays as it is.
   * @default a damaged session is refused (`storeCorrupt`)
   */
  readonly recoverAs?: string;
  /**
   * A commit without an idempotency key begins when the store has that it begins. After this time it is refused instead.
   * @default 5_000
   */
  readonly commitWaitMs?: number;
  /** A call of the store that takes longer counts as failed (`storeFailed`), and is tried again. @default 10_000 */
  readonly storeTimeoutMs?: number;
}

/** What one call may say of its own. */
export type PersistenceOfCall = Pick<PersistenceOptions, 'sessionId' | 'restore'>;

const METHODS = ['append', 'snapshot', 'load', 'list', 'delete', 'close'] as const;

const store: Shape = (value, path) => {
  if (!isObject(value)) return unusable(path, 'a store: make one with `new MemoryStore()`');
  const lacking = METHODS.filter((name) => typeof (value as Partial<Store>)[name] !== 'function');
  return lacking.length === 0 ? [] : unusable(path, `a store: it has no ${lacking.join(', ')}`);
};

const text: Shape = (value, path) =>
  typeof value === 'string' && value !== '' ? [] : problem(path, 'It must be a text that is not empty.');

const positive: Shape = (value, path) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value)
    ? []
    : problem(path, 'It must be a positive number.');

const shape = fields<PersistenceOptions>({
  ...{ store, sessionId: text, restore: oneOf('ifAny', 'required', 'never') },
  seal: either(
    (value) => isPlainObject(value),
    fields<SealPort>({ seal: aFunction, unseal: aFunction }),
    either(isObject, anything, aFunction),
  ),
  ...{
    snapshotEvery: positive,
    maxQueued: positive,
    recoverAs: text,
    commitWaitMs: positive,
    storeTimeoutMs: positive,
  },
});

export const persistenceShape: Shape = (value, path) => {
  const found = shape(value, path);
  if (!isObject(value) || 'store' in value) return found;
  return [...found, ...unusable(`${path}.store`, 'given: it is where the session is kept')];
};
