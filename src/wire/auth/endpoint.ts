/** URL and headers of a connection, per platform and credential (spec: wire §1.1, §1.3, §1.5). */
import type { Platform } from '../model/profile.ts';
import { WireError } from '../wire-error.ts';
import { type CredentialSource, knownSecrets, readCredential } from './credential.ts';
import { Secret } from './secret.ts';

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

/** A connection to open; `secrets` are to be kept out of everything printed. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly Secret[];
}

const EPHEMERAL = 'auth_tokens/';

/**
 * Fetches the credential and builds the endpoint. Rejects with `tokenFetchFailed`, `unsupportedByPlatform`, or
 * `invalidConfig` when a provider gives no credential.
 */
export async function resolveEndpoint(
  plan: EndpointPlan,
  canSetHeaders: boolean,
  signal: AbortSignal,
): Promise<Endpoint> {
  const { credential, headers } = plan;
  if (!canSetHeaders) requireNoHeaders(plan);
  if (credential.kind === 'none') return endpoint(plan, pathOf(plan, false), headers);
  const value = (await readCredential(credential, signal)).reveal();
  const ephemeral = credential.kind === 'apiKey' && value.startsWith(EPHEMERAL);
  const path = pathOf(plan, ephemeral);
  if (canSetHeaders) {
    const [name, text] = credentialHeader(credential.kind, ephemeral, value);
    const others = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
    return endpoint(plan, path, { ...Object.fromEntries(others), [name]: text });
  }
  const name = credential.kind === 'apiKey' && !ephemeral ? 'key' : 'access_token';
  return endpoint(plan, `${path}?${name}=${encodeURIComponent(value)}`, {});
}

function requireNoHeaders({ platform, credential, headers }: EndpointPlan): void {
  const inHeaders = credential.kind === 'none' ? headerSecrets(headers).length > 0 : platform === 'vertex';
  if (!inHeaders) return;
  const text =
    'This platform cannot set WebSocket headers, and the credential goes nowhere else: connect from a server, through a proxy, or use Google AI with an ephemeral token.';
  throw new WireError('unsupportedByPlatform', text);
}

/** The credentials among the headers that a config brings: whole values, and what follows their scheme. */
export function headerSecrets(headers: Readonly<Record<string, string>>): Secret[] {
  return Object.entries(headers)
    .filter(([name]) => /auth|api-?key|token|secret|cookie/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, '')])
    .filter((value) => value !== '')
    .map((value) => new Secret(value));
}

function credentialHeader(
  kind: 'apiKey' | 'accessToken',
  ephemeral: boolean,
  value: string,
): readonly [name: string, value: string] {
  if (kind === 'accessToken') return ['Authorization', `Bearer ${value}`];
  return ephemeral ? ['Authorization', `Token ${value}`] : ['x-goog-api-key', value];
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

function endpoint(plan: EndpointPlan, path: string, headers: Readonly<Record<string, string>>): Endpoint {
  const { baseUrl, credential } = plan;
  const secrets = [...knownSecrets(credential), ...headerSecrets(plan.headers)];
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
