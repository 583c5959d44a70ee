/** A subcommand: its options, its help, what it does. */
import { type ArgsDef, type ParsedArgs, parseArgs, renderUsage } from 'citty';
import type { CliConsole } from './console.ts';
import { checkArguments } from './strict-arguments.ts';

/** A command as the dispatcher sees it. */
export interface CliCommand {
  readonly name: string;
  readonly description: string;
  /** Text of `--help`; `rawArgs` may name a part of the command. */
  usage(version: string, rawArgs?: readonly string[]): Promise<string>;
  /** Rejects with a CliError; anything else that is thrown is a fault. */
  run(rawArgs: readonly string[], io: CliConsole): Promise<void>;
}

/** What a command is made of. */
export interface CliCommandOptions<A extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly args: A;
  /** Shown under the options; each a command line with its comment. */
  readonly notes: readonly string[];
  readonly run: (args: ParsedArgs<A>, io: CliConsole) => Promise<void>;
}

/** Makes a command whose options are typed, and refused when they are not declared. */
export function defineCliCommand<const A extends ArgsDef>(options: CliCommandOptions<A>): CliCommand {
  const { name, description, args, notes, run } = options;
  return {
    name,
    description,
    async usage(version) {
      const usage = await renderUsage(
        { meta: { name, description, version }, args: args as ArgsDef },
        { meta: { name: 'parlando' } },
      );
      return [usage, ...notes].join('\n');
    },
    async run(rawArgs, io) {
      checkArguments(name, rawArgs, args);
      await run(parseArgs<A>([...rawArgs], args), io);
    },
  };
}
