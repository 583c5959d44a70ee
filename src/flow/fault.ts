/** A function of the application that threw, or returned what it must not. The conversation went on without it. */
export interface Fault {
  /** Which function, for example `phases.order.transitions[1].when`. */
  readonly where: string;
  readonly cause: unknown;
}

/** Calls `read`; when it throws, or returns a promise, that becomes a fault and the answer is `otherwise`. */
export function attempt<T>(read: () => T, otherwise: T, where: string, faults: Fault[]): T {
  try {
    const value = read();
    if (!isThenable(value)) return value;
    // Nobody will wait for it: without this its rejection would end the process.
    value.then(undefined, () => undefined);
    faults.push({ where, cause: new TypeError('It returned a promise: it must answer at once.') });
  } catch (cause) {
    faults.push({ where, cause });
  }
  return otherwise;
}

/** Whether something is, or behaves like, a promise. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function';
}
