/** Which documents and scenarios a folder holds. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, messageOf } from '../shell/cli-error.ts';

/** A document and the scenarios that are kept beside it. */
export interface FoundDocument {
  readonly path: string;
  readonly scenarioPaths: readonly string[];
}

/** `<name>.conversation.json`, `<name>.flow.json`, and the same without a name. */
const DOCUMENT = /^(?:(.+)\.)?(?:conversation|flow)\.json$/;
const SCENARIO = /^(?:(.+)\.)?scenario\.json$/;
/** No folder with more files is read. */
const MAX_FILES = 10_000;

/** Whether the path is a folder. Rejects with `unreadableFile` when there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const what = missing
      ? `there is no file or folder ${path}`
      : `${path} cannot be read: ${messageOf(cause)}`;
    throw new CliError('unreadableFile', what, { cause });
  }
}

/**
 * The documents of a folder, by name, each with its scenarios: `<name>[.label].scenario.json`, given to the document with
 * the longest name that fits. Rejects with `badDocument` when there is no document, or a scenario that belongs to none.
 */
export async function findDocuments(folder: string): Promise<readonly FoundDocument[]> {
  const names = (await readdir(folder)).sort();
  if (names.length > MAX_FILES) {
    throw new CliError('badDocument', `${folder} holds ${names.length} files; at most ${MAX_FILES} are read`);
  }
  const documents = names.flatMap((name) => {
    const match = DOCUMENT.exec(name);
    return match === null
      ? []
      : [{ name: match[1] ?? '', path: join(folder, name), scenarioPaths: [] as string[] }];
  });
  if (documents.length === 0) {
    throw new CliError(
      'badDocument',
      `${folder} holds no document: they are named like order.conversation.json or order.flow.json`,
    );
  }
  for (const name of names) {
    const match = SCENARIO.exec(name);
    if (match === null) continue;
    const owner = ownerOf(match[1] ?? '', documents);
    if (owner === undefined) {
      throw new CliError(
        'badDocument',
        `${join(folder, name)} belongs to no document: name it like ${documents[0]?.name || 'order'}.label.scenario.json`,
      );
    }
    owner.scenarioPaths.push(join(folder, name));
  }
  return documents;
}

function ownerOf<D extends { readonly name: string }>(label: string, documents: readonly D[]): D | undefined {
  const fitting = documents.filter(
    ({ name }) => name === '' || label === name || label.startsWith(`${name}.`),
  );
  return fitting.sort((a, b) => b.name.length - a.name.length)[0];
}
