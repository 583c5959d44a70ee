/** A recording, read line by line, and what it becomes. */
import { basename } from 'node:path';
import { type RecordedChange, scenarioFromJournal } from '../../flow/scenario/from-journal.ts';
import { runScenario } from '../../flow/scenario/run-scenario.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { changesOfCall, isRecording } from '../replay/changes-of-call.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { lookAtJson } from './json-text.ts';
import { openDocument } from './load-document.ts';
import { readTextFile } from './read-json-file.ts';
import { writeOutput } from './write-output.ts';

/** A checked command line. */
export interface ScenarioPlan {
  readonly path: string;
  readonly name: string | undefined;
  readonly outPath: string | undefined;
  readonly checkPath: string | undefined;
}

/** No recording is larger. */
const MAX_JOURNAL_BYTES = 64_000_000;
/** Deeper values are none of a session. */
const MAX_DEPTH = 200;

/** Writes the scenario. Rejects with `badDocument` for a line that is no change, `unmet` when `--check` fails. */
export async function runScenarioCommand(plan: ScenarioPlan, io: CliConsole): Promise<void> {
  const { path, name = basename(path).replace(/\.jsonl?$/, ''), outPath, checkPath } = plan;
  const document = checkPath === undefined ? undefined : await openDocument(checkPath);
  const changes = (await isRecording(path)) ? await changesOfCall(path) : await changesIn(path);
  if (changes.length === 0) throw new CliError('badDocument', `${path} holds no change of state`);
  const scenario = scenarioFromJournal(name, changes);
  await writeOutput(`${JSON.stringify(scenario, null, 2)}\n`, outPath, io);
  if (document === undefined) return;
  const result = runScenario(document.target, scenario);
  if (result.passed) {
    io.stderr.write(`passes against ${document.file.path}, ${scenario.steps.length} steps\n`);
    return;
  }
  throw new CliError(
    'unmet',
    `${document.file.path} goes another way at step ${result.step + 1}: ${result.reason}`,
  );
}

async function changesIn(path: string): Promise<readonly RecordedChange[]> {
  const text = await readTextFile(path, MAX_JOURNAL_BYTES);
  return text.split('\n').flatMap((line, index) => changeIn(line, `${path}:${index + 1}`));
}

function changeIn(line: string, where: string): readonly RecordedChange[] {
  if (line.trim() === '') return [];
  const { fault, depth } = lookAtJson(line);
  if (fault !== undefined) {
    throw new CliError('badDocument', `${where}:${fault.offset + 1} is not JSON: ${fault.message}`);
  }
  const value: unknown = depth > MAX_DEPTH ? undefined : JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string') {
    throw new CliError(
      'badDocument',
      `${where} is no change of state: it needs a "key", and "new" where it has a value`,
    );
  }
  const { key } = value;
  const origin = 'origin' in value && typeof value.origin === 'string' ? { origin: value.origin } : {};
  // JSON.parse makes nothing but JSON.
  return [{ key, new: 'new' in value ? (value.new as JsonValue) : undefined, ...origin }];
}
