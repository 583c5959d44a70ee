import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  type DialOptions,
  dial,
  googleAiPath,
  nativeModel,
  RawCaller,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';
import { liveRoute } from './route.ts';

const googleAi = 'google.ai.generativelanguage';
const vertex = 'google.cloud.aiplatform';

test.for([
  [`//ws/${googleAi}.v1beta.GenerativeService.BidiGenerateContent?key=test`, 'googleAi v1beta'],
  [`//ws/${googleAi}.v1.GenerativeService.BidiGenerateContent?key=test`, 'googleAi v1'],
  [`/proxy/x/ws/${googleAi}.v1alpha.GenerativeService.BidiGenerateContent?key=t`, 'googleAi v1alpha'],
  [`/ws/${googleAi}.v1beta.GenerativeService/BidiGenerateContent`, 'googleAi v1beta'],
  [
    `///ws//${googleAi}.v1alpha.GenerativeService.BidiGenerateContentConstrained?access_token=x`,
    'googleAi v1alpha constrained',
  ],
  [`//ws/${vertex}.v1beta1.LlmBidiService/BidiGenerateContent`, 'vertex v1beta1'],
  [`/ws/${vertex}.v1.LlmBidiService/BidiGenerateContent/locations/us-central1`, 'vertex v1'],
  [`/ws/${vertex}.v1.LlmBidiService.BidiGenerateContent`, 'vertex v1'],
  ['/p', 'vertex v1alpha bare'],
  ['/', 'googleAi v1alpha bare'],
  ['/somewhere/else', 'googleAi v1alpha bare'],
  [`/ws/${googleAi}.v1.GenerativeService.StreamGenerateContent`, 'unknownMethod'],
] as const)('%s is %s', ([target, expected], context) => {
  verifies(context, 'sim:route:paths', 'sim:route:bare-proxy');
  const route = liveRoute(target, 'googleAi');
  const words =
    route.kind === 'live'
      ? [route.platform, route.version, route.constrained && 'constrained', route.bare && 'bare']
      : [route.kind];
  expect(words.filter(Boolean).join(' ')).toBe(expected);
});

const bare = googleAiPath.split('?')[0] ?? '';
const NO_KEY = /^1008 Method doesn't allow unregistered callers/;

test.for([
  ['a key in the query', { path: `${bare}?key=AIza-test` }, 'setupComplete'],
  ['a key in a header', { path: bare, headers: { 'X-Goog-Api-Key': 'AIza-test' } }, 'setupComplete'],
  ['no key', { path: bare }, NO_KEY],
  ['a bad key', { path: `${bare}?key=invalid-key` }, '1007 API key not valid. Please pass a valid API key.'],
  [
    'an expired key',
    { path: `${bare}?key=my-expired-key` },
    '1007 API key expired. Please renew the API key.',
  ],
  [
    'a leaked key',
    { path: `${bare}?key=leaked` },
    '1008 Your API key was reported as leaked. Please use another API key.',
  ],
  ['a token on the plain method', { path: `${bare}?key=auth_tokens/abc` }, NO_KEY],
  ['a key on the constrained method', { path: `${bare}Constrained?key=test` }, NO_KEY],
  ['an unknown token', { path: `${bare}Constrained?access_token=auth_tokens/abc` }, NO_KEY],
  ['an unknown method', { path: bare.replace('Bidi', 'Stream') }, '1008 Requested entity was not found.'],
] as const)('%s', async ([, options, outcome], context) => {
  verifies(context, 'sim:route:credentials', 'sim:setup:upgrade-always');
  const { simulator, clock } = await manualSimulator();
  const { outcome: seen, call } = await setUp(simulator, clock, {}, options as DialOptions);
  expect(call.opened).toBe(true);
  if (typeof outcome === 'string') expect(seen).toBe(outcome);
  else expect(seen).toMatch(outcome);
});

test('with a list of keys only those are good', async (context) => {
  verifies(context, 'sim:route:credentials');
  const { simulator, clock } = await manualSimulator({ apiKeys: ['right'] });
  expect((await setUp(simulator, clock, {}, { path: `${bare}?key=right` })).outcome).toBe('setupComplete');
  expect((await setUp(simulator, clock, {}, { path: `${bare}?key=other` })).outcome).toMatch(
    /^1007 API key not valid/,
  );
});

test('Vertex takes a bearer or a key, and a proxy path neither', async (context) => {
  verifies(context, 'sim:route:credentials', 'sim:route:bare-proxy');
  const { simulator, clock } = await manualSimulator();
  const on = (path: string, headers: Record<string, string>) =>
    setUp(simulator, clock, { model: vertexModel }, { path, headers });
  expect((await on(vertexPath, { Authorization: 'Bearer t' })).outcome).toBe('setupComplete');
  expect((await on(vertexPath, { 'x-goog-api-key': 'k' })).outcome).toBe('setupComplete');
  expect((await on(vertexPath, {})).outcome).toMatch(
    /^1008 Request is missing required authentication credential/,
  );
  const proxied = await on('/p', {});
  expect(proxied.call.messages[0]?.setupComplete?.sessionId).toBeDefined();
});

test('no key or token shows in a view, a note, a frame or a close', async (context) => {
  verifies(context, 'sim:secrets');
  const secret = 'AIzaSECRET0123456789';
  const { simulator, clock } = await manualSimulator({
    brain: () => {
      throw new Error('broken');
    },
    apiKeys: [secret],
  });
  const call = await dial(simulator, clock, { sessionResumption: {} }, { path: `${bare}?key=${secret}` });
  call.say('hello');
  await call.untilClosed();
  const wrong = new RawCaller(simulator, clock, { path: `${bare}?key=${secret}x` });
  await wrong.untilClosed();
  const shown = inspect([simulator.sessions, simulator.notes, call.messages, call.closed, wrong.closed], {
    depth: 12,
    showHidden: true,
    getters: true,
  });
  expect(shown).toContain('broken');
  expect(shown).not.toContain(secret);
  expect(JSON.stringify([simulator.sessions, simulator.notes])).not.toContain(secret);
});

test('frames are binary by default and text on request, pretty-printed either way', async (context) => {
  verifies(context, 'sim:frames');
  const expected = '{\n  "setupComplete": {}\n}\n';
  const binary = await manualSimulator();
  const [frame] = (await dial(binary.simulator, binary.clock)).rawFrames;
  expect(frame).toBeInstanceOf(Uint8Array);
  expect(new TextDecoder().decode(frame as Uint8Array)).toBe(expected);
  const text = await manualSimulator({ frames: 'text' });
  expect((await dial(text.simulator, text.clock, { model: nativeModel })).rawFrames).toEqual([expected]);
});
