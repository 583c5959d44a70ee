/** `parlando call`: one conversation with any Live endpoint. */
import { type CliCommand, defineCliCommand } from '../shell/cli-command.ts';
import { CliError } from '../shell/cli-error.ts';
import { wholeNumber } from '../shell/strict-arguments.ts';

/** The `call` command. */
export const callCommand: CliCommand = defineCliCommand({
  name: 'call',
  description: 'Send a WAV file, or a text, to a Gemini Live endpoint at real time and save what it answers',
  args: {
    url: {
      type: 'string',
      valueHint: 'url',
      description: 'Server to call, such as a simulator (default: the real service, with GEMINI_API_KEY)',
    },
    key: {
      type: 'string',
      valueHint: 'key',
      description: 'API key; others on this machine can see it, so prefer the variable GEMINI_API_KEY',
    },
    platform: {
      type: 'enum',
      options: ['googleAi', 'vertex'],
      default: 'googleAi',
      description: 'Which service the endpoint is, or imitates',
    },
    model: {
      type: 'string',
      valueHint: 'id',
      description: 'Model (default: the current native audio model)',
    },
    'voice-name': { type: 'string', valueHint: 'name', description: 'Prebuilt voice, such as Kore' },
    system: { type: 'string', valueHint: 'text', description: 'System instruction' },
    audio: { type: 'string', valueHint: 'in.wav', description: 'Speech to send: any WAV file' },
    text: {
      type: 'string',
      valueHint: 'text',
      description: 'Text to send, before the audio if there is both',
    },
    out: {
      type: 'string',
      valueHint: 'reply.wav',
      default: 'parlando-reply.wav',
      description: 'Where to save the spoken reply',
    },
    timeout: {
      type: 'string',
      valueHint: 's',
      default: '30',
      description: 'Give up when the server is silent for so many seconds after the input',
    },
    json: {
      type: 'boolean',
      description: 'Print each session event as a line of JSON; progress goes to stderr',
    },
  },
  notes: [
    'Ends with 0 after the answer to all of the input, 1 when there was none, 2 when something here is wrong.',
    'With --url and no --key: GEMINI_API_KEY goes to https and wss only, a dummy key to http and ws.',
    '',
    '  parlando sim --port 9090 &',
    '  parlando call --url http://127.0.0.1:9090 --audio question.wav --out reply.wav',
    '  GEMINI_API_KEY=… parlando call --text "Say hello" --json',
  ],
  async run(args, io) {
    if (args.audio === undefined && args.text === undefined) {
      throw new CliError('badArguments', 'nothing to send: pass --audio in.wav, --text "…", or both');
    }
    const quietMs = wholeNumber('timeout', args.timeout, 1, 3600) * 1000;
    const { runCall } = await import('../call/run-call.ts');
    await runCall(
      {
        target: { url: args.url, key: args.key, platform: args.platform },
        model: args.model,
        voiceName: args['voice-name'],
        system: args.system,
        audioPath: args.audio,
        text: args.text,
        outPath: args.out,
        json: args.json === true,
        quietMs,
      },
      io,
    );
  },
});
