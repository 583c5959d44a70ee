import type { Clock } from '../../wire/index.ts';

/** How work ended that was not waited for without end. */
export type Bounded<T> =
  | { readonly type: 'value'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'timeout' }
  /** The signal aborted first. */
  | { readonly type: 'aborted' };

/** Runs `work` and waits for it, at most `limitMs` and until `signal` aborts. Never rejects; late endings are ignored. */
export function bounded<T>(
  clock: Clock,
  limitMs: number,
  work: () => T | PromiseLike<T>,
  signal?: AbortSignal,
): Promise<Bounded<T>> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ type: 'aborted' });
    const onAbort = (): void => end({ type: 'aborted' });
    const cancelTimer = clock.schedule(limitMs, () => end({ type: 'timeout' }));
    const end = (outcome: Bounded<T>): void => {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    settled(work).then(end, (error: unknown) => end({ type: 'error', error }));
  });
}

/** Waits for work that is bounded elsewhere. Never rejects. */
export async function settled<T>(
  work: () => T | PromiseLike<T>,
): Promise<
  { readonly type: 'value'; readonly value: T } | { readonly type: 'error'; readonly error: unknown }
> {
  try {
    return { type: 'value', value: await work() };
  } catch (error) {
    return { type: 'error', error };
  }
}
