/** What one session of a soak came to. Plain JSON: it goes from process to process. */

export interface Exactness {
  readonly sent: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

export interface RotationOutcome {
  readonly cause: string;
  readonly gapMs: number;
  readonly resumed: boolean;
}

export interface SessionReport {
  readonly seed: number;
  readonly variant: string;
  readonly minutes: number;
  readonly wallMs: number;
  /** Faults that struck, by type. */
  readonly faults: Readonly<Record<string, number>>;
  readonly rotations: readonly RotationOutcome[];
  readonly connections: number;
  readonly turns: Exactness & { readonly excused: readonly string[] };
  readonly results: Exactness;
  readonly contexts: Exactness;
  readonly calls: {
    readonly run: number;
    readonly runTwice: readonly string[];
    readonly cancelled: number;
    readonly unanswered: readonly string[];
  };
  readonly interruptions: number;
  readonly deadAir: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly rejected: readonly string[];
  readonly ends: readonly string[];
  readonly unhandled: readonly string[];
  /** What must be and is not, in sentences. */
  readonly failures: readonly string[];
}
