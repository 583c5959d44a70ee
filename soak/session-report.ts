/** What one session of a soak came to. Plain JSON: it goes from process to process. */

export interface Exactness {
  readonly sent: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Told twice, because it crossed a handle that says nothing of what it holds. */
  readonly crossed: readonly string[];
}

export interface TurnsOutcome extends Exactness {
  /** Spoken, and the sound was dropped for a stated reason. */
  readonly excused: readonly string[];
}

export interface RotationOutcome {
  readonly cause: string;
  readonly gapMs: number;
  readonly resumed: boolean;
}

/** Where the audio went. */
export interface AudioBalance {
  /** Given by the application. */
  readonly upSamples: number;
  /** In the server's ledger, over all connections. */
  readonly serverSamples: number;
  /** Of those, heard once more because a connection was lost. */
  readonly againSamples: number;
  /** Dropped: more than is kept came while the model waited for a call. */
  readonly heldSamples: number;
  /** Dropped: older than is kept when the connection came. */
  readonly lateSamples: number;
  /** Outside the turns that a client with authority opened: the room, and what it holds for no speech. */
  readonly gatedSamples: number;
  /** Taken by the service and forgotten: the fault of that name. */
  readonly swallowedSamples: number;
  /** Gone, and nobody knows why. */
  readonly unexplainedSamples: number;
  /** Sent by the server, and delivered to the application. */
  readonly downSentBytes: number;
  readonly downHeardBytes: number;
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
  readonly turns: TurnsOutcome;
  readonly results: Exactness;
  readonly contexts: Exactness;
  readonly audio: AudioBalance;
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
