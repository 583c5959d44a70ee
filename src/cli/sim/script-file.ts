/** A script from a file. */
import { readFile } from 'node:fs/promises';
import { type Brain, createScriptBrain, parseScript } from '../../simulator/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';

/** Reads a script and makes a brain of it. Throws `unreadableFile` or `badScript`. */
export async function readScriptBrain(path: string): Promise<Brain> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const what = missing ? `there is no file ${path}` : `${path} cannot be read: ${messageOf(cause)}`;
    throw new CliError('unreadableFile', what, { cause });
  }
  try {
    return createScriptBrain(parseScript(text.replace(/^\uFEFF/, '')));
  } catch (cause) {
    throw new CliError('badScript', `${path} is no usable script: ${messageOf(cause)}`, { cause });
  }
}
