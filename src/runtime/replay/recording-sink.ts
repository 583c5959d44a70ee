/** Where the lines of a recording go. */
export interface RecordingSink {
  /** Whole lines, each with its line break. The next call comes when the promise has settled. */
  write(lines: string): void | Promise<void>;
  /** Everything was written; called once, also after a write that failed. */
  close?(): void | Promise<void>;
}

/** A recording in memory. */
export class MemoryRecording implements RecordingSink {
  readonly #pieces: string[] = [];

  write(lines: string): void {
    this.#pieces.push(lines);
  }

  /** All lines so far. */
  get text(): string {
    return this.#pieces.join('');
  }
}
