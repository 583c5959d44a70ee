import type { LiveOptions } from '../live-options.ts';
import { CREDENTIAL_VARIABLES } from './replay-environment.ts';

/** What must be in no recording, should it have got into words; a provider's are not known before they are given. */
export function credentialsOf(
  { accessToken, apiKey, headers = {} }: LiveOptions,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const given: readonly unknown[] = [apiKey, accessToken, ...Object.values(headers)];
  const inEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    CREDENTIAL_VARIABLES.test(name) && value !== undefined ? value : [],
  );
  return [...given.filter((value) => typeof value === 'string'), ...inEnvironment].flatMap((value) => [
    value,
    value.replace(/^\w+ /, ''),
  ]);
}
