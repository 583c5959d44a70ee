/** `parlando flow simulate`: a conversation without a model. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow simulate` command. */
export const simulateCommand: CliCommand = defineSubcommand({
  name: 'simulate',
  description: 'Play scenarios against a document, step by step, or the user and the model yourself',
  words: '<file> [scenario.json...]',
  count: [1, 1000],
  args: {
    scenario: { type: 'string', valueHint: 'name', description: 'Play this embedded scenario' },
    all: { type: 'boolean', description: 'Play all embedded scenarios' },
    json: { type: 'boolean', description: 'Print a line of JSON for each step and each scenario' },
  },
  notes: [
    'Without a scenario you play: what you type the user says; /tool name {...} is a call of the model; /why tells why',
    'tools are refused; /save file.json keeps what you played as a scenario; /help lists the rest.',
    'Ends with 0, with 1 when a scenario fails, with 2 when a file is of no use.',
    '',
    '  parlando flow simulate card.conversation.json --scenario "happy path"',
    '  parlando flow simulate card.conversation.json card.refusal.scenario.json',
    '  printf "Hello\\n/tool pay {}\\n/why pay\\n" | parlando flow simulate card.conversation.json',
  ],
  async run(words, args, io) {
    const [path = '', ...scenarioPaths] = words;
    const { runSimulate } = await import('./run-simulate.ts');
    await runSimulate(
      { path, scenarioPaths, scenario: args.scenario, all: args.all === true, json: args.json === true },
      io,
    );
  },
});
