import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { EndpointConfig } from '../config/session-config.ts';
import type { WireError } from '../wire-error.ts';
import type { EndpointPlan } from './endpoint.ts';
import { resolveDestination, resolveEndpointPlan } from './resolve-endpoint-plan.ts';
import { Secret } from './secret.ts';

type Env = Record<string, string>;

function plan(config: EndpointConfig, env: Env = {}): EndpointPlan {
  return resolveEndpointPlan(config, env, resolveDestination(config, env), false);
}

function failure(config: EndpointConfig, env: Env = {}): WireError {
  try {
    plan(config, env);
  } catch (thrown) {
    return thrown as WireError;
  }
  throw new Error('it was accepted');
}

/** What a plan's credential is, as `kind value`. */
function credentialOf({ credential }: EndpointPlan): string {
  if (credential.kind === 'none') return 'none';
  return `${credential.kind} ${credential.value instanceof Secret ? credential.value.reveal() : 'provider'}`;
}

const vertexEnv: Env = { GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_PROJECT: 'p' };

describe('the environment', () => {
  test.for<readonly [string, Env, string, string]>([
    [
      'GEMINI_API_KEY first',
      { GEMINI_API_KEY: 'a', GOOGLE_GENAI_API_KEY: 'b', GOOGLE_API_KEY: 'c' },
      'googleAi',
      'apiKey a',
    ],
    ['then GOOGLE_GENAI_API_KEY', { GOOGLE_GENAI_API_KEY: 'b', GOOGLE_API_KEY: 'c' }, 'googleAi', 'apiKey b'],
    ['then GOOGLE_API_KEY', { GOOGLE_API_KEY: 'c' }, 'googleAi', 'apiKey c'],
    ['a blank one is unset', { GEMINI_API_KEY: '  ', GOOGLE_API_KEY: 'c' }, 'googleAi', 'apiKey c'],
    ['spaces around it do not count', { GEMINI_API_KEY: ' a\n' }, 'googleAi', 'apiKey a'],
    ['Vertex by true', { ...vertexEnv, GOOGLE_ACCESS_TOKEN: 't' }, 'vertex', 'accessToken t'],
    [
      'Vertex by 1',
      { ...vertexEnv, GOOGLE_GENAI_USE_VERTEXAI: '1', GOOGLE_ACCESS_TOKEN: 't' },
      'vertex',
      'accessToken t',
    ],
    [
      'Vertex by TRUE',
      { ...vertexEnv, GOOGLE_GENAI_USE_VERTEXAI: 'TRUE', GOOGLE_ACCESS_TOKEN: 't' },
      'vertex',
      'accessToken t',
    ],
    [
      'not by 0',
      { ...vertexEnv, GOOGLE_GENAI_USE_VERTEXAI: '0', GEMINI_API_KEY: 'a' },
      'googleAi',
      'apiKey a',
    ],
    [
      'not by yes',
      { ...vertexEnv, GOOGLE_GENAI_USE_VERTEXAI: 'yes', GEMINI_API_KEY: 'a' },
      'googleAi',
      'apiKey a',
    ],
    [
      'a token before a key on Vertex',
      { ...vertexEnv, GOOGLE_ACCESS_TOKEN: 't', GOOGLE_API_KEY: 'c' },
      'vertex',
      'accessToken t',
    ],
    [
      'an express key on Vertex',
      { GOOGLE_GENAI_USE_VERTEXAI: '1', GOOGLE_API_KEY: 'c' },
      'vertex',
      'apiKey c',
    ],
  ])('gives %s', ([, env, platform, credential], context) => {
    verifies(context, 'wire:auth:environment');
    const resolved = plan({}, env);
    expect([resolved.platform, credentialOf(resolved)]).toEqual([platform, credential]);
  });

  test('a GEMINI_API_KEY is no Vertex credential', () => {
    expect(failure({}, { ...vertexEnv, GEMINI_API_KEY: 'a' }).code).toBe('missingCredentials');
  });

  test('gives project and location, which the config overrides', (context) => {
    verifies(context, 'wire:auth:environment');
    const env = { ...vertexEnv, GOOGLE_CLOUD_LOCATION: 'eu' };
    expect(resolveDestination({}, env).place).toEqual({ project: 'p', location: 'eu' });
    expect(resolveDestination({ vertex: { project: 'q' } }, env).place).toEqual({
      project: 'q',
      location: 'eu',
    });
    expect(resolveDestination({}, vertexEnv).place).toEqual({ project: 'p', location: 'us-central1' });
  });

  test('gives way to the config: credential, platform and base URL', (context) => {
    verifies(context, 'wire:auth:environment');
    const env = { ...vertexEnv, GEMINI_API_KEY: 'env', GOOGLE_GEMINI_BASE_URL: 'http://env' };
    const own = plan({ apiKey: 'own', baseUrl: 'http://own' }, env);
    expect(own.platform, 'a key of the config means Google AI').toBe('googleAi');
    expect(credentialOf(own)).toBe('apiKey own');
    expect(own.origin).toBe('ws://own');
    expect(plan({ apiKey: 'k', vertex: false }, env).platform).toBe('googleAi');
    expect(plan({ apiKey: 'k', vertex: true }, env).platform).toBe('vertex');
  });

  test('gives a base URL per platform', (context) => {
    verifies(context, 'wire:auth:environment', 'wire:auth:base-url');
    const env = { GOOGLE_GEMINI_BASE_URL: 'http://gemini', GOOGLE_VERTEX_BASE_URL: 'http://vertex' };
    expect(plan({ apiKey: 'k' }, env).origin).toContain('//gemini');
    expect(plan({ apiKey: 'k', vertex: true }, env).origin).toContain('//vertex');
    expect(plan({ apiKey: 'k' }, { GOOGLE_GEMINI_BASE_URL: ' ' }).origin).toContain('googleapis.com');
  });

  test('without a project, the error names the variable', (context) => {
    verifies(context, 'wire:auth:environment');
    const error = failure({}, { GOOGLE_GENAI_USE_VERTEXAI: '1', GOOGLE_ACCESS_TOKEN: 't' });
    expect(error.code).toBe('invalidConfig');
    expect(error.message).toMatch(/GOOGLE_CLOUD_PROJECT/);
  });
});

