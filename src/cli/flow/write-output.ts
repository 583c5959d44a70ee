/** Text that goes into a file, or to standard output. */
import { writeFile } from 'node:fs/promises';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';

/** Writes to the file where one is given, and says so on stderr. Rejects with `unwritableFile`. */
export async function writeOutput(text: string, path: string | undefined, io: CliConsole): Promise<void> {
  if (path === undefined) return void io.stdout.write(text);
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new CliError('unwritableFile', `--out ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
  io.stderr.write(`saved ${path}\n`);
}
