/** Time as a port: everything that waits or measures takes one of these, so tests and replays own the time. */
export interface Clock {
  /** Milliseconds on a clock that never goes backwards; only differences have a meaning. */
  nowMs(): number;
  /** Runs `task` once, `delayMs` from now, unless the returned function is called first. */
  schedule(delayMs: number, task: () => void): Cancel;
}

/** Cancels what it was returned for; calling it again, or too late, does nothing. */
export type Cancel = () => void;
