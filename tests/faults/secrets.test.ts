import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  connect,
  createJsonlRecorder,
  Secret,
  type SessionConfig,
  type SessionEvent,
  type SessionHandle,
  type Transport,
  WireError,
} from '../../src/wire/index.ts';
import { webSocketTransport } from '../../src/wire/platform/web-socket-transport.ts';
import { websocketTransport } from '../../src/wire/platform/websocket.node.ts';
import { verifies } from '../requirements.ts';
import {
  closedPort,
  type Loopback,
  type LoopbackOptions,
  listenLoopback,
  refuseUpgrade,
} from '../support/loopback.ts';

const KEY = 'AIzaSyD-S3cr3t_0123456789+abcdefghijkl/mn';
const TOKEN = 'auth_tokens/S3cr3t-0123456789abcdef';
const BEARER = 'ya29.a0S3cr3t_0123456789-abcdefghijklmnop';

interface Caller {
  readonly name: string;
  readonly secret: string;
  readonly config: SessionConfig;
  readonly transport: Transport;
}

const inQuery = webSocketTransport(false);

/** Each way a credential travels. */
const callers: readonly Caller[] = [
  { name: 'a key in the header', secret: KEY, config: { apiKey: KEY }, transport: websocketTransport },
  { name: 'a key in the query', secret: KEY, config: { apiKey: new Secret(KEY) }, transport: inQuery },
  {
    name: 'an ephemeral token in the header',
    secret: TOKEN,
    config: { apiKey: TOKEN },
    transport: websocketTransport,
  },
  {
    name: 'an ephemeral token in the query',
    secret: TOKEN,
    config: { apiKey: () => TOKEN },
    transport: inQuery,
  },
  {
    name: 'a bearer of Vertex',
    secret: BEARER,
    config: { accessToken: async () => BEARER, vertex: { project: 'p' } },
    transport: websocketTransport,
  },
  {
    name: 'a header of the config',
    secret: BEARER,
    config: { headers: { authorization: `Bearer ${BEARER}` } },
    transport: websocketTransport,
  },
];

/** Everything that leaves the library in one attempt. */
class Evidence {
  readonly events: SessionEvent[] = [];
  readonly lines: string[] = [];
  readonly printed: string[] = [];
  thrown: unknown;
  handle: SessionHandle | undefined;

  async attempt({ config, transport }: Caller, more: SessionConfig): Promise<this> {
    try {
      this.handle = await connect(
        {
          model: 'gemini-3.8-live',
          retry: { maxAttempts: 2, baseDelayMs: 0 },
          recorder: createJsonlRecorder((line) => this.lines.push(line)),
          ...config,
          ...more,
        },
        { transport, environment: {}, onEvent: (event) => this.events.push(event) },
      );
    } catch (thrown) {
      this.thrown = thrown;
    }
    return this;
  }

  get error(): WireError {
    if (this.thrown instanceof WireError) return this.thrown;
    throw new Error(`no WireError but ${inspect(this.thrown)}`);
  }

  text(): string {
    const views: unknown[] = [this.thrown, this.handle, ...this.events];
    const chain: unknown[] = [];
    for (let cause: unknown = this.thrown; cause instanceof Error; cause = cause.cause) {
      chain.push(String(cause), cause.stack, JSON.stringify(cause));
    }
    return [
      ...views.map((view) => inspect(view, { depth: null, showHidden: true, getters: true })),
      ...this.events.map((event) => JSON.stringify(event)),
      ...chain,
      ...this.lines,
      ...this.printed,
    ].join('\n');
  }
}

let evidence: Evidence;

beforeEach(() => {
  evidence = new Evidence();
  const { printed } = evidence;
  vi.stubGlobal('WebSocket', WebSocket);
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      printed.push(String(chunk));
      // The overloads of write cannot be forwarded in a typed way.
      return (write as (...all: unknown[]) => boolean)(chunk, ...rest);
    });
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void printed.push(args.map(String).join(' ')));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Fails if the secret, or a part of it that would help, is anywhere. */
function expectNoTrace(secret: string): void {
  const text = evidence.text();
  expect(text.length, 'there is something to search').toBeGreaterThan(200);
  const core = secret.replace(/^.*?S3cr3t/, 'S3cr3t');
  for (const form of [secret, encodeURIComponent(secret), core, core.slice(0, 12), btoa(secret)]) {
    if (text.includes(form)) {
      const at = text.indexOf(form);
      expect.fail(`${form} is in: ${text.slice(Math.max(0, at - 120), at + 80)}`);
    }
  }
}

async function against(
  caller: Caller,
  options: LoopbackOptions,
  more: SessionConfig = {},
): Promise<Loopback> {
  await using server = await listenLoopback(options);
  await evidence.attempt(caller, { baseUrl: server.url, ...more });
  await evidence.handle?.disconnect();
  return server;
}

const short = (text: string): string => Buffer.from(text).subarray(0, 123).toString();

