/** A session's credential: fixed, or asked of a provider at every connection. */
import { WireError } from '../wire-error.ts';
import { Secret, safeCause, scrub, scrubShapes } from './secret.ts';
import type { TokenProvider } from './token-provider.ts';

export type CredentialSource =
  | { readonly kind: 'apiKey' | 'accessToken'; readonly value: Secret }
  | { readonly kind: 'apiKey' | 'accessToken'; readonly value: TokenProvider; readonly given: GivenTokens }
  /** The headers given, or a proxy, do the authentication. */
  | { readonly kind: 'none' };

/** Old tokens may still be quoted by a server that was given them; older ones have expired. */
const REMEMBERED = 4;

/** The newest tokens that a provider gave, to be kept out of what is printed. */
export class GivenTokens {
  #newest: readonly Secret[] = [];

  get newest(): readonly Secret[] {
    return this.#newest;
  }

  add(secret: Secret): void {
    const others = this.#newest.filter((known) => known.reveal() !== secret.reveal());
    this.#newest = [secret, ...others].slice(0, REMEMBERED);
  }
}

/** Throws `invalidConfig` on a value that is no credential. */
export function credentialSource(
  kind: 'apiKey' | 'accessToken',
  value: string | Secret | TokenProvider,
  who: string,
): CredentialSource {
  return typeof value === 'function'
    ? { kind, value, given: new GivenTokens() }
    : { kind, value: checkedSecret(value, who) };
}

/**
 * The credential of now. Rejects with `tokenFetchFailed`, whose cause is free of secrets as far as they can be told,
 * or with `invalidConfig`.
 */
export async function readCredential(
  source: Exclude<CredentialSource, { readonly kind: 'none' }>,
  signal: AbortSignal,
): Promise<Secret> {
  if (!('given' in source)) return source.value;
  let token: string;
  try {
    token = await source.value(signal);
  } catch (thrown) {
    const text = 'The token provider failed: see the cause, and check that it can reach its source.';
    const cause = safeCause(thrown, (words) => scrubShapes(scrub(words, source.given.newest)));
    throw new WireError('tokenFetchFailed', text, { cause, retryable: true });
  }
  const secret = checkedSecret(token, 'The token provider gave');
  source.given.add(secret);
  return secret;
}

/** The secrets that a source has revealed. */
export function knownSecrets(source: CredentialSource): readonly Secret[] {
  if (source.kind === 'none') return [];
  return 'given' in source ? source.given.newest : [source.value];
}

/** A credential fit for a header: printable ASCII without spaces. The value is never quoted in the error. */
function checkedSecret(value: unknown, who: string): Secret {
  const text = value instanceof Secret ? value.reveal() : value;
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) {
    const message = `${who} something that is no credential: it must be printable ASCII without spaces or line breaks.`;
    throw new WireError('invalidConfig', message);
  }
  return value instanceof Secret ? value : new Secret(text);
}
