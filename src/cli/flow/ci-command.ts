/** `parlando flow ci`: every document of a folder, with all of its scenarios. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow ci` command. */
export const ciCommand: CliCommand = defineSubcommand({
  name: 'ci',
  description: 'Compile every document of folders and run all scenarios, those inside and those beside them',
  words: '<folder>...',
  count: [1, 1000],
  args: {
    json: { type: 'boolean', description: 'Print one JSON object instead' },
    junit: { type: 'string', valueHint: 'report.xml', description: 'Also write a JUnit report' },
  },
  notes: [
    'Documents are <name>.conversation.json and <name>.flow.json; their scenarios are embedded, or <name>.<label>.scenario.json.',
    'Ends with 0, with 1 when a scenario fails, with 2 when a document does not compile or a file cannot be used.',
    '',
    '  parlando flow ci flows --junit report.xml',
  ],
  async run(words, args, io) {
    const { runCi } = await import('./run-ci.ts');
    await runCi({ folders: words, json: args.json === true, junitPath: args.junit }, io);
  },
});
