import { invalidCommand, type SessionCommand } from '../../wire/index.ts';

/** The rejection of a command whose values are of wrong types, before it has done anything; undefined for others. */
export function refused(command: SessionCommand): Promise<never> | undefined {
  const invalid = invalidCommand(command);
  if (invalid === undefined) return undefined;
  const rejection = Promise.reject(invalid);
  rejection.catch(() => {}); // nobody has to await a send
  return rejection;
}
