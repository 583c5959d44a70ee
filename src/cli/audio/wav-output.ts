/** Where a reply goes. */
import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeWav } from '../../audio/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { HeardAudio } from './agent-speaker.ts';

/** Finds out before a call whether its reply can be saved. Throws `unwritableFile`. */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new CliError('unwritableFile', `--out: the folder ${folder} does not exist or cannot be written`, {
      cause,
    });
  }
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory())
    throw new CliError('unwritableFile', `--out: ${path} is a folder: name a WAV file`);
}

/** Saves a reply, replacing what was there. Throws `unwritableFile`. */
export async function saveWav(path: string, { samples, rateHz }: HeardAudio): Promise<void> {
  try {
    await writeFile(path, writeWav({ samples, rateHz }));
  } catch (cause) {
    throw new CliError('unwritableFile', `--out: ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
