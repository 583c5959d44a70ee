/** A JSON file, read with care: whatever it is, what is wrong with it is said in one line with its place. */
import { readFile, stat } from 'node:fs/promises';
import { CliError, messageOf } from '../shell/cli-error.ts';
import { lookAtJson, placeOf } from './json-text.ts';

/** No document is larger. */
export const MAX_FILE_BYTES = 4_000_000;
/** Nothing in a document nests deeper. */
const MAX_DEPTH = 200;

/** A file and what is in it. */
export interface JsonFile {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
}

/** Reads a text file. Throws `unreadableFile`, or `badDocument` for one over `maxBytes`. */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new CliError('unreadableFile', `${path} is a folder: name a file in it`);
    if (!found.isFile()) throw new CliError('unreadableFile', `${path} is no ordinary file`);
    if (found.size > maxBytes) {
      const size = `${(found.size / 1e6).toFixed(1)} MB`;
      throw new CliError(
        'badDocument',
        `${path} is too large: ${size}, at most ${maxBytes / 1e6} MB are read`,
      );
    }
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const what = missing ? `there is no file ${path}` : `${path} cannot be read: ${messageOf(cause)}`;
    throw new CliError('unreadableFile', what, { cause });
  }
}

/** Reads a JSON file. Throws `unreadableFile`, or `badDocument` with line and column. */
export async function readJsonFile(path: string): Promise<JsonFile> {
  const text = await readTextFile(path, MAX_FILE_BYTES);
  const look = lookAtJson(text);
  if (look.depth > MAX_DEPTH) {
    throw new CliError('badDocument', `${path} nests ${look.depth} deep; at most ${MAX_DEPTH} are read`);
  }
  try {
    return { path, text, value: JSON.parse(text) };
  } catch (cause) {
    const { line, column } = placeOf(text, look.fault?.offset ?? 0);
    const what = look.fault?.message ?? messageOf(cause);
    throw new CliError('badDocument', `${path}:${line}:${column} is not JSON: ${what}`, { cause });
  }
}
