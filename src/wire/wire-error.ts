/** Every way the wire layer fails. The sentence a user reads is in `message`; programs match on `code`. */
export type WireErrorCode =
  // Configuration and misuse
  | 'invalidConfig'
  | 'missingCredentials'
  | 'invalidArgument'
  | 'unsupportedByModel'
  | 'unsupportedByPlatform'
  // Reaching the service
  | 'connectTimeout'
  | 'setupTimeout'
  | 'connectionFailed'
  | 'upgradeRejected'
  | 'tokenFetchFailed'
  | 'aborted'
  // What the service answers (spec: wire §5)
  | 'invalidApiKey'
  | 'unauthenticated'
  | 'apiDisabled'
  | 'modelNotFound'
  | 'invalidRequest'
  | 'unsupportedFeature'
  | 'entityNotFound'
  | 'sessionNotFound'
  | 'quotaExceeded'
  | 'concurrencyExceeded'
  | 'serverError'
  | 'connectionExpired'
  | 'idleTimeout'
  | 'closedByServer'
  | 'connectionLost'
  | 'frameTooLarge'
  // While a session runs
  | 'malformedFrame'
  | 'sendQueueFull'
  | 'sessionEnded'
  | 'lagged'
  | 'listenerFailed'
  | 'recorderFailed'
  | 'internal';

/** Optional facts beside the code. */
export interface WireErrorOptions {
  readonly cause?: unknown;
  /** True when trying again later may succeed. Default false. */
  readonly retryable?: boolean;
  readonly closeCode?: number;
  readonly closeReason?: string;
  readonly httpStatus?: number;
  readonly elapsedMs?: number;
  /** `lagged`: how many events the receiver lost. */
  readonly missed?: number;
}

/** The one error class of `parlando/wire`. Messages, causes and fields never hold a credential. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly retryable: boolean;
  // Declared, not defined: what does not apply is absent, and not printed as undefined.
  /** The WebSocket close code, when the peer closed. */
  declare readonly closeCode?: number;
  /** The peer's words when it closed. */
  declare readonly closeReason?: string;
  /** The HTTP status that refused the upgrade. */
  declare readonly httpStatus?: number;
  /** How long was waited, for the timeouts. */
  declare readonly elapsedMs?: number;
  declare readonly missed?: number;

  constructor(code: WireErrorCode, message: string, options: WireErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.closeCode !== undefined) this.closeCode = options.closeCode;
    if (options.closeReason !== undefined) this.closeReason = options.closeReason;
    if (options.httpStatus !== undefined) this.httpStatus = options.httpStatus;
    if (options.elapsedMs !== undefined) this.elapsedMs = options.elapsedMs;
    if (options.missed !== undefined) this.missed = options.missed;
  }

  /** A plain object for logs and JSON lines. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, retryable, closeCode, closeReason, httpStatus, elapsedMs, missed } = this;
    return { name, code, message, retryable, closeCode, closeReason, httpStatus, elapsedMs, missed };
  }
}

/** Wraps whatever was thrown as a WireError, keeping one that is already such. */
export function toWireError(thrown: unknown, code: WireErrorCode, message: string): WireError {
  return thrown instanceof WireError ? thrown : new WireError(code, message, { cause: thrown });
}
