/** Which scenarios a command line means. */

import { didYouMean } from '../../flow/closest-name.ts';
import type { Scenario } from '../../flow/scenario/scenario.ts';
import { CliError } from '../shell/cli-error.ts';
import { printable } from '../shell/printable.ts';
import type { LoadedDocument } from './load-document.ts';

/** The embedded scenario of that name. Throws `badArguments` when there is none. */
export function scenarioNamed({ file, scenarios }: LoadedDocument, name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  const hint = didYouMean(name, names).trim();
  const known = names.length === 0 ? 'it embeds none' : `it has ${names.map((one) => `"${one}"`).join(', ')}`;
  throw new CliError(
    'badArguments',
    printable(`${file.path} has no scenario "${name}"${hint === '' ? `: ${known}` : `. ${hint}`}`),
  );
}
