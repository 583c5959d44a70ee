/** Endpoint settings plus environment, made one plan (spec: voice §5, wire §1.5). */
import type { EndpointConfig, VertexConfig } from '../config/session-config.ts';
import type { VertexPlace } from '../model/model-name.ts';
import type { Platform } from '../model/profile.ts';
import type { Environment } from '../platform/environment.ts';
import { WireError } from '../wire-error.ts';
import { type CredentialSource, credentialSource } from './credential.ts';
import { type EndpointPlan, NO_HEADERS, originOf, vertexHost } from './endpoint.ts';

const DEFAULT_LOCATION = 'us-central1';
const KEY_VARIABLES = ['GEMINI_API_KEY', 'GOOGLE_GENAI_API_KEY', 'GOOGLE_API_KEY'] as const;

/** The platform and, on Vertex, the place that the model's name needs. */
export interface Destination {
  readonly platform: Platform;
  readonly place: VertexPlace;
}

/** Which platform a config and an environment mean. */
export function resolveDestination(config: EndpointConfig, env: Environment): Destination {
  const { vertex } = config;
  const chosen =
    vertex ??
    (config.apiKey === undefined && /^(true|1)$/i.test(read(env, 'GOOGLE_GENAI_USE_VERTEXAI') ?? ''));
  if (chosen === false) return { platform: 'googleAi', place: { location: DEFAULT_LOCATION } };
  const given: VertexConfig = chosen === true ? {} : chosen;
  const project = given.project ?? read(env, 'GOOGLE_CLOUD_PROJECT');
  const location = given.location ?? read(env, 'GOOGLE_CLOUD_LOCATION') ?? DEFAULT_LOCATION;
  if (project !== undefined && !/^[\w.:-]+$/.test(project)) {
    throw new WireError('invalidConfig', 'vertex.project must be a plain id, like my-project.');
  }
  // It becomes a part of the host's name.
  if (!/^[a-z\d-]+$/i.test(location)) {
    throw new WireError('invalidConfig', `vertex.location must be a plain id, like ${DEFAULT_LOCATION}.`);
  }
  return { platform: 'vertex', place: { location, ...(project !== undefined && { project }) } };
}

/** Where to connect and as whom. Throws `missingCredentials` or `invalidConfig`. */
export function resolveEndpointPlan(
  config: EndpointConfig,
  env: Environment,
  { platform, place }: Destination,
  alpha: boolean,
): EndpointPlan {
  const variable = platform === 'vertex' ? 'GOOGLE_VERTEX_BASE_URL' : 'GOOGLE_GEMINI_BASE_URL';
  const base = config.baseUrl ?? config.apiEndpoint ?? read(env, variable);
  const headers = config.headers === undefined ? NO_HEADERS : checkedHeaders(config.headers);
  const credential = resolveCredential(config, env, platform, place, base !== undefined);
  const express = platform === 'vertex' && credential.kind === 'apiKey' && place.project === undefined;
  const host = typeof config.vertex === 'object' ? checkedHost(config.vertex.host) : undefined;
  return {
    platform,
    credential,
    alpha,
    origin:
      base === undefined
        ? `wss://${host ?? defaultHost(platform, express ? 'global' : place.location)}`
        : originOf(base),
    headers,
    ...(config.apiVersion !== undefined && { apiVersion: checkedVersion(config.apiVersion) }),
  };
}

function defaultHost(platform: Platform, location: string): string {
  return platform === 'googleAi' ? 'generativelanguage.googleapis.com' : vertexHost(location);
}

function checkedHost(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  if (/^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(host) && URL.canParse(`wss://${host}`)) return host;
  throw new WireError('invalidConfig', 'vertex.host must be a host name, like aiplatform.googleapis.com.');
}

/** Headers as HTTP allows them. Their values are never quoted: they may be credentials. */
function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    throw new WireError(
      'invalidConfig',
      `headers: ${JSON.stringify(name)} is no legal header, or its value is not.`,
    );
  }
  return headers;
}

function checkedVersion(version: string): string {
  if (/^v\d+\w*$/.test(version)) return version;
  throw new WireError('invalidConfig', 'apiVersion must look like v1, v1beta or v1alpha.');
}

function resolveCredential(
  config: EndpointConfig,
  env: Environment,
  platform: Platform,
  place: VertexPlace,
  hasBaseUrl: boolean,
): CredentialSource {
  if (config.apiKey !== undefined && config.accessToken !== undefined) {
    throw new WireError('invalidConfig', 'Give either apiKey or accessToken, not both.');
  }
  if (config.apiKey !== undefined) return credentialSource('apiKey', config.apiKey, 'apiKey is');
  if (config.accessToken !== undefined) {
    requireProject(platform, place);
    return credentialSource('accessToken', config.accessToken, 'accessToken is');
  }
  if (hasAuthHeader(config.headers)) return { kind: 'none' };
  const key = firstOf(env, platform === 'vertex' ? ['GOOGLE_API_KEY'] : KEY_VARIABLES);
  const token = platform === 'vertex' ? read(env, 'GOOGLE_ACCESS_TOKEN') : undefined;
  if (token !== undefined) {
    requireProject(platform, place);
    return credentialSource('accessToken', token, 'GOOGLE_ACCESS_TOKEN holds');
  }
  if (key !== undefined) return credentialSource('apiKey', key, 'The API key variable holds');
  // A proxy or a local server may need none, or add its own.
  if (hasBaseUrl) return { kind: 'none' };
  const text =
    platform === 'vertex'
      ? 'No credential: pass accessToken (a string or a function), or set GOOGLE_ACCESS_TOKEN.'
      : 'No credential: pass apiKey, or set GEMINI_API_KEY. A key is free at https://aistudio.google.com/apikey.';
  throw new WireError('missingCredentials', text);
}

function requireProject(platform: Platform, place: VertexPlace): void {
  if (platform === 'vertex' && place.project === undefined) {
    throw new WireError(
      'invalidConfig',
      'Vertex needs a project: pass vertex: {project}, or set GOOGLE_CLOUD_PROJECT.',
    );
  }
}

function hasAuthHeader(headers: Readonly<Record<string, string>> | undefined): boolean {
  return Object.keys(headers ?? {}).some((name) => /^(authorization|x-goog-api-key)$/i.test(name));
}

/** An environment variable; blank counts as unset. */
function read(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function firstOf(env: Environment, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = read(env, name);
    if (value !== undefined) return value;
  }
  return undefined;
}
