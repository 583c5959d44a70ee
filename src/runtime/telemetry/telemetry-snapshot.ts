/** All metrics of a session at one moment (spec: voice §13), plain JSON. */
export interface LatencyStats {
  readonly count: number;
  readonly lastMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly meanMs: number;
  /** Nearest rank over the last 256. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** Counts per bucket; `upperMs` null is the open bucket. */
  readonly histogram: ReadonlyArray<{ readonly upperMs: number | null; readonly count: number }>;
}

export interface TelemetrySnapshot {
  readonly uptimeSecs: number;
  readonly audioChunksOut: number;
  /** Audio from the model, KiB. */
  readonly audioKbytesOut: number;
  /** KiB a second over the uptime, one decimal. */
  readonly audioThroughputKbps: number;
  /**
   * How much of the user's sound never went out: what waited longer than `limits.maxQueuedAudioMs` for a connection, for a
   * socket with room, or for the end of a call that blocks the model. Milliseconds; of encoded audio an estimate.
   */
  readonly droppedAudioMs: number;
  readonly interruptions: number;
  readonly lastResponseLatencyMs: number;
  readonly avgResponseLatencyMs: number;
  readonly minResponseLatencyMs: number;
  readonly maxResponseLatencyMs: number;
  readonly responseCount: number;
  readonly responseLatency: LatencyStats;
  readonly turnCount: number;
  /** From the first input or output of a turn to its end; the user's idle time is not in it. */
  readonly avgTurnDurationMs: number;
  readonly totalTokenCount: number;
  readonly promptTokenCount: number;
  readonly responseTokenCount: number;
  readonly cachedContentTokenCount: number;
  readonly thoughtsTokenCount: number;
  readonly tokensByModality: Readonly<Record<string, { readonly prompt: number; readonly response: number }>>;
}
