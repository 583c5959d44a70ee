import type { LiveOptions } from '../live-options.ts';
import { CREDENTIAL_VARIABLES } from './replay-environment.ts';

/** What must be in no recording, should it have got into words; what a function gives is not known before it is given. */
export function credentialsOf(
  { accessToken, apiKey, headers = {} }: LiveOptions,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const given: readonly unknown[] = [apiKey, accessToken, ...Object.values(headers)];
  const inEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    CREDENTIAL_VARIABLES.test(name) && value !== undefined ? value : [],
  );
  return [...given, ...inEnvironment].flatMap(secretsIn);
}

/** A credential, whole and without the scheme before it; none in what is no text. */
export function secretsIn(given: unknown): readonly string[] {
  return typeof given === 'string' ? [given, given.replace(/^\w+ /, '')] : [];
}
