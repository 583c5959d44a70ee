import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { EndpointConfig } from '../config/session-config.ts';
import { WireError } from '../wire-error.ts';
import { type Endpoint, resolveEndpoint, secretsOf, vertexHost } from './endpoint.ts';
import { resolveDestination, resolveEndpointPlan } from './resolve-endpoint-plan.ts';

const KEY = 'AIzaSyTEST';
const TOKEN = 'auth_tokens/XYZ';
const GOOGLE = 'wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage';
const LLM = 'LlmBidiService/BidiGenerateContent';

interface Options {
  readonly canSetHeaders?: boolean;
  readonly alpha?: boolean;
  readonly env?: Record<string, string>;
}

async function endpointOf(config: EndpointConfig, options: Options = {}): Promise<Endpoint> {
  const { canSetHeaders = true, alpha = false, env = {} } = options;
  const plan = resolveEndpointPlan(config, env, resolveDestination(config, env), alpha);
  return resolveEndpoint(plan, canSetHeaders, new AbortController().signal);
}

describe('Google AI', () => {
  test('a key goes in the header, and never in the URL, where headers can be set', async (context) => {
    verifies(context, 'wire:auth:url', 'wire:auth:api-key');
    const { url, headers } = await endpointOf({ apiKey: KEY });
    expect(url).toBe(`${GOOGLE}.v1beta.GenerativeService.BidiGenerateContent`);
    expect(headers).toEqual({ 'x-goog-api-key': KEY });
  });

  test('a key goes in the query where no header can be set, percent-encoded', async (context) => {
    verifies(context, 'wire:auth:api-key');
    const plain = await endpointOf({ apiKey: KEY }, { canSetHeaders: false });
    expect(plain).toMatchObject({
      url: `${GOOGLE}.v1beta.GenerativeService.BidiGenerateContent?key=${KEY}`,
      headers: {},
    });
    const odd = await endpointOf({ apiKey: 'a+b&c=d#e' }, { canSetHeaders: false });
    expect(new URL(odd.url).searchParams.get('key')).toBe('a+b&c=d#e');
  });

  test('an ephemeral token goes to the constrained method of v1alpha, both ways', async (context) => {
    verifies(context, 'wire:auth:ephemeral');
    const constrained = `${GOOGLE}.v1alpha.GenerativeService.BidiGenerateContentConstrained`;
    expect(await endpointOf({ apiKey: TOKEN })).toMatchObject({
      url: constrained,
      headers: { Authorization: `Token ${TOKEN}` },
    });
    expect(await endpointOf({ apiKey: TOKEN }, { canSetHeaders: false })).toMatchObject({
      url: `${constrained}?access_token=auth_tokens%2FXYZ`,
      headers: {},
    });
    expect(await endpointOf({ apiKey: () => TOKEN })).toMatchObject({ url: constrained });
  });

  test('an OAuth token is a bearer, or an access_token', async (context) => {
    verifies(context, 'wire:auth:url');
    const plain = `${GOOGLE}.v1beta.GenerativeService.BidiGenerateContent`;
    expect(await endpointOf({ accessToken: 'ya29.x' })).toMatchObject({
      url: plain,
      headers: { Authorization: 'Bearer ya29.x' },
    });
    expect(await endpointOf({ accessToken: 'ya29.x' }, { canSetHeaders: false })).toMatchObject({
      url: `${plain}?access_token=ya29.x`,
    });
  });

  test('the version is v1beta, v1alpha where a feature needs it, or the one configured', async (context) => {
    verifies(context, 'wire:auth:url');
    const version = async (config: EndpointConfig, alpha: boolean): Promise<string | undefined> =>
      /generativelanguage\.(v\w+)\./.exec((await endpointOf(config, { alpha })).url)?.[1];
    expect(await version({ apiKey: KEY }, false)).toBe('v1beta');
    expect(await version({ apiKey: KEY }, true)).toBe('v1alpha');
    expect(await version({ apiKey: KEY, apiVersion: 'v1' }, true)).toBe('v1');
    expect(await version({ apiKey: TOKEN, apiVersion: 'v1beta' }, false)).toBe('v1beta');
  });
});

