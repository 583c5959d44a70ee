/** Who is calling: the places where clients put keys and tokens (spec: wire §1.1, §9). */
import { Secret } from '../../wire/auth/secret.ts';

/** What a request carries. Secrets print as `[redacted]`. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'apiKey'; readonly key: Secret }
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'bearer' };

/** The headers of a request; names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Finds the credential: an ephemeral token first, then a key, then an OAuth bearer. */
export function readCredential(target: string, headers: RequestHeaders): Credential {
  const query = new URLSearchParams(target.split('?', 2)[1] ?? '');
  const authorization = header(headers, 'authorization');
  const token = query.get('access_token') ?? /^Token\s+(.+)$/i.exec(authorization)?.[1];
  if (token !== undefined && token !== '') return { kind: 'token', token: new Secret(token.trim()) };
  const key = query.get('key') || header(headers, 'x-goog-api-key');
  if (key.startsWith('auth_tokens/')) return { kind: 'token', token: new Secret(key) };
  if (key !== '') return { kind: 'apiKey', key: new Secret(key) };
  if (/^Bearer\s+\S/i.test(authorization)) return { kind: 'bearer' };
  return { kind: 'none' };
}

function header(headers: RequestHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}
