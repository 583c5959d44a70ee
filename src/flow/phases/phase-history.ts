/** Why a phase was entered. */
export type PhaseTrigger =
  | { readonly type: 'initial' }
  /** `index` is the transition's, from 1. */
  | { readonly type: 'guard'; readonly index: number; readonly description?: string }
  | { readonly type: 'goTo'; readonly source: string };

/** One move between phases. */
export interface PhaseVisit {
  /** Empty for the first phase. */
  readonly from: string;
  readonly to: string;
  readonly turn: number;
  /** On the session's clock. */
  readonly atMs: number;
  readonly trigger: PhaseTrigger;
  /** How long `from` lasted. */
  readonly durationMs: number;
}

/** How many moves are remembered; the oldest is forgotten. */
export const MAX_PHASE_HISTORY = 100;

/** The moves so far, oldest first, with one more. */
export function remember(history: readonly PhaseVisit[], visit: PhaseVisit): readonly PhaseVisit[] {
  return [...history.slice(-(MAX_PHASE_HISTORY - 1)), visit];
}

/** Where a conversation of phases is, beside its visits: plain JSON. Times are on the session's clock. */
export interface PhasePlace {
  readonly name: string;
  readonly enteredAtMs: number;
  readonly enteredInTurn: number;
  readonly repair: { readonly turns: number; readonly unfulfilled: readonly string[] };
  /** What `session:navigationContext` says. */
  readonly navigation: string;
}