describe('Vertex', () => {
  test.for([
    ['us-central1', 'us-central1-aiplatform.googleapis.com'],
    ['europe-west4', 'europe-west4-aiplatform.googleapis.com'],
    ['global', 'aiplatform.googleapis.com'],
    ['us', 'aiplatform.us.rep.googleapis.com'],
    ['eu', 'aiplatform.eu.rep.googleapis.com'],
  ])('location %s is served by %s', async ([location = '', host = ''], context) => {
    verifies(context, 'wire:auth:url', 'wire:auth:vertex');
    expect(vertexHost(location)).toBe(host);
    const { url, headers } = await endpointOf({ accessToken: 'ya29.x', vertex: { project: 'p', location } });
    expect(url).toBe(`wss://${host}/ws/google.cloud.aiplatform.v1beta1.${LLM}`);
    expect(headers).toEqual({ Authorization: 'Bearer ya29.x' });
  });

  test('the default location is us-central1; host and version can be overridden', async (context) => {
    verifies(context, 'wire:auth:url');
    const byDefault = await endpointOf({ accessToken: 't', vertex: { project: 'p' } });
    expect(byDefault.url).toContain('wss://us-central1-aiplatform.googleapis.com/');
    const own = await endpointOf({
      accessToken: 't',
      vertex: { project: 'p', host: 'psc.internal:8443' },
      apiVersion: 'v1',
    });
    expect(own.url).toBe(`wss://psc.internal:8443/ws/google.cloud.aiplatform.v1.${LLM}`);
  });

  test('an express key goes to the global host, in the header', async (context) => {
    verifies(context, 'wire:auth:vertex');
    expect(await endpointOf({ apiKey: KEY, vertex: true })).toMatchObject({
      url: `wss://aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1beta1.${LLM}`,
      headers: { 'x-goog-api-key': KEY },
    });
    const inPlace = await endpointOf({ apiKey: KEY, vertex: { project: 'p', location: 'europe-west4' } });
    expect(inPlace.url).toContain('wss://europe-west4-aiplatform.googleapis.com/');
  });

  test('without headers it is refused, before a token is fetched', async (context) => {
    verifies(context, 'wire:auth:vertex');
    let asked = 0;
    const accessToken = (): string => {
      asked += 1;
      return 't';
    };
    const attempt = endpointOf({ accessToken, vertex: { project: 'p' } }, { canSetHeaders: false });
    await expect(attempt).rejects.toMatchObject({ code: 'unsupportedByPlatform', retryable: false });
    expect(asked).toBe(0);
  });
});

describe('headers of the config', () => {
  test('are sent beside the credential, which wins over the same header in any case', async () => {
    const headers = { 'X-Trace': '1', 'X-Goog-Api-Key': 'other' };
    expect((await endpointOf({ apiKey: KEY, headers })).headers).toEqual({
      'X-Trace': '1',
      'x-goog-api-key': KEY,
    });
  });

  test('can be the credential, and are then kept out of what is printed', async (context) => {
    verifies(context, 'wire:auth:secrets');
    const headers = { authorization: 'Bearer ya29.own', 'x-api-key': 'sesame-open', 'user-agent': 'mine' };
    const config: EndpointConfig = { headers, baseUrl: 'http://127.0.0.1:1' };
    const plan = resolveEndpointPlan(config, {}, resolveDestination(config, {}), false);
    expect((await endpointOf(config)).headers).toEqual(headers);
    expect(secretsOf(plan).map((secret) => secret.reveal())).toEqual([
      'Bearer ya29.own',
      'ya29.own',
      'sesame-open',
      'sesame-open',
    ]);
  });

  test('are refused as the only credential where they cannot be set, instead of being dropped', async () => {
    const config: EndpointConfig = { headers: { Authorization: 'Bearer x' }, baseUrl: 'http://127.0.0.1:1' };
    const attempt = endpointOf(config, { canSetHeaders: false });
    await expect(attempt).rejects.toMatchObject({ code: 'unsupportedByPlatform' });
  });
});

