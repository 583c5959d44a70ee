/** URL and headers of a connection, per platform and credential (spec: wire §1.1, §1.3, §1.5). */
import type { Platform } from '../model/profile.ts';
import { WireError } from '../wire-error.ts';
import { Secret } from './secret.ts';
import type { TokenProvider } from './token-provider.ts';

/** Where to connect, before the credential is known. */
export interface EndpointPlan {
  readonly platform: Platform;
  readonly credential: CredentialSource;
  readonly baseUrl?: URL;
  readonly apiVersion?: string;
  /** Whether a feature of the setup needs `v1alpha`. */
  readonly alpha: boolean;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type CredentialSource =
  | { readonly kind: 'apiKey'; readonly value: Secret | TokenProvider }
  | { readonly kind: 'accessToken'; readonly value: Secret | TokenProvider }
  /** The headers given, or a proxy, do the authentication. */
  | { readonly kind: 'none' };

/** A connection to open; `secrets` are to be kept out of everything printed. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly Secret[];
}

const EPHEMERAL = 'auth_tokens/';

/** Fetches the credential and builds the endpoint. Rejects with `tokenFetchFailed` or `unsupportedByPlatform`. */
export async function resolveEndpoint(
  plan: EndpointPlan,
  canSetHeaders: boolean,
  signal: AbortSignal,
): Promise<Endpoint> {
  const { credential } = plan;
  if (credential.kind === 'none') return endpoint(plan, pathOf(plan, false), [], plan.headers);
  const secret = await reveal(credential.value, signal);
  const value = secret.reveal();
  const ephemeral = credential.kind === 'apiKey' && value.startsWith(EPHEMERAL);
  const path = pathOf(plan, ephemeral);
  if (canSetHeaders) {
    const headers = { ...plan.headers, ...credentialHeader(credential.kind, ephemeral, value) };
    return endpoint(plan, path, [secret], headers);
  }
  if (plan.platform === 'vertex') {
    const text =
      'This platform cannot set WebSocket headers, and Vertex takes its credential nowhere else: connect from a server, through a proxy, or use Google AI with an ephemeral token.';
    throw new WireError('unsupportedByPlatform', text);
  }
  const name = credential.kind === 'apiKey' && !ephemeral ? 'key' : 'access_token';
  return endpoint(plan, `${path}?${name}=${encodeURIComponent(value)}`, [secret], {});
}

async function reveal(value: Secret | TokenProvider, signal: AbortSignal): Promise<Secret> {
  if (value instanceof Secret) return value;
  let token: string;
  try {
    token = await value(signal);
  } catch (cause) {
    const text = 'The token provider failed: see the cause, and check that it can reach its source.';
    throw new WireError('tokenFetchFailed', text, { cause, retryable: true });
  }
  return checkedSecret(token, 'The token provider gave');
}

/** A credential fit for a header: printable ASCII without spaces. The value is never quoted in the error. */
export function checkedSecret(value: unknown, who: string): Secret {
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    const text = `${who} something that is no credential: it must be printable ASCII without spaces or line breaks.`;
    throw new WireError('invalidConfig', text);
  }
  return new Secret(value);
}

function credentialHeader(
  kind: 'apiKey' | 'accessToken',
  ephemeral: boolean,
  value: string,
): Record<string, string> {
  if (kind === 'accessToken') return { Authorization: `Bearer ${value}` };
  return ephemeral ? { Authorization: `Token ${value}` } : { 'x-goog-api-key': value };
}

function pathOf(plan: EndpointPlan, ephemeral: boolean): string {
  if (plan.platform === 'vertex') {
    // A slash before the method on Vertex, a dot on Google AI.
    return `/ws/google.cloud.aiplatform.${plan.apiVersion ?? 'v1beta1'}.LlmBidiService/BidiGenerateContent`;
  }
  const version = plan.apiVersion ?? (ephemeral || plan.alpha ? 'v1alpha' : 'v1beta');
  const method = ephemeral ? 'BidiGenerateContentConstrained' : 'BidiGenerateContent';
  return `/ws/google.ai.generativelanguage.${version}.GenerativeService.${method}`;
}

function endpoint(
  plan: EndpointPlan,
  path: string,
  secrets: readonly Secret[],
  headers: Readonly<Record<string, string>>,
): Endpoint {
  const { baseUrl } = plan;
  if (baseUrl === undefined) return { url: `wss://${plan.host}${path}`, headers, secrets };
  const scheme = baseUrl.protocol === 'http:' || baseUrl.protocol === 'ws:' ? 'ws:' : 'wss:';
  const prefix = baseUrl.pathname.replace(/\/+$/, '');
  return { url: `${scheme}//${baseUrl.host}${prefix}${path}`, headers, secrets };
}

/** The host that serves a Vertex location. */
export function vertexHost(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

/** A base URL as given by a user. Throws `invalidConfig`, without quoting what may hold a credential. */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new WireError(
      'invalidConfig',
      'baseUrl must be an http, https, ws or wss URL, like http://127.0.0.1:9090.',
    );
  }
  if (url.search !== '' || url.username !== '' || url.password !== '') {
    throw new WireError(
      'invalidConfig',
      'baseUrl must carry no query or user: pass the credential as apiKey.',
    );
  }
  return url;
}
