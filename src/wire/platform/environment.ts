/** The environment variables of the process, or none where there is no process. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): Environment {
  const { process } = globalThis as { process?: { env?: Environment } };
  return process?.env ?? {};
}
