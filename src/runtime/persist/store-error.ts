/** Every way a store fails. */
export type StoreErrorCode =
  /** Somebody else has written to the session since, or deleted it: load it again, or let go of it. Or a new one is there already. */
  | 'storeConflict'
  /** The session that was to be restored is not in the store. */
  | 'storeMissing'
  /** What is stored has been damaged; `problems` says where. Load it with `recover` for the part that can be read. */
  | 'storeCorrupt'
  /** It was written by a later version of Parlando. */
  | 'storeVersion'
  /** It is something else: another program's file or database. */
  | 'storeForeign'
  /** Too much waits to be written, or the store holds all that it may. */
  | 'storeFull'
  /** The disk or the database refused. */
  | 'storeFailed'
  /** The store is closed. */
  | 'storeClosed'
  /** What the store runs on is not installed. */
  | 'storeUnavailable'
  | 'invalidArgument'
  | 'aborted';

/** What kind of thing is wrong with something stored. */
export type StoreProblemCode =
  /** The last write was cut off; it was never acknowledged. */
  | 'tornTail'
  /** A write that was cut off, and written again later. */
  | 'tornEntry'
  /** A writer that had lost the session wrote on; it was told. */
  | 'superseded'
  /** Damaged: what is here, and what follows, is lost. */
  | 'corrupt'
  /** Entries are missing: what follows cannot be applied. */
  | 'gap'
  | 'futureVersion'
  | 'foreign'
  /** Something that the session had, and the application has no more: a phase, a step. */
  | 'unknownPart'
  /** A secret that was not kept. */
  | 'masked'
  /** A sealed secret that could not be opened. */
  | 'sealed';

/** One thing that is wrong with something stored, and where. */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  /** For example `a.journal.jsonl, line 7`, or `snapshot.state.values`. */
  readonly where: string;
  readonly message: string;
}

export interface StoreErrorOptions {
  readonly cause?: unknown;
  /** True when the same call may succeed later. Default false. */
  readonly retryable?: boolean;
  readonly problems?: readonly StoreProblem[];
}

/** The error of stores and of what is read from them. Never holds what was stored. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly retryable: boolean;
  readonly problems: readonly StoreProblem[];

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.problems = options.problems ?? [];
  }
}

/** The first problem after which nothing more can be read, as an error; undefined when everything was read. */
export function lossOf(problems: readonly StoreProblem[], subject: string): StoreError | undefined {
  const loss = problems.find(({ code }) => code in LOSSES);
  if (loss === undefined) return undefined;
  const code = LOSSES[loss.code] ?? 'storeCorrupt';
  return new StoreError(code, `${subject} cannot be read: ${loss.where}: ${loss.message}`, { problems });
}

const LOSSES: Readonly<Partial<Record<StoreProblemCode, StoreErrorCode>>> = {
  corrupt: 'storeCorrupt',
  gap: 'storeCorrupt',
  futureVersion: 'storeVersion',
  foreign: 'storeForeign',
};

/** Throws `aborted` when the signal has. */
export function requireLive(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new StoreError('aborted', 'The caller gave up.', { cause: signal.reason });
}
