/** A command below `parlando flow`: as the others, but it is given files. */
import { parseArgs as splitArgs } from 'node:util';
import { type ArgsDef, type ParsedArgs, parseArgs, renderUsage } from 'citty';
import type { CliCommand } from '../shell/cli-command.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { checkArguments } from '../shell/strict-arguments.ts';

/** What a subcommand is made of. */
export interface SubcommandOptions<A extends ArgsDef> {
  readonly name: string;
  /** The command that it is below; empty where it is one itself. @default 'flow' */
  readonly group?: 'flow' | '';
  readonly description: string;
  /** What the words are, for example `<file>`. */
  readonly words: string;
  /** How many words there must be, and may be. */
  readonly count: readonly [min: number, max: number];
  readonly args: A;
  /** Shown under the options. */
  readonly notes: readonly string[];
  readonly run: (words: readonly string[], args: ParsedArgs<A>, io: CliConsole) => Promise<void>;
}

/** Makes a subcommand of `flow`. */
export function defineSubcommand<const A extends ArgsDef>(options: SubcommandOptions<A>): CliCommand {
  const { name, description, args, notes, words, count, group = 'flow' } = options;
  const command = group === '' ? name : `${group} ${name}`;
  const help = `see: parlando ${command} --help`;
  return {
    name,
    description,
    async usage(version) {
      const usage = await renderUsage(
        { meta: { name, description, version }, args: args as ArgsDef },
        { meta: { name: group === '' ? 'parlando' : `parlando ${group}` } },
      );
      return [usage.replace('[OPTIONS]', `${words} [OPTIONS]`), ...notes].join('\n');
    },
    async run(rawArgs, io) {
      const { given, rest } = split(rawArgs, args);
      checkArguments(command, rest, args);
      if (given.length < count[0]) throw new CliError('badArguments', `${command} needs ${words}; ${help}`);
      if (given.length > count[1])
        throw new CliError('badArguments', `${command} takes ${words} only; ${help}`);
      await options.run(given, parseArgs<A>([...rest], args), io);
    },
  };
}

/** The words that belong to no option, and the rest. */
function split(
  rawArgs: readonly string[],
  definitions: ArgsDef,
): { readonly given: readonly string[]; readonly rest: readonly string[] } {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const [name, { type }] of Object.entries(definitions)) {
    options[name] = { type: type === 'boolean' ? 'boolean' : 'string' };
  }
  const { tokens } = splitArgs({ args: [...rawArgs], options, strict: false, tokens: true });
  const words = new Map<number, string>();
  let terminator = -1;
  for (const token of tokens) {
    if (token.kind === 'positional') words.set(token.index, token.value);
    if (token.kind === 'option-terminator') terminator = token.index;
  }
  return {
    given: [...words.values()],
    rest: rawArgs.filter((_, index) => !words.has(index) && index !== terminator),
  };
}
