/** `parlando flow scenario`: a scenario out of a recording. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow scenario` command. */
export const scenarioCommand: CliCommand = defineSubcommand({
  name: 'scenario',
  description: 'Make a scenario out of a recorded call, or of the journal of a governed session',
  words: '<recording.jsonl>',
  count: [1, 1],
  args: {
    name: { type: 'string', valueHint: 'name', description: 'Its name (default: that of the file)' },
    out: { type: 'string', valueHint: 'file', description: 'Where to save it (default: standard output)' },
    check: {
      type: 'string',
      valueHint: 'document.json',
      description: 'Also play it against this document: 1 when it goes another way',
    },
  },
  notes: [
    'A recorded call (connect({ recording })) is replayed for its journal, when its options are all in the file.',
    'A journal is JSON lines, one change of state each: {"key": …, "new": …}, from the beginning of the session.',
    '',
    '  parlando flow scenario call.jsonl --check card.conversation.json --out card.call.scenario.json',
  ],
  async run([path = ''], args, io) {
    const { runScenarioCommand } = await import('./run-scenario-command.ts');
    await runScenarioCommand({ path, name: args.name, outPath: args.out, checkPath: args.check }, io);
  },
});
