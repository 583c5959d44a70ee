import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { type Brain, type BrainTurn, createSimulator, type Simulator } from '../../../simulator/index.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { Secret } from '../../../wire/index.ts';
import { type GeminiTextModelOptions, geminiTextModel } from './gemini-text-model.ts';
import type { TextModel, TextRequest } from './text-model.ts';

const KEY = 'AIzaSyD-S3cr3t_0123456789-abcdefghijklmn';

interface Stage {
  readonly simulator: Simulator;
  readonly turns: BrainTurn[];
  /** Every request that left: its URL, headers and body. */
  readonly sent: Request[];
  readonly model: (
    more?: Partial<GeminiTextModelOptions>,
    refuse?: (request: Request, body: string) => Response | undefined,
  ) => TextModel;
}

/** A real simulator on loopback, and a fetch that writes down what goes by and may answer itself. */
async function stage(reply: Brain = () => '{"size":"L"}'): Promise<Stage> {
  const turns: BrainTurn[] = [];
  const brain: Brain = (turn) => {
    turns.push(turn);
    return reply(turn);
  };
  const simulator = await createSimulator({ voice: 'tones', brain, apiKeys: [KEY], onNote: () => {} });
  onTestFinished(() => simulator.close());
  const sent: Request[] = [];
  return {
    simulator,
    turns,
    sent,
    model: (more = {}, refuse = () => undefined) =>
      geminiTextModel({
        model: 'gemini-2.5-flash',
        ...(more.accessToken === undefined && { apiKey: new Secret(KEY) }),
        baseUrl: simulator.url,
        env: {},
        fetch: async (input, init) => {
          const request = new Request(input, init);
          sent.push(request.clone());
          const body = await request.clone().text();
          return refuse(request, body) ?? fetch(request);
        },
        ...more,
      }),
  };
}

const ask = (more: Partial<TextRequest> = {}): TextRequest => ({
  messages: [{ role: 'user', text: 'a large one' }],
  signal: new AbortController().signal,
  ...more,
});
const answerWith = (status: number, body: unknown = {}): Response => Response.json(body, { status });

/** Lets time pass until a promise has settled. */
async function running<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const end = (): void => {
    settled = true;
  };
  promise.then(end, end);
  for (let turns = 0; !settled && turns < 5000; turns++) await clock.advanceAsync(1);
  return promise;
}

