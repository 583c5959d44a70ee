/** The changes of state in a recorded call, from its beginning: what a scenario is made of. */
import type { RecordedChange } from '../../flow/scenario/from-journal.ts';
import type { LiveOptions } from '../live-options.ts';
import type { Recording } from './recording.ts';
import { replayOptions } from './replay-options.ts';
import { SessionReplay } from './session-replay.ts';

/**
 * Replays the recording and gives the journal of its state; what was redacted stands there as its surrogate. Rejects with
 * `optionsMissing`.
 * @param options those of the session. Default: what the recording has of them, when that is all
 */
export async function recordingChanges(
  recording: Recording,
  options?: LiveOptions,
): Promise<readonly RecordedChange[]> {
  const changes: RecordedChange[] = [];
  const session = new SessionReplay(recording, { options: replayOptions(recording, options) });
  const { journal } = session.core.state;
  let cursor = 0;
  const take = (): void => {
    for (const { key, new: value, origin } of journal.since(cursor))
      changes.push({ key, new: value, origin });
    cursor = journal.cursor;
  };
  try {
    take();
    await session.runTo(recording.entries.at(-1)?.seq ?? 0, take);
    return changes;
  } finally {
    session.close();
  }
}
