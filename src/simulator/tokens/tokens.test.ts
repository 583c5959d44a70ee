import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { googleAiPath, model38, nativeModel } from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';
import type { Simulator } from '../index.ts';
import { lockSetup } from './setup-lock.ts';

const constrained = (googleAiPath.split('?')[0] ?? '').replace('v1beta', 'v1alpha').concat('Constrained');
const startedAt = new Date('2026-11-20T10:00:00Z');

async function issue(simulator: Simulator, body: unknown): Promise<string> {
  const response = await fetch(`${simulator.url}/v1alpha/auth_tokens`, {
    method: 'POST',
    headers: { 'x-goog-api-key': 'test' },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as { name?: string; error?: { message: string } };
  return json.name ?? json.error?.message ?? '';
}

test('a token opens one session, in the query or in a header, percent-encoded or not', async (context) => {
  verifies(context, 'sim:tokens', 'sim:route:credentials');
  const { simulator, clock } = await manualSimulator({ startedAt });
  const token = await issue(simulator, {});
  expect(token).toMatch(/^auth_tokens\/[0-9a-f]+$/);
  const paths = [
    { path: `${constrained}?access_token=${token}` },
    { path: `${constrained}?access_token=${encodeURIComponent(await issue(simulator, {}))}` },
    { path: constrained, headers: { authorization: `Token ${await issue(simulator, {})}` } },
  ];
  for (const options of paths)
    expect((await setUp(simulator, clock, {}, options)).outcome).toBe('setupComplete');
  for (const options of paths)
    expect((await setUp(simulator, clock, {}, options)).outcome).toMatch(/no uses left/);
});

test('resuming takes no use, and both expiry times count', async (context) => {
  verifies(context, 'sim:tokens');
  const { simulator, clock } = await manualSimulator({ startedAt });
  const path = `${constrained}?access_token=${await issue(simulator, {})}`;
  const { call } = await setUp(simulator, clock, { sessionResumption: {} }, { path });
  await clock.advanceAsync(200);
  const [handle] = call.handles;
  call.drop();
  await clock.advanceAsync(120_000);
  expect((await setUp(simulator, clock, { sessionResumption: { handle } }, { path })).outcome).toBe(
    'setupComplete',
  );
  const late = { path: `${constrained}?access_token=${await issue(simulator, { uses: 0 })}` };
  expect((await setUp(simulator, clock, {}, late)).outcome).toBe('setupComplete');
  expect((await setUp(simulator, clock, {}, late)).outcome).toBe('setupComplete');
  await clock.advanceAsync(61_000);
  expect((await setUp(simulator, clock, {}, late)).outcome).toMatch(/may not start a new session/);
  await clock.advanceAsync(30 * 60_000);
  expect((await setUp(simulator, clock, {}, late)).outcome).toMatch(/has expired/);
});

test('a locked setup is used whatever the client says', async (context) => {
  verifies(context, 'sim:tokens');
  const { simulator, clock } = await manualSimulator({ startedAt });
  const bidiGenerateContentSetup = { model: model38, generationConfig: { temperature: 0.7 } };
  const whole = await issue(simulator, { uses: 0, bidiGenerateContentSetup });
  await setUp(
    simulator,
    clock,
    { systemInstruction: { parts: [{ text: 'mine' }] } },
    { path: `${constrained}?access_token=${whole}` },
  );
  expect(simulator.sessions.at(-1)?.setup).toEqual(bidiGenerateContentSetup);
  const partly = await issue(simulator, {
    uses: 0,
    bidiGenerateContentSetup,
    fieldMask: 'model,generation_config.temperature',
  });
  const mine = {
    systemInstruction: { parts: [{ text: 'mine' }] },
    generationConfig: { temperature: 0.1, topK: 5 },
  };
  await setUp(simulator, clock, mine, { path: `${constrained}?access_token=${partly}` });
  expect(simulator.sessions.at(-1)?.setup).toEqual({
    ...mine,
    model: model38,
    generationConfig: { temperature: 0.7, topK: 5 },
  });
});

test('requests that cannot be granted say why', async (context) => {
  verifies(context, 'sim:tokens');
  const { simulator } = await manualSimulator({ startedAt });
  expect(await issue(simulator, { expireTime: '2026-11-21T10:00:00Z' })).toMatch(/less than 20 hours/);
  expect(await issue(simulator, { expireTime: 'soon' })).toMatch(/RFC 3339/);
  expect(await issue(simulator, { bidiGenerateContentSetup: { bogus: 1 } })).toMatch(
    /"bogus" at 'bidi_generate_content_setup'/,
  );
  const beta = await fetch(`${simulator.url}/v1beta/auth_tokens?key=test`, { method: 'POST', body: '{}' });
  expect(beta.status).toBe(404);
});

test('a mask through a list locks the list, and a masked field the lock does not have is removed', (context) => {
  verifies(context, 'sim:tokens');
  const client = { model: nativeModel, tools: [{ googleSearch: {} }], labels: { a: 'b' } };
  const tools = [{ functionDeclarations: [{ name: 'f' }] }];
  expect(lockSetup(client, { tools }, ['tools.0', 'labels'])).toEqual({ model: nativeModel, tools });
  expect(lockSetup(client, {}, ['__proto__.polluted'])).toEqual(client);
  expect({}).not.toHaveProperty('polluted');
});
