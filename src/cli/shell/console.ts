/** The process as a port: where text goes, what time it is, and whether to stop. */
import type { Clock } from '../../wire/index.ts';

/** One of the two streams. */
export interface TextOutput {
  write(text: string): void;
  /** Whether a person watches it on a terminal. */
  readonly isTty: boolean;
  /** Width of the terminal; 80 when it is none. */
  readonly columns: number;
  /** Height of the terminal; 24 when it is none. */
  readonly rows: number;
}

/** What a command may touch of the process. */
export interface CliConsole {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts on SIGINT, SIGTERM, or when nobody reads stdout any more: close what is open and return. */
  readonly stop: AbortSignal;
  /** Whether to use colour. */
  readonly color: boolean;
}
