/** A scenario from a file. */
import { readScenario } from '../../flow/scenario/read-scenario.ts';
import type { Scenario } from '../../flow/scenario/scenario.ts';
import { CliError } from '../shell/cli-error.ts';
import { printable } from '../shell/printable.ts';
import { placesOf } from './json-text.ts';
import { readJsonFile } from './read-json-file.ts';

/** Reads a scenario. Rejects with `unreadableFile`, or `badDocument` with the first thing that is wrong and its place. */
export async function loadScenario(path: string): Promise<Scenario> {
  const { text, value } = await readJsonFile(path);
  const reading = readScenario(value);
  if (reading.ok) return reading.scenario;
  const [problem, ...more] = reading.problems;
  if (problem === undefined) throw new RangeError('A scenario was refused for no reason.');
  const { line, column } = placesOf(text, [problem.path]).get(problem.path) ?? { line: 1, column: 1 };
  const where = problem.path === '' ? '' : `${problem.path}: `;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
  throw new CliError(
    'badDocument',
    printable(`${path}:${line}:${column} ${where}${problem.message} ${problem.hint ?? ''}`.trimEnd() + rest),
  );
}