describe('The Gemini text model', () => {
  test('asks generateContent with the key in a header and reads text and usage', async (context) => {
    verifies(context, 'extract:gemini');
    const { model, sent, turns } = await stage();
    const json = { type: 'object', properties: { size: { type: ['string', 'null'] } }, required: ['size'] };
    const reply = await model().generate(
      ask({ system: 'Be brief.', json, temperature: 0, maxOutputTokens: 50 }),
    );
    expect(reply).toMatchObject({ text: '{"size":"L"}', finishReason: 'stop' });
    expect(reply.usage.totalTokens).toBe(reply.usage.promptTokens + reply.usage.responseTokens);
    expect(reply.usage.promptTokens).toBeGreaterThan(0);
    expect(turns[0]).toMatchObject({
      text: 'a large one',
      systemInstruction: 'Be brief.',
      channel: 'rest',
      wantsJson: { schema: { type: 'OBJECT', properties: { size: { type: 'STRING', nullable: true } } } },
    });
    expect(new URL(sent[0]?.url ?? '').pathname).toBe('/v1beta/models/gemini-2.5-flash:generateContent');
    expect(sent[0]?.url).not.toContain(KEY);
    expect(sent[0]?.headers.get('x-goog-api-key')).toBe(KEY);
  });

  test('asks Vertex with a bearer of a provider, anew each time, and drops no query into the URL', async () => {
    const { model, sent, turns } = await stage();
    let given = 0;
    const vertex = model({
      vertex: { project: 'p' },
      accessToken: () => `ya29.token${++given}`,
    });
    await vertex.generate(ask());
    await vertex.generate(ask());
    expect(turns.map(({ platform }) => platform)).toEqual(['vertex', 'vertex']);
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ya29.token1',
      'Bearer ya29.token2',
    ]);
    expect(new URL(sent[0]?.url ?? '').pathname).toBe(
      '/v1beta1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent',
    );
  });

  test('gives up a thinking budget for good once the model refuses it', async (context) => {
    verifies(context, 'extract:gemini');
    const { model, sent } = await stage();
    const flash = model({}, (_, body) => (body.includes('thinkingBudget') ? answerWith(400) : undefined));
    const request = ask({ thinkingBudget: 0 });
    expect((await flash.generate(request)).text).toBe('{"size":"L"}');
    expect(sent).toHaveLength(2);
    await flash.generate(request);
    expect(sent).toHaveLength(3);
  });

  test('keeps the thinking budget when it was not what the model refused', async () => {
    const { model, sent } = await stage();
    let refusing = true;
    const flash = model({}, () =>
      refusing ? answerWith(400, { error: { message: 'bad contents' } }) : undefined,
    );
    await expect(flash.generate(ask({ thinkingBudget: 0 }))).rejects.toMatchObject({
      code: 'textModelFailed',
      httpStatus: 400,
      retryable: false,
      message: expect.stringContaining('bad contents'),
    });
    refusing = false;
    await flash.generate(ask({ thinkingBudget: 0 }));
    expect(await sent.at(-1)?.text()).toContain('"thinkingBudget":0');
  });

  test('tries a moment’s failure once more, after 300 ms', async (context) => {
    verifies(context, 'extract:gemini');
    const clock = new ManualClock();
    const { model, sent } = await stage();
    const flash = model({ clock }, () => (sent.length === 1 ? answerWith(503) : undefined));
    let reply: string | undefined;
    const asked = flash.generate(ask()).then(({ text }) => {
      reply = text;
    });
    for (let turns = 0; turns < 299; turns++) await clock.advanceAsync(1);
    expect([sent.length, reply]).toEqual([1, undefined]);
    await running(clock, asked);
    expect([sent.length, reply]).toEqual([2, '{"size":"L"}']);
    const down = model({ clock }, () => answerWith(503, { error: { message: 'overloaded' } }));
    await expect(running(clock, down.generate(ask()))).rejects.toMatchObject({
      code: 'textModelFailed',
      httpStatus: 503,
      retryable: true,
    });
    expect(sent).toHaveLength(4);
  });

  test('stops at an abort and at its time limit, also when the service hangs', async (context) => {
    verifies(context, 'extract:gemini');
    const clock = new ManualClock();
    const { model, turns } = await stage(() => new Promise(() => {}));
    const controller = new AbortController();
    const aborted = model({ clock }).generate(ask({ signal: controller.signal }));
    while (turns.length === 0) await clock.advanceAsync(0);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    await expect(model().generate(ask({ signal: controller.signal }))).rejects.toMatchObject({
      code: 'aborted',
    });
    const late = model({ clock, timeoutMs: 1000 }).generate(ask());
    await expect(running(clock, late)).rejects.toMatchObject({ code: 'textModelTimeout', retryable: true });
    const deaf = model({ clock, timeoutMs: 5, fetch: () => new Promise(() => {}) }).generate(ask());
    await expect(running(clock, deaf)).rejects.toMatchObject({ code: 'textModelTimeout' });
    expect(clock.pending).toBe(0);
  });

  test('reads no more than its limit of an answer', async (context) => {
    verifies(context, 'extract:gemini');
    const { model } = await stage(() => 'x'.repeat(100_000));
    await expect(model({ maxResponseBytes: 50_000 }).generate(ask())).rejects.toMatchObject({
      code: 'textModelFailed',
      retryable: false,
      message: expect.stringContaining('50000 bytes'),
    });
    expect((await model().generate(ask())).text).toHaveLength(100_000);
  });

  test.each([
    { promptFeedback: { blockReason: 'SAFETY' } },
    { candidates: [{ finishReason: 'PROHIBITED_CONTENT' }] },
  ])('tells a refusal from a failure: %j', async (body) => {
    const { model } = await stage();
    await expect(model({}, () => answerWith(200, body)).generate(ask())).rejects.toMatchObject({
      code: 'textModelRefused',
    });
  });

  test.each(['', '[]', '{"candidates":[]}', '<html>', 'null'])('fails on the body %j', async (body) => {
    const { model } = await stage();
    await expect(model({}, () => new Response(body)).generate(ask())).rejects.toMatchObject({
      code: 'textModelFailed',
    });
  });

  test('leaves thoughts out and says when it was cut', async () => {
    const { model } = await stage();
    const parts = [{ text: 'hm', thought: true }, { text: 'a' }, { text: 'b' }];
    const body = { candidates: [{ content: { parts }, finishReason: 'MAX_TOKENS' }] };
    const reply = await model({}, () => answerWith(200, body)).generate(ask());
    expect(reply).toMatchObject({ text: 'ab', finishReason: 'maxTokens' });
  });

  test('follows no redirect, which would carry the key elsewhere', async () => {
    const { model, turns, simulator } = await stage();
    const server = createServer((request, response) => {
      response.writeHead(307, { location: `${simulator.url}${request.url}` }).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const clock = new ManualClock();
    const asked = model({ clock, baseUrl: `http://127.0.0.1:${port}` }).generate(ask());
    await expect(running(clock, asked)).rejects.toMatchObject({ code: 'textModelFailed' });
    expect(turns).toEqual([]);
  });

  test('passes a schema with unions on as it is', async () => {
    const { model, turns } = await stage();
    const json = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'number' }] } } };
    await model().generate(ask({ json }));
    expect(turns[0]?.wantsJson?.schema).toEqual(json);
  });

  test('warms up by opening the connection', async () => {
    const { model, sent } = await stage();
    await model().warmUp?.();
    expect(sent.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ['GET', '/v1beta/models/gemini-2.5-flash'],
    ]);
  });

  test('refuses what cannot be used before anything is sent', () => {
    const options = { model: 'gemini-2.5-flash', env: {} };
    expect(() => geminiTextModel(options)).toThrow(expect.objectContaining({ code: 'missingCredentials' }));
    expect(() => geminiTextModel({ ...options, apiKey: 'auth_tokens/abcdef' })).toThrow(/ephemeral/);
    expect(() => geminiTextModel({ ...options, model: '../x', apiKey: KEY })).toThrow(/no model name/);
  });
});

