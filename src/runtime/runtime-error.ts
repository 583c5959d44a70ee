/** Every way the runtime fails. Programs match on `code`; the message says what to do. */
export type RuntimeErrorCode =
  // Configuration: every problem at once
  | 'invalidOptions'
  // State
  | 'stateValueInvalid'
  | 'stateReadOnly'
  | 'stateSnapshotInvalid'
  // User code that threw; the call goes on
  | 'listenerFailed'
  | 'hookFailed'
  | 'guardFailed'
  | 'watcherFailed'
  | 'toolFailed'
  | 'extractorFailed'
  | 'processorFailed'
  | 'journalSinkFailed'
  // The runtime's own limits
  | 'watchersUnsettled'
  | 'controlQueueFull'
  | 'lagged'
  | 'teardownTimeout'
  // Context beside the user's words
  | 'contextUndelivered'
  // Text models
  | 'textModelFailed'
  | 'textModelRefused'
  | 'textModelTimeout'
  // Calls of the handle
  | 'invalidArgument'
  | 'sessionEnded'
  | 'aborted'
  | 'internal';

/** One thing that is wrong with the options, and what to do about it. */
export interface OptionProblem {
  /** Where, for example `phases.order.transitions[1].to`. */
  readonly path: string;
  readonly message: string;
}

export interface RuntimeErrorOptions {
  readonly cause?: unknown;
  /** True when trying again later may succeed. Default false. */
  readonly retryable?: boolean;
  /** `invalidOptions`: all of them. */
  readonly problems?: readonly OptionProblem[];
  /** `lagged`: how many events the receiver lost. */
  readonly missed?: number;
  /** `textModelFailed`: the HTTP status. */
  readonly httpStatus?: number;
}

/** The one error class of the runtime. Messages, causes and fields never hold a credential. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;
  readonly retryable: boolean;
  declare readonly problems?: readonly OptionProblem[];
  declare readonly missed?: number;
  declare readonly httpStatus?: number;

  constructor(code: RuntimeErrorCode, message: string, options: RuntimeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.problems !== undefined) this.problems = options.problems;
    if (options.missed !== undefined) this.missed = options.missed;
    if (options.httpStatus !== undefined) this.httpStatus = options.httpStatus;
  }
}
