/** Compares what goes out with what was recorded, frame by frame. */
import { frameSum } from './frame-sum.ts';
import { isAlikeText } from './hidden-places.ts';
import type { RecordingEntry } from './recording.ts';
import { diffOf, type ReplayDifference } from './replay-difference.ts';

type OutEntry = Extract<
  RecordingEntry,
  { readonly type: 'out' | 'outAudio' | 'open' | 'close' | 'terminate' }
>;

interface Expected {
  readonly entry: OutEntry;
  /** Its place in the recording. */
  readonly index: number;
}

export class OutCheck {
  readonly #expected: readonly Expected[];
  readonly #found: (difference: ReplayDifference) => void;
  #next = 0;
  /** What is recorded from here on is not due yet. */
  #horizon = Number.POSITIVE_INFINITY;
  #here: { readonly seq: number; readonly tMs: number } = { seq: 1, tMs: 0 };

  constructor(entries: readonly RecordingEntry[], found: (difference: ReplayDifference) => void) {
    this.#found = found;
    this.#expected = entries.flatMap((entry, index) => (isOut(entry) ? { entry, index } : []));
  }

  /** The replay has come to this entry; what is recorded behind `horizon` must not come yet. */
  moveTo(here: { readonly seq: number; readonly tMs: number }, horizon: number): void {
    this.#here = here;
    this.#horizon = horizon;
  }

  /** Whether everything that is recorded before this place has come. */
  isComplete(before: number): boolean {
    return (this.#expected[this.#next]?.index ?? Number.POSITIVE_INFINITY) >= before;
  }

  /** What is recorded before this place and did not come will not come. */
  requireComplete(before: number): void {
    for (let next = this.#expected[this.#next]; next !== undefined && next.index < before; ) {
      const { seq, tMs } = next.entry;
      const recorded = shown(next.entry);
      this.#found({ kind: 'frame', seq, tMs, recorded, came: undefined, diff: diffOf(recorded, undefined) });
      this.#next += 1;
      next = this.#expected[this.#next];
    }
  }

  frame(conn: number, frame: Uint8Array | string): void {
    const expected = this.#expected[this.#next];
    if (expected === undefined || expected.index > this.#horizon) return this.#extra(text(frame));
    this.#next += 1;
    const { entry } = expected;
    if (isSame(entry, conn, frame) || isAlikeFrame(entry, conn, frame)) return;
    const { seq, tMs } = entry;
    const recorded = shown(entry);
    const came = text(frame);
    const diff =
      entry.type === 'outAudio' && typeof frame !== 'string' && frame.length === entry.bytes
        ? `the audio of a frame of ${entry.bytes} bytes is another`
        : diffOf(recorded, came);
    this.#found({ kind: 'frame', seq, tMs, recorded, came, diff });
  }

  went(conn: number, type: 'open' | 'close' | 'terminate'): void {
    const expected = this.#expected[this.#next];
    const came = `${type} of connection ${conn}`;
    if (expected === undefined || expected.index > this.#horizon) return this.#extra(came);
    this.#next += 1;
    const { entry } = expected;
    if (entry.type === type && entry.conn === conn) return;
    const { seq, tMs } = entry;
    const recorded = shown(entry);
    this.#found({ kind: 'frame', seq, tMs, recorded, came, diff: diffOf(recorded, came) });
  }

  #extra(came: string): void {
    const diff = diffOf(undefined, came);
    this.#found({ kind: 'extraFrame', ...this.#here, recorded: undefined, came, diff });
  }
}

function isOut(entry: RecordingEntry): entry is OutEntry {
  return (
    entry.type === 'out' ||
    entry.type === 'outAudio' ||
    entry.type === 'open' ||
    entry.type === 'close' ||
    entry.type === 'terminate'
  );
}

function isSame(entry: OutEntry, conn: number, frame: Uint8Array | string): boolean {
  if (entry.conn !== conn) return false;
  if (entry.type === 'out') return entry.data === frame;
  if (entry.type !== 'outAudio' || typeof frame === 'string') return false;
  return entry.bytes === frame.length && (entry.sum === undefined || entry.sum === frameSum(frame));
}

function isAlikeFrame(entry: OutEntry, conn: number, frame: Uint8Array | string): boolean {
  if (entry.type !== 'out' || entry.conn !== conn || typeof frame !== 'string') return false;
  return entry.hidden !== undefined && isAlikeText(entry.data, frame, entry.hidden);
}

function shown(entry: OutEntry): string {
  if (entry.type === 'out') return entry.data;
  if (entry.type === 'outAudio') return `an audio frame of ${entry.bytes} bytes`;
  return `${entry.type} of connection ${entry.conn}`;
}

function text(frame: Uint8Array | string): string {
  return typeof frame === 'string' ? frame : `an audio frame of ${frame.length} bytes`;
}