describe('credentials of the config', () => {
  test('may be a text, a Secret or a provider', () => {
    expect(credentialOf(plan({ apiKey: 'k' }))).toBe('apiKey k');
    expect(credentialOf(plan({ apiKey: new Secret('k') }))).toBe('apiKey k');
    expect(credentialOf(plan({ apiKey: () => 'k' }))).toBe('apiKey provider');
    expect(credentialOf(plan({ headers: { 'X-Goog-Api-Key': 'k' } }))).toBe('none');
  });

  test('are one, not two', (context) => {
    verifies(context, 'wire:config:invalid');
    expect(failure({ apiKey: 'k', accessToken: 't' }).code).toBe('invalidConfig');
  });

  test.for(['', ' ', 'two words', 'line\nbreak', 'k\r\nX-Evil: 1', 'ключ', 'nul\u0000', 7, {}])(
    '%j is none, also inside a Secret, and is not quoted',
    (value, context) => {
      verifies(context, 'wire:config:invalid', 'wire:auth:secrets');
      const apiKey = value as string;
      const errors = [failure({ apiKey })];
      if (typeof value === 'string') errors.push(failure({ apiKey: new Secret(value) }));
      for (const error of errors) {
        expect(error.code).toBe('invalidConfig');
        if (typeof value === 'string' && value.trim() !== '') expect(error.message).not.toContain(value);
      }
    },
  );
});

describe('places that cannot be meant', () => {
  const credential = { accessToken: 't' };

  test.for<readonly [string, EndpointConfig]>([
    ['a location that is a host', { vertex: { project: 'p', location: 'evil.example/' } }],
    ['a location with a port', { vertex: { project: 'p', location: 'us:80' } }],
    ['an empty location', { vertex: { project: 'p', location: '' } }],
    ['a project with a slash', { vertex: { project: '../p' } }],
    ['a host with a path', { vertex: { project: 'p', host: 'h/path' } }],
    ['a host with a scheme', { vertex: { project: 'p', host: 'https://h' } }],
    ['a host with a user', { vertex: { project: 'p', host: 'user@h' } }],
    ['a host with a port out of range', { vertex: { project: 'p', host: 'h:99999' } }],
    ['an empty host', { vertex: { project: 'p', host: '' } }],
    ['a version with a slash', { apiVersion: 'v1/../x' }],
    ['an empty version', { apiVersion: '' }],
    ['a base URL that is none', { baseUrl: 'not a url' }],
    ['an empty base URL', { baseUrl: '' }],
    ['a base URL without a scheme', { baseUrl: '127.0.0.1:9090' }],
    ['a base URL of a file', { baseUrl: 'file:///etc/passwd' }],
    ['a header with a line break', { headers: { 'X-A': 'a\r\nX-B: b' } }],
    ['a header without a name', { headers: { '': 'a' } }],
    ['a header name with a space', { headers: { 'X A': 'a' } }],
  ])('%s is invalidConfig', ([, config], context) => {
    verifies(context, 'wire:config:invalid');
    expect(failure({ ...credential, ...config }).code).toBe('invalidConfig');
  });

  test('a base URL with a credential in it is refused and not quoted', (context) => {
    verifies(context, 'wire:auth:secrets');
    for (const baseUrl of [
      'http://h/?key=AIzaSECRET1',
      'http://user:AIzaSECRET1@h/',
      'AIzaSECRET1',
      'x:AIzaSECRET1',
    ]) {
      const error = failure({ apiKey: 'k', baseUrl });
      expect(error.code).toBe('invalidConfig');
      expect(`${error.message}${error.stack}`).not.toContain('AIzaSECRET1');
    }
  });

  test('a header that is refused is named without its value', (context) => {
    verifies(context, 'wire:auth:secrets');
    const error = failure({ apiKey: 'k', headers: { Authorization: 'Bearer AIzaSECRET1\n' } });
    expect(error.message).toContain('Authorization');
    expect(`${error.message}${error.stack}`).not.toContain('AIzaSECRET1');
  });
});
