/** `parlando demo`: what there is to hear, without a key. */
import { type CliCommand, defineCliCommand } from '../shell/cli-command.ts';
import { CliError } from '../shell/cli-error.ts';
import { printable } from '../shell/printable.ts';

/** The `demo` command. */
export const demoCommand: CliCommand = defineCliCommand({
  name: 'demo',
  description:
    'Watch a live agent on the telephone, by voice, and what it may not do: a real session with a simulator in this process',
  args: {
    story: {
      type: 'string',
      valueHint: 'card|booking',
      description: 'A payment that a flow guards, or a table that phases book (default: card)',
    },
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
    'Needs no key and no network, and ends by itself within a minute: with 0 when what was agreed really was done.',
  ],
  async run(args, io) {
    const { DEMO_STORIES, runDemo } = await import('../demo/run-demo.ts');
    const story = storyOf(args.story ?? 'card', DEMO_STORIES);
    await runDemo({ story, json: args.json === true, fast: args.fast === true, outPath: args.out }, io);
  },
});

function storyOf<Name extends string>(asked: string, stories: Readonly<Record<Name, unknown>>): Name {
  const names = Object.keys(stories);
  if (!names.includes(asked)) {
    throw new CliError('badArguments', `there is no story "${printable(asked)}": use ${names.join(' or ')}`);
  }
  // It is one of the names.
  return asked as Name;
}
