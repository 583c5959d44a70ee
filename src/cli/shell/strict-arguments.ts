/** What citty lets pass: unknown options, options without their value, stray words, bad choices. */
import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { CliError } from './cli-error.ts';

/** Throws `badArguments` for a command line that does not fit the options. Never quotes a value, which may be a key. */
export function checkArguments(command: string, rawArgs: readonly string[], definitions: ArgsDef): void {
  const help = `see: parlando ${command} --help`;
  const fail = (what: string): never => {
    throw new CliError('badArguments', `${what}; ${help}`);
  };
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const [name, { type }] of Object.entries(definitions)) {
    options[name] = { type: type === 'boolean' ? 'boolean' : 'string' };
  }
  const { tokens } = parseArgs({ args: [...rawArgs], options, strict: false, tokens: true });
  for (const token of tokens) {
    // Not quoted: it may be a key that lost its option.
    if (token.kind === 'positional') fail('a word belongs to no option');
    if (token.kind !== 'option') continue;
    const definition = definitions[token.name];
    if (definition === undefined) {
      fail(`${token.rawName} is not an option${suggestion(token.name, Object.keys(options))}`);
    } else if (definition.type === 'boolean') {
      if (token.value !== undefined) fail(`--${token.name} takes no value`);
    } else if (token.value === undefined || token.value === '' || /^--\w/.test(token.value)) {
      fail(`--${token.name} needs a value`);
    } else if (definition.type === 'enum' && !definition.options?.includes(token.value)) {
      fail(`--${token.name} must be ${definition.options?.join(' or ')}`);
    }
  }
}

/** A whole number in a range. Throws `badArguments`. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new CliError('badArguments', `--${option} must be a whole number from ${min} to ${max}`);
}

function suggestion(name: string, known: readonly string[]): string {
  const near = known.find((other) => other.startsWith(name) || name.startsWith(other));
  return near === undefined || name === '' ? '' : `, did you mean --${near}?`;
}