describe('another server', () => {
  test.for([
    ['http://127.0.0.1:9090', 'ws://127.0.0.1:9090/ws/'],
    ['http://127.0.0.1:9090/', 'ws://127.0.0.1:9090/ws/'],
    ['ws://127.0.0.1:9090', 'ws://127.0.0.1:9090/ws/'],
    ['https://proxy.example', 'wss://proxy.example/ws/'],
    ['wss://proxy.example:8443', 'wss://proxy.example:8443/ws/'],
    ['http://h:1/proxy/x', 'ws://h:1/proxy/x/ws/'],
    ['http://h:1/proxy/x//', 'ws://h:1/proxy/x/ws/'],
    ['http://[::1]:9090', 'ws://[::1]:9090/ws/'],
    ['HTTP://Host', 'ws://host/ws/'],
    ['http://h/a b', 'ws://h/a%20b/ws/'],
    ['http://h/#fragment', 'ws://h/ws/'],
  ])('%s becomes %s…', async ([baseUrl = '', start = ''], context) => {
    verifies(context, 'wire:auth:base-url');
    for (const config of [{ baseUrl }, { apiEndpoint: baseUrl }, { baseUrl, apiEndpoint: 'http://other' }]) {
      const { url, headers } = await endpointOf({ apiKey: KEY, ...config });
      expect(url).toBe(`${start}google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent`);
      expect(headers).toEqual({ 'x-goog-api-key': KEY });
    }
  });

  test('needs no credential of ours: a proxy may add its own', async (context) => {
    verifies(context, 'wire:auth:base-url');
    for (const canSetHeaders of [true, false]) {
      const endpoint = await endpointOf({ baseUrl: 'http://127.0.0.1:9090' }, { canSetHeaders });
      expect(endpoint.url).toMatch(/BidiGenerateContent$/);
      expect(endpoint.headers).toEqual({});
    }
  });

  test('can be a Vertex one', async (context) => {
    verifies(context, 'wire:auth:base-url');
    const { url } = await endpointOf({ apiKey: KEY, vertex: true, baseUrl: 'http://h:1/p' });
    expect(url).toBe(`ws://h:1/p/ws/google.cloud.aiplatform.v1beta1.${LLM}`);
  });
});

describe('token providers', () => {
  test('are asked at every connection, with a signal', async (context) => {
    verifies(context, 'wire:auth:token-provider');
    const signals: AbortSignal[] = [];
    const config: EndpointConfig = {
      vertex: { project: 'p' },
      accessToken: async (signal) => `token-${signals.push(signal)}`,
    };
    const plan = resolveEndpointPlan(config, {}, resolveDestination(config, {}), false);
    const { signal } = new AbortController();
    for (const n of [1, 2, 3]) {
      const { headers } = await resolveEndpoint(plan, true, signal);
      const secrets = secretsOf(plan);
      expect(headers).toEqual({ Authorization: `Bearer token-${n}` });
      expect(secrets[0]?.reveal()).toBe(`token-${n}`);
      expect(secrets, 'earlier tokens stay secret').toHaveLength(n);
    }
    expect(signals).toEqual([signal, signal, signal]);
  });

  test.for([
    ['rejects', () => Promise.reject(new Error('no metadata server'))],
    [
      'throws',
      () => {
        throw new Error('no metadata server');
      },
    ],
  ] as const)('one that %s is tokenFetchFailed, and retryable', async ([, accessToken], context) => {
    verifies(context, 'wire:auth:token-provider');
    const attempt = endpointOf({ accessToken, vertex: { project: 'p' } });
    await expect(attempt).rejects.toMatchObject({
      code: 'tokenFetchFailed',
      retryable: true,
      cause: { message: 'no metadata server' },
    });
  });

  test.for([undefined, null, '', 'a b', 'line\n', 5, 'é'])(
    '%j from a provider is no credential',
    async (token) => {
      const accessToken = (): string => token as string;
      const error = await endpointOf({ accessToken, vertex: { project: 'p' } }).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(WireError);
      expect(error).toMatchObject({ code: 'invalidConfig' });
      if (typeof token === 'string' && token !== '') expect(String(error)).not.toContain(token);
    },
  );

  test('the error of a provider does not carry its secrets, nor the tokens it gave', async (context) => {
    verifies(context, 'wire:auth:token-provider', 'wire:auth:secrets');
    let calls = 0;
    const thrown = Object.assign(new Error('refresh with ya29.refresh-1 failed after opaque-token-0'), {
      config: { headers: { Authorization: 'Bearer opaque-token-0' } },
      cause: new Error('POST /token?key=sesame: opaque-token-0 expired'),
    });
    const config: EndpointConfig = {
      vertex: { project: 'p' },
      accessToken: () => {
        calls += 1;
        if (calls > 1) throw thrown;
        return 'opaque-token-0';
      },
    };
    const plan = resolveEndpointPlan(config, {}, resolveDestination(config, {}), false);
    const { signal } = new AbortController();
    await resolveEndpoint(plan, true, signal);
    const error = await Promise.resolve(resolveEndpoint(plan, true, signal)).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      code: 'tokenFetchFailed',
      cause: { message: 'refresh with [redacted] failed after [redacted]' },
    });
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/opaque-token-0|ya29|sesame/);
  });
});
