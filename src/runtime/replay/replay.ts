/** Replays a recording, and says whether the session went the same way. */
import type { LiveEvent } from '../live-event.ts';
import type { LiveOptions } from '../live-options.ts';
import { tasksDone } from './next-task.ts';
import type { Recording } from './recording.ts';
import type { ReplayDifference, StateDifference } from './replay-difference.ts';
import { replayOptions } from './replay-options.ts';
import { SessionReplay } from './session-replay.ts';

export interface ReplayOptions {
  /** The options of the session. @default what the recording has of them, when that is all */
  readonly options?: LiveOptions | undefined;
  /** Hears the events of the session that is replayed. */
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  /** Told now and then how far it is, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** The last entry to replay. @default the last one there is */
  readonly upTo?: number | undefined;
}

export interface ReplayResult {
  /** Nothing differed. */
  readonly clean: boolean;
  readonly difference: ReplayDifference | undefined;
  /** Keys of the final state that differ. */
  readonly state: readonly StateDifference[];
  /** How many entries were replayed. */
  readonly entries: number;
  /** False where the recording has no end: it was cut off. */
  readonly complete: boolean;
}

const PROGRESS_EVERY = 2_000;

/** Rejects with `optionsMissing`, or with `invalidOptions` of the options. */
export async function replay(recording: Recording, options: ReplayOptions = {}): Promise<ReplayResult> {
  const { onEvent, onProgress, upTo } = options;
  const { entries } = recording;
  const last = upTo ?? entries.at(-1)?.seq ?? 0;
  const session = new SessionReplay(recording, {
    options: replayOptions(recording, options.options),
    onEvent,
  });
  let told = 0;
  try {
    await session.runTo(last, (seq) => {
      if (onProgress === undefined || seq - told < PROGRESS_EVERY) return;
      told = seq;
      onProgress(last === 0 ? 1 : seq / last);
    });
    await tasksDone();
    const complete = entries.some(({ type }) => type === 'end');
    const state = session.isOver ? session.stateDifferences() : [];
    const difference = session.first;
    const clean = difference === undefined && state.length === 0;
    return { clean, difference, state, entries: session.seq, complete };
  } finally {
    session.close();
  }
}
