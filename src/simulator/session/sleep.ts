/** Waiting on an injected clock. */
import type { Clock } from '../../wire/clock.ts';

/** Thrown by {@link sleep} when its signal aborts; its owner knows why and says nothing. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Resolves `delayMs` from now; rejects with {@link Stopped} when `signal` aborts first. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(new Stopped());
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(new Stopped());
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** `promise`, unless `signal` aborts first: then {@link Stopped}, whatever becomes of the promise. */
export function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(new Stopped());
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Stopped());
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
