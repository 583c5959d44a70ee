/** The version of this package. */
import { readFile } from 'node:fs/promises';

/** As in package.json, which lies two folders above both `src/cli` and `dist/cli`. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  // Our own file: its shape is known.
  return (JSON.parse(text) as { version: string }).version;
}
