/** `parlando flow explain`: where a conversation stands, and why. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow explain` command. */
export const explainCommand: CliCommand = defineSubcommand({
  name: 'explain',
  description:
    'Tell what is active, which tools are refused and why, and which conditions are still to be met',
  words: '<file> [scenario.json]',
  count: [1, 2],
  args: {
    scenario: {
      type: 'string',
      valueHint: 'name',
      description: 'After this embedded scenario (default: at the beginning)',
    },
    at: { type: 'string', valueHint: 'step', description: 'After so many of its steps (default: all)' },
    json: { type: 'boolean', description: 'Print one JSON object instead' },
  },
  notes: ['', '  parlando flow explain card.conversation.json --scenario "happy path" --at 7'],
  async run(words, args, io) {
    const [path = '', scenarioPath] = words;
    const { runExplain } = await import('./run-explain.ts');
    await runExplain(
      { path, scenarioPath, scenario: args.scenario, at: args.at, json: args.json === true },
      io,
    );
  },
});
