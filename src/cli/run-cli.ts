/** `parlando`: finds the command, runs it, and turns whatever happens into one line and an exit code. */
import { stripVTControlCharacters } from 'node:util';
import { renderUsage } from 'citty';
import type { CliCommand } from './shell/cli-command.ts';
import { CliError, messageOf } from './shell/cli-error.ts';
import type { CliConsole } from './shell/console.ts';
import { type ExitCode, exitCodeOf } from './shell/exit-code.ts';
import { packageVersion } from './shell/package-version.ts';
import { printable } from './shell/printable.ts';

const loaders: Readonly<Record<string, () => Promise<CliCommand>>> = {
  demo: async () => (await import('./commands/demo-command.ts')).demoCommand,
  sim: async () => (await import('./commands/sim-command.ts')).simCommand,
  call: async () => (await import('./commands/call-command.ts')).callCommand,
  replay: async () => (await import('./replay/replay-command.ts')).replayCommand,
  flow: async () => (await import('./flow/flow-command.ts')).flowCommand,
};

/** Runs a command line; never rejects. Prints at most one line on stderr for a failure. */
export async function runCli(argv: readonly string[], io: CliConsole): Promise<ExitCode> {
  try {
    await dispatch(argv, io);
    return 0;
  } catch (thrown) {
    const code = thrown instanceof CliError ? thrown.code : 'fault';
    if (code === 'interrupted') return exitCodeOf(code);
    const debug = io.env.PARLANDO_DEBUG && thrown instanceof Error ? `\n${thrown.stack}` : '';
    io.stderr.write(`parlando: ${printable(messageOf(thrown))}${debug}\n`);
    return exitCodeOf(code);
  }
}

async function dispatch(argv: readonly string[], io: CliConsole): Promise<void> {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  const flags = at < 0 ? argv : argv.slice(0, at);
  const name = argv[at];
  const wantsHelp = argv.includes('--help') || argv.includes('-h');
  if (name === undefined) {
    if (flags.includes('--version') || flags.includes('-v')) return print(io, await packageVersion());
    const unknown = flags.find((flag) => flag !== '--help' && flag !== '-h');
    if (unknown !== undefined)
      throw new CliError('badArguments', `${unknown} is not an option; see: parlando --help`);
    return print(io, await rootUsage());
  }
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) {
    const names = Object.keys(loaders).join(', ');
    throw new CliError(
      'badArguments',
      `there is no command '${name.slice(0, 40)}'; the commands are ${names}`,
    );
  }
  const command = await load();
  const rawArgs = [...flags, ...argv.slice(at + 1)];
  if (wantsHelp) return print(io, await command.usage(await packageVersion(), rawArgs));
  await command.run(rawArgs, io);
}

async function rootUsage(): Promise<string> {
  const commands = await Promise.all(Object.values(loaders).map((load) => load()));
  const subCommands = Object.fromEntries(
    commands.map(({ name, description }) => [name, { meta: { name, description } }]),
  );
  const description = 'Real-time voice agents on the Gemini Live API';
  return renderUsage({
    meta: { name: 'parlando', description, version: await packageVersion() },
    subCommands,
  });
}

function print(io: CliConsole, text: string): void {
  const plain = text.replace(/ +$/gm, '');
  io.stdout.write(`${io.color ? plain : stripVTControlCharacters(plain)}\n`);
}
