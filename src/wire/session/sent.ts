import type { WireError } from '../wire-error.ts';

/** What a send that succeeded returns: always the same promise, so that a chunk of audio allocates none. */
export const SENT: Promise<void> = Promise.resolve();

/** A rejection that whoever awaits sees, and that nobody must await. */
export function rejected(error: WireError): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
