/** `parlando replay`: a recorded call once more, against the same or other options. */
import { defineSubcommand } from '../flow/subcommand.ts';
import type { CliCommand } from '../shell/cli-command.ts';
import { wholeNumber } from '../shell/strict-arguments.ts';

/** The `replay` command. */
export const replayCommand: CliCommand = defineSubcommand({
  name: 'replay',
  group: '',
  description: 'Replay a recorded call: does the session still do the same?',
  words: '<recording.jsonl>',
  count: [1, 1],
  args: {
    session: {
      type: 'string',
      valueHint: 'module.js',
      description: 'Where the options of the session are code: the module that exports `options`, or `agent`',
    },
    document: {
      type: 'string',
      valueHint: 'conversation.json',
      description: 'Another conversation document in the place of the recorded one',
    },
    at: { type: 'string', valueHint: 'seq', description: 'Tell how the session stood after this entry' },
    recover: {
      type: 'boolean',
      description: 'Of a recording that was cut off or damaged, replay what can be read',
    },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  notes: [
    'Nothing is called: tools, models and hooks answer from the tapes of the recording.',
    'Ends with 0 when everything is the same (CLEAN), with 1 when something differs (DRIFT), with 2 when a file is of no use.',
    '',
    '  parlando replay call.jsonl',
    '  parlando replay call.jsonl --document changed.conversation.json',
    '  parlando replay call.jsonl --session ./agent.js --at 120 --json',
  ],
  async run([path = ''], args, io) {
    const { runReplay } = await import('./run-replay.ts');
    const at = args.at === undefined ? undefined : wholeNumber('at', args.at, 0, Number.MAX_SAFE_INTEGER);
    await runReplay(
      {
        path,
        session: args.session,
        document: args.document,
        at,
        recover: args.recover === true,
        json: args.json === true,
      },
      io,
    );
  },
});