test('No failure of a text model holds its credential', async (context) => {
  verifies(context, 'extract:gemini:secrets');
  const { model, simulator } = await stage();
  const clock = new ManualClock();
  const wrong = 'AIzaSyD-Wr0ng_0123456789-abcdefghijklmno';
  const failures: unknown[] = [];
  const attempt = async (secret: string, failing: TextModel): Promise<void> => {
    const error: unknown = await running(clock, failing.generate(ask())).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RuntimeError' });
    failures.push(error);
    const shown = `${inspect(error, { depth: 9, showHidden: true })} ${inspect(failing, { depth: 9 })} ${JSON.stringify(error)}`;
    expect(shown).not.toContain(secret);
  };
  await attempt(wrong, model({ apiKey: wrong, clock }));
  await attempt(
    KEY,
    model({ clock }, () => answerWith(403, { error: { message: `key ${KEY} is not allowed` } })),
  );
  await attempt(KEY, model({ clock, fetch: () => Promise.reject(new TypeError(`fetch ${KEY} failed`)) }));
  await attempt(KEY, model({ clock, apiKey: () => Promise.reject(new Error(`vault said ${KEY}`)) }));
  await attempt(
    KEY,
    model({ clock }, () => Response.redirect(`${simulator.url}/elsewhere?key=${KEY}`, 307)),
  );
  expect(failures).toHaveLength(5);
});
