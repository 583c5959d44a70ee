import { readFile, stat } from 'node:fs/promises';
import { type Recording, ReplayError, readRecording } from '../../testing/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';

/** No recording is larger. */
const MAX_BYTES = 1_000_000_000;

export interface LoadedRecording {
  readonly recording: Recording;
  /** Why it was read in part only. */
  readonly problem: string | undefined;
}

/** Rejects with `unreadableFile`, or `badDocument` with the line. The file is never written to. */
export async function loadRecording(path: string, recover: boolean): Promise<LoadedRecording> {
  const bytes = await read(path);
  try {
    const { recording, problem } = readRecording(bytes, { recover });
    return { recording, problem: problem?.message };
  } catch (cause) {
    if (!(cause instanceof ReplayError)) throw cause;
    const isPart = cause.code === 'recordingCorrupt' && (cause.line ?? 1) > 1 && !recover;
    const hint = isPart ? ' What stands before it can be replayed with --recover.' : '';
    throw new CliError('badDocument', `${path}:${cause.line ?? 1}: ${cause.message}${hint}`, { cause });
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new CliError('unreadableFile', `${path} is no ordinary file`);
    if (found.size > MAX_BYTES) {
      throw new CliError('badDocument', `${path} is too large: at most ${MAX_BYTES / 1e6} MB are read`);
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('unreadableFile', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
