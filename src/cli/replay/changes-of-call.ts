/** What a recorded call says about the state of its session. */
import { open } from 'node:fs/promises';
import type { RecordedChange } from '../../flow/scenario/from-journal.ts';
import { ReplayError, recordingChanges } from '../../testing/index.ts';
import { CliError } from '../shell/cli-error.ts';
import { loadRecording } from './load-recording.ts';

/** Whether a file begins as a recording of a call does. What cannot be read is none. */
export async function isRecording(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(64), 0, 64, 0);
      return /^\s*\{"format":"parlando-recording"/.test(
        new TextDecoder().decode(buffer.subarray(0, bytesRead)),
      );
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** Replays the call. Rejects with `badDocument` when its options are not all in the file. */
export async function changesOfCall(path: string): Promise<readonly RecordedChange[]> {
  const { recording } = await loadRecording(path, false);
  try {
    return await recordingChanges(recording);
  } catch (cause) {
    if (!(cause instanceof ReplayError)) throw cause;
    throw new CliError('badDocument', `${path}: ${cause.message}`, { cause });
  }
}
