import { WireError } from '../wire-error.ts';
import type { SessionPhase } from './session-phase.ts';

export interface WaitOptions {
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly target: SessionPhase;
  readonly resolve: () => void;
  readonly reject: (error: WireError) => void;
}

/** Shared, because most sessions are waited for by nobody most of the time. */
const NOBODY: readonly Waiter[] = [];

/** The current phase, and whoever waits for one. A phase that lasts an instant is not missed. */
export class PhaseWatch {
  #current: SessionPhase = 'disconnected';
  #ended: WireError | undefined;
  #waiters: readonly Waiter[] = NOBODY;

  get current(): SessionPhase {
    return this.#current;
  }

  set(phase: SessionPhase): void {
    this.#current = phase;
    const reached = this.#waiters.filter(({ target }) => target === phase);
    if (reached.length === 0) return;
    this.#waiters = this.#waiters.filter(({ target }) => target !== phase);
    for (const { resolve } of reached) resolve();
  }

  /** No phase comes after this: whoever still waits is told. */
  end(error: WireError): void {
    this.#ended = error;
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters = NOBODY;
  }

  /** Resolves at `target`, at once when it is current. Rejects with `sessionEnded` or `aborted`. */
  waitFor(target: SessionPhase, { signal }: WaitOptions = {}): Promise<void> {
    if (this.#current === target) return Promise.resolve();
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiters = this.#waiters.concat({ target, resolve, reject });
    });
    return signal === undefined ? promise : this.#abortable(promise, signal);
  }

  /** An abort after the phase was reached rejects nothing, and a phase that was reached leaves no listener. */
  #abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(abortError(signal));
      signal.addEventListener('abort', abort, { once: true });
      const stop = (): void => signal.removeEventListener('abort', abort);
      promise.finally(stop).then(resolve, reject);
    });
  }
}

/** `aborted`, with the signal's reason as cause. */
export function abortError(signal: AbortSignal): WireError {
  return new WireError('aborted', 'Aborted by the signal that was passed in.', { cause: signal.reason });
}
