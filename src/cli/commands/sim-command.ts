/** `parlando sim`: a Gemini Live server on this machine. */
import { type CliCommand, defineCliCommand } from '../shell/cli-command.ts';
import { wholeNumber } from '../shell/strict-arguments.ts';

/** The `sim` command. */
export const simCommand: CliCommand = defineCliCommand({
  name: 'sim',
  description: 'Run a Gemini Live server that hears, thinks and speaks, for any client and without a key',
  args: {
    port: { type: 'string', valueHint: 'n', default: '9090', description: 'TCP port; 0 picks a free one' },
    host: {
      type: 'string',
      valueHint: 'address',
      default: '127.0.0.1',
      description: 'Interface to listen on',
    },
    platform: {
      type: 'enum',
      options: ['googleAi', 'vertex'],
      default: 'googleAi',
      description: 'Which service to imitate where the path of a connection does not say',
    },
    frames: {
      type: 'enum',
      options: ['binary', 'text'],
      default: 'binary',
      description: 'What frames to send; the real service sends binary ones',
    },
    script: {
      type: 'string',
      valueHint: 'f.json',
      description: 'What is heard and said (default: repeats what it hears and calls tools it hears of)',
    },
    voice: {
      type: 'enum',
      options: ['auto', 'espeak', 'tone'],
      default: 'auto',
      description: 'What speaks; auto is espeak-ng where it is installed, tones elsewhere',
    },
  },
  notes: [
    'Prints {"url": …} on stdout when it is ready, and nothing else there. Stops on SIGTERM and SIGINT with 0.',
    '',
    '  parlando sim --port 0',
    '  parlando sim --script booking.json --voice espeak',
    '',
    '  booking.json   {"steps": [{"hears": "A table for two"}, {"calls": "check_table", "args": {"people": 2}},',
    '                            {"says": "We have one at seven."}], "otherwise": "Goodbye."}',
  ],
  async run(args, io) {
    const { runSim } = await import('../sim/run-sim.ts');
    await runSim(
      {
        port: wholeNumber('port', args.port, 0, 65_535),
        host: args.host,
        platform: args.platform,
        frames: args.frames,
        scriptPath: args.script,
        voice: args.voice === 'tone' ? 'tones' : args.voice,
      },
      io,
    );
  },
});
