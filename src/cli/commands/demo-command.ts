/** `parlando demo`: what there is to hear, without a key. */
import { type CliCommand, defineCliCommand } from '../shell/cli-command.ts';

/** The `demo` command. */
export const demoCommand: CliCommand = defineCliCommand({
  name: 'demo',
  description: 'Watch a live agent take a booking by voice: a real session with a simulator in this process',
  args: {
    json: {
      type: 'boolean',
      description: 'Print events of the wire (type), the live session (live) and the state as JSON lines',
    },
    fast: { type: 'boolean', description: 'Simulated time: the same conversation in about a second' },
    out: {
      type: 'string',
      valueHint: 'reply.wav',
      description: "Where to save the agent's voice (default: a new temporary folder)",
    },
  },
  notes: [
    'Needs no key and no network, and ends by itself within a minute: with 0 when the table was really booked.',
  ],
  async run(args, io) {
    const { runDemo } = await import('../demo/run-demo.ts');
    await runDemo({ json: args.json === true, fast: args.fast === true, outPath: args.out }, io);
  },
});
