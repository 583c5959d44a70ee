/** `parlando flow graph`: a document as a picture. */
import type { CliCommand } from '../shell/cli-command.ts';
import { defineSubcommand } from './subcommand.ts';

/** The `flow graph` command. */
export const graphCommand: CliCommand = defineSubcommand({
  name: 'graph',
  description: 'Draw a document: its steps, its ways and its digressions',
  words: '<file> [scenario.json]',
  count: [1, 2],
  args: {
    format: {
      type: 'enum',
      options: ['mermaid', 'svg'],
      description: 'What to draw (default: svg for --out name.svg, else mermaid)',
    },
    scenario: {
      type: 'string',
      valueHint: 'name',
      description: 'Mark what is done and active after this embedded scenario',
    },
    at: { type: 'string', valueHint: 'step', description: 'After so many of its steps (default: all)' },
    out: { type: 'string', valueHint: 'file', description: 'Where to save it (default: standard output)' },
  },
  notes: ['', '  parlando flow graph card.conversation.json --out card.svg'],
  async run([path = '', scenarioPath], args, io) {
    const format = args.format ?? (args.out?.toLowerCase().endsWith('.svg') === true ? 'svg' : 'mermaid');
    const { runGraph } = await import('./run-graph.ts');
    const { scenario, at, out: outPath } = args;
    await runGraph({ path, scenarioPath, scenario, at, format, outPath }, io);
  },
});
