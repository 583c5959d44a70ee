/** A function of the application that threw, or returned what it must not. The conversation went on without it. */
export interface Fault {
  /** Which function, for example `phases.order.transitions[1].when`. */
  readonly where: string;
  readonly cause: unknown;
}

/** Calls `read`; when it throws, or returns a promise, that becomes a fault and the answer is `otherwise`. */
export function attempt<T>(read: () => T, otherwise: T, where: string, faults: Fault[]): T {
  try {
    return atOnce(read());
  } catch (cause) {
    faults.push({ where, cause });
    return otherwise;
  }
}

/** What a function that must answer at once has answered. Throws for a promise: nobody waits for it. */
export function atOnce<T>(answer: T): T {
  if (!isThenable(answer)) return answer;
  // Without this its rejection would end the process.
  answer.then(undefined, () => undefined);
  throw new TypeError('It returned a promise: it must answer at once.');
}

/** Whether something is, or behaves like, a promise. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function';
}
