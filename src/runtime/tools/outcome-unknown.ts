import { RuntimeError, type RuntimeErrorOptions } from '../runtime-error.ts';

/**
 * Thrown by a tool that cannot say whether it took effect: the answer was lost, or nobody can vouch for it. The call
 * counts as failed, but not for certain: what runs once is not given back, nothing is compensated, and the model is told
 * not to call the tool again. Of a read it is a failure like any other.
 */
export class OutcomeUnknown extends RuntimeError {
  /** @param reason for the model: what went wrong, without a secret */
  constructor(reason: string, options: Pick<RuntimeErrorOptions, 'cause' | 'httpStatus'> = {}) {
    super('toolFailed', reason, options);
  }
}
