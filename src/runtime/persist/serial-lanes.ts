import { requireLive, StoreError } from './store-error.ts';

/** How many calls may wait, over all keys. */
const DEFAULT_LIMIT = 10_000;

/**
 * Runs tasks of one key one after the other, in the order of their calls, those of different keys side by side. A task
 * that fails holds nobody up. Bounded: over the limit a call is refused with `storeFull`.
 */
export class SerialLanes {
  readonly #limit: number;
  readonly #tails = new Map<string, Promise<void>>();
  #waiting = 0;
  #end: Promise<void> | undefined;

  constructor(limit: number = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** Rejects with `aborted` as soon as the signal does; a task that has begun goes on unheard, in its place. */
  run<T>(key: string, signal: AbortSignal | undefined, task: () => T | PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      requireLive(signal);
      if (this.#end !== undefined) throw new StoreError('storeClosed', 'The store is closed.');
      if (this.#waiting >= this.#limit) {
        const message = `${this.#limit} calls wait to be run: try again later.`;
        throw new StoreError('storeFull', message, { retryable: true });
      }
      this.#waiting += 1;
      const giveUp = (): void => {
        reject(new StoreError('aborted', 'The caller gave up.', { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      const work = async (): Promise<void> => {
        try {
          if (signal?.aborted !== true) resolve(await task());
        } catch (cause) {
          reject(cause);
        } finally {
          this.#waiting -= 1;
          signal?.removeEventListener('abort', giveUp);
        }
      };
      const tail = (this.#tails.get(key) ?? Promise.resolve()).then(work);
      this.#tails.set(key, tail);
      void tail.then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    });
  }

  /** Takes no more tasks and resolves when those it has are done and `last` has run; once, for every caller. */
  close(last?: () => void | PromiseLike<void>): Promise<void> {
    this.#end ??= Promise.all([...this.#tails.values()]).then(last);
    return this.#end;
  }
}
