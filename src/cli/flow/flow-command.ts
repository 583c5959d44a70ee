/** `parlando flow`: documents that govern conversations, checked, drawn, explained and run without a model. */
import { renderUsage } from 'citty';
import type { CliCommand } from '../shell/cli-command.ts';
import { CliError } from '../shell/cli-error.ts';

const loaders: Readonly<Record<string, () => Promise<CliCommand>>> = {
  check: async () => (await import('./check-command.ts')).checkCommand,
  graph: async () => (await import('./graph-command.ts')).graphCommand,
  explain: async () => (await import('./explain-command.ts')).explainCommand,
  simulate: async () => (await import('./simulate-command.ts')).simulateCommand,
  ci: async () => (await import('./ci-command.ts')).ciCommand,
  fuzz: async () => (await import('./fuzz-command.ts')).fuzzCommand,
  scenario: async () => (await import('./scenario-command.ts')).scenarioCommand,
};

const description =
  'Check, draw, explain, simulate and fuzz a flow or conversation document, without a model';

/** The `flow` command. */
export const flowCommand: CliCommand = {
  name: 'flow',
  description,
  async usage(version, rawArgs = []) {
    const subcommand = await find(rawArgs.find((word) => !word.startsWith('-')));
    if (subcommand !== undefined) return subcommand.usage(version);
    const all = await Promise.all(Object.values(loaders).map((load) => load()));
    const subCommands = Object.fromEntries(
      all.map((each) => [each.name, { meta: { name: each.name, description: each.description } }]),
    );
    const usage = await renderUsage(
      { meta: { name: 'flow', description, version }, subCommands },
      { meta: { name: 'parlando' } },
    );
    return [
      usage,
      'Ends with 0 when all is well, 1 when a scenario or a promise does not hold, 2 when a file or an option is wrong.',
    ].join('\n');
  },
  async run(rawArgs, io) {
    const at = rawArgs.findIndex((word) => !word.startsWith('-'));
    const subcommand = await find(rawArgs[at]);
    if (subcommand === undefined) {
      const given = rawArgs[at];
      const names = Object.keys(loaders).join(', ');
      throw new CliError(
        'badArguments',
        given === undefined
          ? `flow needs a command: ${names}; see: parlando flow --help`
          : `there is no command 'flow ${given.slice(0, 40)}'; the commands are ${names}`,
      );
    }
    await subcommand.run([...rawArgs.slice(0, at), ...rawArgs.slice(at + 1)], io);
  },
};

async function find(name: string | undefined): Promise<CliCommand | undefined> {
  return name !== undefined && Object.hasOwn(loaders, name) ? await loaders[name]?.() : undefined;
}
