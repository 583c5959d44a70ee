/** A store of anybody's: one that does not answer, or gives what no store gives, is told of as a `StoreError`. */
import type { Clock } from '../../wire/index.ts';
import { isRecord } from './json-shape.ts';
import type { Store, StoredSession } from './store.ts';
import { StoreError } from './store-error.ts';

export type GuardedStore = Pick<Store, 'append' | 'snapshot' | 'load'>;

/** Each call is given up after `limitMs` with `storeFailed`, which may be tried again. */
export function guardedStore(store: Store, clock: Pick<Clock, 'schedule'>, limitMs: number): GuardedStore {
  const within = <T>(name: string, work: Promise<T>): Promise<T> => {
    return new Promise<T>((resolve, reject) => {
      const stop = clock.schedule(limitMs, () => {
        const message = `The store has not answered ${name}() within ${limitMs} ms: see that it can be reached.`;
        reject(new StoreError('storeFailed', message, { retryable: true }));
      });
      work.finally(stop).then(resolve, reject);
    });
  };
  return {
    append: (...args) => within('append', store.append(...args)),
    snapshot: (...args) => within('snapshot', store.snapshot(...args)),
    load: async (...args) => requireStored(await within('load', store.load(...args))),
  };
}

function requireStored(stored: StoredSession | undefined): StoredSession | undefined {
  if (stored === undefined) return undefined;
  const given: unknown = stored;
  const isSound =
    isRecord(given) &&
    typeof given.upTo === 'number' &&
    Array.isArray(given.entries) &&
    given.entries.every((entry) => isRecord(entry) && typeof entry.seq === 'number') &&
    Array.isArray(given.problems);
  if (isSound) return stored;
  const message =
    'What load() of the store gave is no session: it has upTo, entries and problems. Try it with storeSuite.';
  throw new StoreError('storeForeign', message);
}
