/** `parlando flow fuzz`: looks for a conversation that breaks a promise. */
import type { CliCommand } from '../shell/cli-command.ts';
import { wholeNumber } from '../shell/strict-arguments.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow fuzz` command. */
export const fuzzCommand: CliCommand = defineSubcommand({
  name: 'fuzz',
  description:
    'Explore what users, models and tools may do, and tell the shortest way to each broken promise',
  words: '<file>',
  count: [1, 1],
  args: {
    seed: { type: 'string', valueHint: 'n', default: '1', description: 'The same seed finds the same' },
    'budget-ms': {
      type: 'string',
      valueHint: 'ms',
      description: 'Stop looking after so long (default: after 60,000 steps, however long they take)',
    },
    out: {
      type: 'string',
      valueHint: 'scenario.json',
      description:
        'Save the first thing found as a scenario; what is found next gets -2, -3, … before its ending',
    },
    json: { type: 'boolean', description: 'Print one JSON object instead' },
  },
  notes: [
    'What must be so is what the document says in "invariants", and what any flow must keep: everything can be reached,',
    'every tool used, the end is never out of reach. Each finding is a scenario: it fails until the fault is mended.',
    'Ends with 0 when nothing was found, else with 1.',
    '',
    '  parlando flow fuzz card.conversation.json --seed 7 --budget-ms 10000 --out found.scenario.json',
  ],
  async run([path = ''], args, io) {
    const seed = wholeNumber('seed', args.seed, 0, 4_294_967_295);
    const budget = args['budget-ms'];
    const budgetMs = budget === undefined ? undefined : wholeNumber('budget-ms', budget, 1, 3_600_000);
    const { runFuzz } = await import('./run-fuzz.ts');
    await runFuzz({ path, seed, budgetMs, outPath: args.out, json: args.json === true }, io);
  },
});
