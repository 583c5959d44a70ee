/** URL and headers of a connection, per platform and credential (spec: wire §1.1, §1.3, §1.5). */
import type { Platform } from '../model/profile.ts';
import { WireError } from '../wire-error.ts';
import { type CredentialSource, knownSecrets, readCredential } from './credential.ts';
import { Secret } from './secret.ts';

/** Where to connect, before the credential is known. */
export interface EndpointPlan {
  readonly platform: Platform;
  readonly credential: CredentialSource;
  /** What stands before the method's path: scheme, host, and the path prefix of a base URL. */
  readonly origin: string;
  readonly apiVersion?: string;
  /** Whether a feature of the setup needs `v1alpha`. */
  readonly alpha: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** A connection to open. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const EPHEMERAL = 'auth_tokens/';
/** Shared, because most configs bring none. */
export const NO_HEADERS: EndpointPlan['headers'] = {};

/**
 * The endpoint of a plan: at once where the credential is fixed, else a promise of it. Throws or rejects with
 * `unsupportedByPlatform`, `tokenFetchFailed`, or `invalidConfig` when a provider gives no credential.
 */
export function resolveEndpoint(
  plan: EndpointPlan,
  canSetHeaders: boolean,
  signal: AbortSignal,
): Endpoint | Promise<Endpoint> {
  const { credential } = plan;
  if (!canSetHeaders) requireNoHeaders(plan);
  if (credential.kind === 'none') return { url: plan.origin + pathOf(plan, false), headers: plan.headers };
  if (!('given' in credential)) return endpointWith(plan, canSetHeaders, credential.kind, credential.value);
  return readCredential(credential, signal).then((secret) =>
    endpointWith(plan, canSetHeaders, credential.kind, secret),
  );
}

function endpointWith(
  plan: EndpointPlan,
  canSetHeaders: boolean,
  kind: 'apiKey' | 'accessToken',
  secret: Secret,
): Endpoint {
  const value = secret.reveal();
  const ephemeral = kind === 'apiKey' && value.startsWith(EPHEMERAL);
  const url = plan.origin + pathOf(plan, ephemeral);
  if (canSetHeaders) {
    return { url, headers: merged(plan.headers, credentialHeader(kind, ephemeral, value)) };
  }
  const name = kind === 'apiKey' && !ephemeral ? 'key' : 'access_token';
  return { url: `${url}?${name}=${encodeURIComponent(value)}`, headers: NO_HEADERS };
}

function requireNoHeaders({ platform, credential, headers }: EndpointPlan): void {
  const inHeaders = credential.kind === 'none' ? headerSecrets(headers).length > 0 : platform === 'vertex';
  if (!inHeaders) return;
  const text =
    'This platform cannot set WebSocket headers, and the credential goes nowhere else: connect from a server, through a proxy, or use Google AI with an ephemeral token.';
  throw new WireError('unsupportedByPlatform', text);
}

/** The credentials among the headers that a config brings: whole values, and what follows their scheme. */
function headerSecrets(headers: Readonly<Record<string, string>>): Secret[] {
  return Object.entries(headers)
    .filter(([name]) => /auth|api-?key|token|secret|cookie/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, '')])
    .filter((value) => value !== '')
    .map((value) => new Secret(value));
}

/** The headers given, without those that `own` has too, in whatever case they are written, and `own`. */
function merged(given: EndpointPlan['headers'], own: EndpointPlan['headers']): EndpointPlan['headers'] {
  if (given === NO_HEADERS) return own;
  const names = Object.keys(own).map((name) => name.toLowerCase());
  const others = Object.entries(given).filter(([name]) => !names.includes(name.toLowerCase()));
  return { ...Object.fromEntries(others), ...own };
}

function credentialHeader(
  kind: 'apiKey' | 'accessToken',
  ephemeral: boolean,
  value: string,
): EndpointPlan['headers'] {
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

/** What a plan has revealed so far, to be kept out of everything printed. */
export function secretsOf({ credential, headers }: EndpointPlan): readonly Secret[] {
  return [...knownSecrets(credential), ...headerSecrets(headers)];
}

/** The host that serves a Vertex location. */
export function vertexHost(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

/** The origin that a base URL means. Throws `invalidConfig`, without quoting what may hold a credential. */
export function originOf(text: string): string {
  const url = parsed(text);
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
  const scheme = url.protocol === 'http:' || url.protocol === 'ws:' ? 'ws:' : 'wss:';
  return `${scheme}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
