import type { RestoredCall, RestoredSession } from './restore-session.ts';
import type { KeptTurn } from './session-snapshot.ts';
import type { StoreProblem } from './store-error.ts';

/** What a session has been restored with: `handle.restored`. */
export interface RestoredReport {
  /** The number of the last turn that had ended. */
  readonly turn: number;
  /** How long nobody had the session, in milliseconds of the calendar; it counts from the last thing that was dated. */
  readonly awayMs: number;
  /** The last turns in words, redacted, the newest last. */
  readonly turns: readonly KeptTurn[];
  /** Calls that were under way: run again, or told to the model as unknown. */
  readonly calls: ReadonlyArray<Pick<RestoredCall, 'callId' | 'name' | 'fate'>>;
  /** What did not come back, and why. */
  readonly problems: readonly StoreProblem[];
}

export function restoredReport(
  { snapshot, calls, awayMs }: RestoredSession,
  problems: readonly StoreProblem[],
): RestoredReport {
  return Object.freeze({
    turn: snapshot.turn,
    awayMs,
    turns: snapshot.turns,
    calls: calls.map(({ callId, name, fate }) => ({ callId, name, fate })),
    problems,
  });
}
