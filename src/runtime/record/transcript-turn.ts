/** A tool that answered within a turn, in short. */
export interface ToolSummary {
  readonly name: string;
  /** The answer as text, at most 200 characters. */
  readonly summary: string;
}

/**
 * One turn in words, as it stood when it was asked for. The words are as they were said: what leaves the process goes
 * through the `Redactor` first.
 */
export interface TranscriptTurn {
  /** From 1, the session's number. */
  readonly number: number;
  /** What the user said or typed; empty when the model spoke unasked. */
  readonly user: string;
  /** What the model said; after a barge-in what of it was heard. */
  readonly model: string;
  readonly tools: readonly ToolSummary[];
  /** The user cut in. */
  readonly interrupted: boolean;
  /** The connection was lost in the middle of the model's words. */
  readonly cutOff?: true;
  /** The application sent a text as the user's. */
  readonly typed?: true;
  /** When the first word, call or output of the turn came, on the session's clock. */
  readonly startedMs: number;
}
