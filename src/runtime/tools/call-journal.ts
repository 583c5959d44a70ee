import type { ToolCall } from './tool-call.ts';

/** Writes down how calls go, so that another process can go on with them. Nothing here throws. */
export interface CallJournal {
  readonly started: (call: ToolCall) => void;
  /** Its work is about to begin. What is returned is waited for; false: it must not begin. */
  readonly begins: (call: ToolCall) => PromiseLike<boolean> | undefined;
  /**
   * Another process has made a request that looks the same once its secrets are masked: nobody can say whether it was this
   * one.
   */
  readonly mayHaveRun?: (call: ToolCall) => boolean;
  /** A tool that runs once has failed for certain: it may run again. */
  readonly givenBack: (tool: string) => void;
  /** It is answered or given up, and nothing of it runs. */
  readonly ended: (call: ToolCall) => void;
}

/** A call of another process, and what is done about it. */
export interface ResumedCall {
  readonly callId: string;
  readonly name: string;
  readonly args?: ToolCall['origin']['args'];
  readonly turn: number;
  /** Its work had begun. */
  readonly running: boolean;
  /** `unknown`: it is not run again, and the model is told that nobody knows whether it took effect. */
  readonly fate: 'rerun' | 'unknown';
}

/** What is known of the calls of before. */
export interface CallHistory {
  /** Ids of calls that came. */
  readonly known: readonly string[];
  /** Tools that run once, and have. */
  readonly once: readonly string[];
}
