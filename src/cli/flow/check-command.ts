/** `parlando flow check`: whether documents compile. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow check` command. */
export const checkCommand: CliCommand = defineSubcommand({
  name: 'check',
  description: 'Compile documents and tell every problem with its line, and what was perhaps meant',
  words: '<file|folder>...',
  count: [1, 1000],
  args: {
    json: { type: 'boolean', description: 'Print one JSON object instead' },
    strict: { type: 'boolean', description: 'Take no warnings' },
  },
  notes: [
    'Of a folder it checks <name>.conversation.json and <name>.flow.json. Ends with 0, or 2 when there is a problem.',
    'Warnings are what is probably not meant: with --strict one of them ends it with 1.',
    '',
    '  parlando flow check card.conversation.json',
    '  parlando flow check flows --json',
  ],
  async run(words, args, io) {
    const { runCheck } = await import('./run-check.ts');
    await runCheck({ paths: words, json: args.json === true, strict: args.strict === true }, io);
  },
});
