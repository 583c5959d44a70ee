import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { ScriptedPeer } from '../testing/index.ts';
import type { OpenRequest, Transport } from '../wire/index.ts';
import type { LiveAgent } from './agent.ts';
import { Live } from './builder/live-builder.ts';
import { live } from './live.ts';

const options = { apiKey: 'of-the-options', model: 'gemini-3.8-live', greeting: 'Hello' };
const agents: ReadonlyArray<readonly [string, () => LiveAgent<object>]> = [
  ['live()', () => live(options)],
  ['Live.builder()', () => Live.builder().with(options)],
];

/** Opens a call and tells where it went. */
async function destination(
  open: (ports: { transport: Transport; clock: ScriptedPeer['clock'] }) => Promise<unknown>,
): Promise<{ readonly host: string; readonly credential: string; readonly peer: ScriptedPeer }> {
  const peer = new ScriptedPeer();
  const opened: OpenRequest[] = [];
  const transport: Transport = {
    canSetHeaders: true,
    open: (request, sink) => {
      opened.push(request);
      return peer.transport.open(request, sink);
    },
  };
  await open({ transport, clock: peer.clock });
  const [request] = opened;
  const headers = new Headers(request?.headers);
  return {
    host: new URL(request?.url ?? '').host,
    credential: headers.get('authorization') ?? headers.get('x-goog-api-key') ?? '',
    peer,
  };
}

describe.each(agents)('An agent of %s', (_name, make) => {
  const vertexAround = {
    GOOGLE_GENAI_USE_VERTEXAI: 'true',
    GOOGLE_CLOUD_PROJECT: 'around',
    GOOGLE_ACCESS_TOKEN: 'token',
  };

  test('connects where options and environment say, or where it is told to', async (context) => {
    verifies(context, 'builder:connects');
    const agent = make();
    const asConfigured = await destination((ports) => agent.connect({ ...ports, environment: vertexAround }));
    expect(asConfigured).toMatchObject({
      host: 'generativelanguage.googleapis.com',
      credential: 'of-the-options',
    });
    await asConfigured.peer.expectSetup({ model: 'models/gemini-3.8-live' });

    const googleAi = await destination((ports) =>
      agent.connectGoogleAi('given', { ...ports, environment: vertexAround }),
    );
    expect(googleAi).toMatchObject({ host: 'generativelanguage.googleapis.com', credential: 'given' });

    const vertex = await destination((ports) =>
      agent.connectVertex(
        { project: 'mine', location: 'europe-west4', accessToken: 'ours' },
        { ...ports, environment: { GEMINI_API_KEY: 'around' } },
      ),
    );
    expect(vertex).toMatchObject({
      host: 'europe-west4-aiplatform.googleapis.com',
      credential: 'Bearer ours',
    });
    await vertex.peer.expectSetup({
      model: 'projects/mine/locations/europe-west4/publishers/google/models/gemini-3.8-live',
    });

    const byEnvironment = await destination((ports) =>
      agent.connectFromEnv({ ...ports, environment: vertexAround }),
    );
    expect(byEnvironment).toMatchObject({
      host: 'us-central1-aiplatform.googleapis.com',
      credential: 'Bearer token',
    });

    const overTransport = await destination(({ transport, ...ports }) =>
      agent.connectWithTransport(transport, { ...ports, environment: {} }),
    );
    expect(overTransport).toMatchObject({ credential: 'of-the-options' });
  });

  test('is called as often as wanted, each call with a state of its own', async () => {
    const agent = make();
    const [a, b] = [new ScriptedPeer(), new ScriptedPeer()];
    const first = await agent.connectWithTransport(a.transport, { clock: a.clock, environment: {} });
    const second = await agent.connectWithTransport(b.transport, { clock: b.clock, environment: {} });
    first.state().set('name', 'Ann');
    expect(second.state().get('name')).toBeUndefined();
    await a.expect({ clientContent: { turns: [{ parts: [{ text: 'Hello' }] }] } });
    await b.expect({ clientContent: { turns: [{ parts: [{ text: 'Hello' }] }] } });
  });

  test('may be heard per call, from its first event on', async () => {
    const peer = new ScriptedPeer();
    const heard: string[] = [];
    await make().connectWithTransport(peer.transport, {
      clock: peer.clock,
      environment: {},
      on: { connected: () => heard.push('connected'), audio: [({ data }) => heard.push(`${data.length}`)] },
    });
    await peer.says('Hi', { audioMs: 10 });
    expect(heard).toEqual(['connected', '480']);
  });

  test('of no options at all says so, wherever it is to connect', async () => {
    const agent = live(null as never);
    for (const attempt of [agent.connect(), agent.connectGoogleAi('key'), agent.connectFromEnv()]) {
      await expect(attempt).rejects.toMatchObject({ code: 'invalidOptions' });
    }
  });

  test('does not print its credentials', () => {
    const agent = make();
    expect(agent.options).toMatchObject({ apiKey: 'of-the-options' });
    expect(inspect(agent, { depth: null })).not.toContain('of-the-options');
    expect(JSON.stringify(agent)).not.toContain('of-the-options');
  });
});
