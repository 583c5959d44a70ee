import { expect, onTestFinished, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { type BrainTurn, calls, createSimulator, type Simulator, type SimulatorOptions } from '../index.ts';

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ voice: 'tones', ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function rest(
  simulator: Simulator,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { 'x-goog-api-key': 'test' },
): Promise<{ readonly status: number; readonly json: Record<string, never>; readonly text: string }> {
  const init =
    body === undefined
      ? { headers }
      : { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${simulator.url}${path}`, init);
  const text = await response.text();
  let json = {};
  try {
    json = JSON.parse(text);
  } catch {
    // Events are no JSON.
  }
  return { status: response.status, json: json as Record<string, never>, text };
}

const ask = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });

test('ListModels tells which models open Live sessions', async (context) => {
  verifies(context, 'sim:rest');
  const simulator = await start();
  const { json } = await rest(simulator, '/v1beta/models');
  const { models } = json as unknown as { models: { name: string; supportedGenerationMethods: string[] }[] };
  const live = models.filter((model) => model.supportedGenerationMethods.includes('bidiGenerateContent'));
  expect(live.map(({ name }) => name)).toContain('models/gemini-3.8-live');
  expect((await rest(simulator, '//v1beta/models/gemini-3.8-live')).json).toMatchObject({
    name: 'models/gemini-3.8-live',
  });
  expect((await rest(simulator, '/v1beta/models/nope')).status).toBe(404);
  const vertex = await rest(simulator, '/v1beta1/publishers/google/models', undefined, {
    authorization: 'Bearer x',
  });
  expect(vertex.json).toHaveProperty('publisherModels');
});

test('generateContent is answered by the same brain, with words, calls, thoughts and JSON', async (context) => {
  verifies(context, 'sim:rest');
  const turns: BrainTurn[] = [];
  const simulator = await start({
    brain: (turn) => {
      turns.push(turn);
      if (turn.wantsJson !== undefined) return '{"ok":true}';
      if (turn.input.type === 'toolResults') return `Got ${JSON.stringify(turn.input.results[0]?.response)}`;
      return turn.text === 'call'
        ? calls('f', { a: 1 })
        : [{ type: 'thinks', text: 'hm' }, 'Yes, ', turn.text];
    },
  });
  const path = '/v1beta/models/gemini-2.5-flash:generateContent';
  const plain = await rest(simulator, path, {
    ...ask('Ada'),
    system_instruction: { parts: [{ text: 'be kind' }] },
  });
  expect(plain.json).toMatchObject({
    candidates: [
      { content: { role: 'model', parts: [{ text: 'Yes, ' }, { text: 'Ada' }] }, finishReason: 'STOP' },
    ],
    usageMetadata: { promptTokenCount: 3 },
    modelVersion: 'gemini-2.5-flash',
  });
  expect(turns[0]).toMatchObject({ channel: 'rest', systemInstruction: 'be kind', text: 'Ada' });
  const called = await rest(simulator, path, {
    ...ask('call'),
    tools: [{ functionDeclarations: [{ name: 'f' }] }],
  });
  expect(called.json).toMatchObject({
    candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] } }],
  });
  const functionResponse = { name: 'f', response: { b: 2 } };
  const answered = await rest(simulator, path, {
    contents: [{ role: 'user', parts: [{ functionResponse }] }],
  });
  expect(answered.text).toContain('Got {\\"b\\":2}');
  const generationConfig = { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } };
  expect((await rest(simulator, path, { ...ask('x'), generationConfig })).text).toContain('{\\"ok\\":true}');
});

test('streams are server-sent events, counts are counts, and Vertex paths work', async (context) => {
  verifies(context, 'sim:rest');
  const simulator = await start({ brain: () => ['one', 'two'] });
  const streamed = await rest(
    simulator,
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    ask('x'),
  );
  expect(streamed.text.match(/^data: /gm)).toHaveLength(2);
  expect(
    (await rest(simulator, '/v1beta/models/gemini-2.5-flash:countTokens', ask('12345678'))).json,
  ).toEqual({ totalTokens: 2 });
  const path = '/v1beta1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent';
  expect((await rest(simulator, path, ask('x'), { authorization: 'Bearer t' })).status).toBe(200);
});

test('what is wrong is said as Google says it', async (context) => {
  verifies(context, 'sim:rest');
  const simulator = await start({ limits: { bodyBytes: 1000 } });
  const path = '/v1beta/models/gemini-2.5-flash:generateContent';
  expect((await rest(simulator, path, ask('x'), {})).json).toMatchObject({
    error: { code: 403, status: 'PERMISSION_DENIED' },
  });
  expect((await rest(simulator, path, ask('x'), { 'x-goog-api-key': 'invalid' })).json).toMatchObject({
    error: {
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: 'API key not valid. Please pass a valid API key.',
    },
  });
  expect((await rest(simulator, path, { ...ask('x'), bogus: 1 })).text).toContain('Unknown name');
  expect((await rest(simulator, path, '{')).status).toBe(400);
  expect((await rest(simulator, path, {})).status).toBe(400);
  expect((await rest(simulator, path, ask('x'.repeat(2000)))).status).toBe(400);
  expect((await rest(simulator, '/nowhere')).status).toBe(404);
  expect((await rest(simulator, '/v1beta/models/x:embedContent', {})).status).toBe(404);
});

test('a brain that fails is a 500 and a note', async (context) => {
  verifies(context, 'sim:rest');
  const simulator = await start({
    brain: () => {
      throw new Error('broken');
    },
  });
  expect((await rest(simulator, '/v1beta/models/gemini-2.5-flash:generateContent', ask('x'))).status).toBe(
    500,
  );
  expect(simulator.notes).toMatchObject([{ type: 'serverFailed' }]);
});

test('after a body that was too large the next request on its connection had no answer', async (context) => {
  verifies(context, 'sim:rest');
  const simulator = await start({ limits: { bodyBytes: 1000 }, brain: () => 'ok' });
  const path = '/v1beta/models/m:generateContent';
  for (let round = 0; round < 3; round++) {
    expect((await rest(simulator, path, ask('x'.repeat(200_000)))).status).toBe(400);
    expect((await rest(simulator, path, ask('hi'))).status).toBe(200);
  }
});
