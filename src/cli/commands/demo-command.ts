/** `parlando demo`: what there is to hear, without a key. */
import { type CliCommand, defineCliCommand } from '../shell/cli-command.ts';

/** The `demo` command. */
export const demoCommand: CliCommand = defineCliCommand({
  name: 'demo',
  description: 'Hear a caller book a table: a real session over a WebSocket with a simulator in this process',
  args: {
    json: {
      type: 'boolean',
      description: 'Print each session event as a line of JSON; the rest goes to stderr',
    },
    fast: { type: 'boolean', description: 'Simulated time: the same conversation in about a second' },
    out: {
      type: 'string',
      valueHint: 'reply.wav',
      description: "Where to save the agent's voice (default: a new temporary folder)",
    },
  },
  notes: ['Needs no key and no network, and ends by itself within a minute.'],
  async run(args, io) {
    const { runDemo } = await import('../demo/run-demo.ts');
    await runDemo({ json: args.json === true, fast: args.fast === true, outPath: args.out }, io);
  },
});
