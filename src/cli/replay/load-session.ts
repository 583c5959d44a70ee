/** The options of the session that a recording is replayed with. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LiveOptions } from '../../live/index.ts';
import { documentOptions, type Recording } from '../../testing/index.ts';
import { readJsonFile } from '../flow/read-json-file.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';

/** Undefined where those of the recording will do. Rejects with `unreadableFile` or `badDocument`. */
export async function loadSession(
  recording: Recording,
  { document, session }: { readonly document: string | undefined; readonly session: string | undefined },
): Promise<LiveOptions | undefined> {
  if (session !== undefined && document !== undefined) {
    throw new CliError('badArguments', 'take either --session or --document');
  }
  if (document !== undefined) return documentOptions(recording, (await readJsonFile(document)).value);
  return session === undefined ? undefined : optionsIn(session);
}

async function optionsIn(path: string): Promise<LiveOptions> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new CliError('unreadableFile', `${path} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  const given = typeof module.options === 'function' ? await module.options() : module.options;
  const options = given ?? optionsOf(module.agent);
  if (typeof options === 'object' && options !== null) {
    // What they are the session checks.
    return options as LiveOptions;
  }
  const what =
    'exports neither `options`, the options of the session or a function that gives them, nor `agent`';
  throw new CliError('badDocument', `${path} ${what}`);
}

function optionsOf(agent: unknown): unknown {
  return typeof agent === 'object' && agent !== null && 'options' in agent ? agent.options : undefined;
}