describe.each(callers)('$name', (caller) => {
  const { secret } = caller;

  test('reaches the server, and only in the place meant for it', async (context) => {
    verifies(context, 'wire:auth:secrets', 'wire:auth:api-key');
    const server = await against(caller, { connected: (peer) => peer.close(1007, 'no') });
    const [request] = server.requests;
    const seen = `${decodeURIComponent(request?.url ?? '')}\n${inspect(request?.headers)}`;
    expect(seen).toContain(secret);
    if (caller.transport.canSetHeaders) expect(request?.url).not.toContain(encodeURIComponent(secret));
    expectNoTrace(secret);
  });

  test('does not come back with the reason of a close, plain, encoded or cut off', async (context) => {
    verifies(context, 'wire:auth:secrets');
    const reasons = [
      `API key not valid: ${secret}`,
      `denied ${encodeURIComponent(secret)}`,
      `${'x'.repeat(100)} ${secret}`,
    ];
    for (const reason of reasons) {
      await against(caller, { connected: (peer) => peer.close(1008, short(reason)) });
      expect(evidence.error.closeReason).toContain('[redacted]');
      expectNoTrace(secret);
    }
  });

  test('does not come back with the answer that refused the upgrade', async (context) => {
    verifies(context, 'wire:auth:secrets');
    await against(caller, {
      upgrade: (_request, socket) =>
        refuseUpgrade(socket, 401, `{"error":"${secret}"}`, `X-Echo: ${secret}\r\n`),
    });
    if (caller.transport === websocketTransport) expect(evidence.error.code).toBe('unauthenticated');
    expectNoTrace(secret);
  });

  test('does not show when a session in progress is lost and cannot come back', async (context) => {
    verifies(context, 'wire:auth:secrets');
    let connections = 0;
    await using server = await listenLoopback({
      connected(peer) {
        connections += 1;
        peer.once('message', () => {
          if (connections > 1) return peer.close(1007, short(`API key expired: ${secret}`));
          peer.send('{"setupComplete":{}}');
          peer.send(`<html>not JSON: ${secret.slice(0, 10)}`);
          peer.close(1011, short(`Internal error for ${secret}`));
        });
      },
    });
    await evidence.attempt(caller, { baseUrl: server.url, retry: { maxAttempts: 3, baseDelayMs: 0 } });
    const end = await evidence.handle?.join();
    expect(end?.error?.code).toBe('invalidApiKey');
    evidence.thrown = end?.error;
    expect(evidence.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['connected', 'error', 'connectionChanged', 'disconnected']),
    );
    expectNoTrace(secret);
  });

  test('does not show when nobody answers', async (context) => {
    verifies(context, 'wire:auth:secrets');
    await evidence.attempt(caller, { baseUrl: `http://127.0.0.1:${await closedPort()}` });
    expect(evidence.error.code).toBe('connectionFailed');
    expect(inspect(evidence.error)).toMatch(/ECONNREFUSED/);
    expectNoTrace(secret);
  });

  test('does not show when TLS fails, or the name is unknown', async (context) => {
    verifies(context, 'wire:auth:secrets');
    await using server = await listenLoopback();
    const once: SessionConfig = { retry: { maxAttempts: 1 }, connectTimeoutMs: 2000 };
    for (const baseUrl of [`https://127.0.0.1:${server.port}`, 'http://name.invalid:1']) {
      await evidence.attempt(caller, { ...once, baseUrl });
      expect(['connectionFailed', 'connectTimeout']).toContain(evidence.error.code);
      expectNoTrace(secret);
    }
  });

  test('does not show when the server never answers the setup', async (context) => {
    verifies(context, 'wire:auth:secrets');
    await against(caller, {}, { setupTimeoutMs: 15 });
    expect(evidence.error.code).toBe('setupTimeout');
    expectNoTrace(secret);
  });

  test('is not in a live session, its handle or its recording', async (context) => {
    verifies(context, 'wire:auth:secrets');
    await against(caller, {
      connected: (peer) => peer.once('message', () => peer.send('{"setupComplete":{"sessionId":"s"}}')),
    });
    expect(evidence.handle).toBeDefined();
    expect(evidence.lines.length).toBeGreaterThan(2);
    expect(JSON.parse(evidence.lines[1] ?? '').data).toContain('"setup"');
    evidence.thrown = evidence.events;
    expectNoTrace(secret);
  });
});

describe('a token provider', () => {
  const provider = (accessToken: SessionConfig['accessToken']): Caller => ({
    name: 'provider',
    secret: BEARER,
    config: { vertex: { project: 'p' }, ...(accessToken !== undefined && { accessToken }) },
    transport: websocketTransport,
  });

  test('that throws its token, in the message, the cause and the request, does not leak it', async (context) => {
    verifies(context, 'wire:auth:secrets', 'wire:auth:token-provider');
    const failing = provider(() => {
      throw Object.assign(new Error(`401 for ${BEARER}`, { cause: new Error(`Bearer ${BEARER}`) }), {
        config: { headers: { Authorization: `Bearer ${BEARER}` } },
        response: { data: BEARER },
      });
    });
    await evidence.attempt(failing, { baseUrl: 'http://127.0.0.1:1' });
    expect(evidence.error).toMatchObject({
      code: 'tokenFetchFailed',
      cause: { message: '401 for [redacted]' },
    });
    expectNoTrace(BEARER);
  });

  test('that gives what is no token does not see it quoted', async (context) => {
    verifies(context, 'wire:auth:secrets', 'wire:auth:token-provider');
    await evidence.attempt(
      provider(() => `${BEARER}\n`),
      { baseUrl: 'http://127.0.0.1:1' },
    );
    expect(evidence.error.code).toBe('invalidConfig');
    expectNoTrace(BEARER);
  });

  test('is asked again for every attempt, and an old token is scrubbed from a later close', async (context) => {
    verifies(context, 'wire:auth:secrets', 'wire:auth:token-provider');
    const old = `opaque-S3cr3t-${'0'.repeat(20)}`;
    let asked = 0;
    const rotating = provider(() => (asked++ === 0 ? old : `opaque-second-${'1'.repeat(20)}`));
    await against(rotating, {
      connected: (peer) =>
        asked < 2 ? peer.close(1011, `Internal error: ${old}`) : peer.close(1007, `API key expired: ${old}`),
    });
    expect(asked).toBe(2);
    expect(evidence.error.code).toBe('invalidApiKey');
    expectNoTrace(old);
  });
});
