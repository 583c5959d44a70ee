/** Why a recording could not be read or replayed. */
export type ReplayErrorCode =
  /** It is no recording of a live session. */
  | 'recordingForeign'
  /** A newer version of this package wrote it. */
  | 'recordingVersion'
  /** A line of it is not what it should be. */
  | 'recordingCorrupt'
  /** A line or the whole is too long. */
  | 'recordingTooLarge'
  /** The session asked for something that is on no tape. */
  | 'tapeMiss'
  /** The options of the session are code, and were not given. */
  | 'optionsMissing';

export interface ReplayErrorOptions {
  readonly cause?: unknown;
  /** From 1; of the file. */
  readonly line?: number;
}

export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly code: ReplayErrorCode;
  declare readonly line?: number;

  constructor(code: ReplayErrorCode, message: string, { cause, line }: ReplayErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (line !== undefined) this.line = line;
  }
}
