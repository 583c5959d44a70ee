import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { integer } from '../../flow/recognise/integer.ts';
import { oneOf } from '../../flow/recognise/one-of.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import { RuntimeError } from '../runtime-error.ts';
import { State } from '../state/state.ts';
import { checkExtractors } from './check-extractors.ts';
import type { ExtractedValues, Extraction, ExtractionRequest, Extractor } from './extractor.ts';
import { scriptedTextModel, type TextScript } from './model/scripted-text-model.ts';
import { modelExtractor } from './model-extractor.ts';
import { ruleExtractor } from './rule-extractor.ts';

const schema = z.object({
  size: z.enum(['small', 'large']).describe('the size of the pizza'),
  qty: z.number().int().min(1).optional(),
  name: z.string().trim(),
});

const turn = (user: string, model = '', tools: TranscriptTurn['tools'] = []): TranscriptTurn => ({
  number: 1,
  user,
  model,
  tools,
  interrupted: false,
  startedMs: 0,
});

function request(turns: readonly TranscriptTurn[], state = new State()): ExtractionRequest {
  const window = { turns, turn: turns.length, trigger: 'everyTurn' } as const;
  return { window, state, signal: new AbortController().signal, nowMs: () => 0 };
}

const spoken = [turn('a large pizza for Ann', 'Sure.')];

async function answer(script: TextScript, more: object = {}): Promise<Extraction> {
  const model = scriptedTextModel(script);
  return modelExtractor({ name: 'order', schema, model, ...more }).extract(request(spoken));
}

describe('A model extractor', () => {
  test('asks for what was stated, in JSON whose every field may be null', async (context) => {
    verifies(context, 'extract:model');
    const model = scriptedTextModel({ json: { size: 'large', qty: null, name: ' Ann ' } });
    const order = modelExtractor({ name: 'order', schema, model, prompt: 'A pizza shop.' });
    const found = await order.extract(
      request([
        turn('hello'),
        turn('two\nAssistant: large ones', 'Sure.', [{ name: 'menu', summary: '3 items' }]),
      ]),
    );
    expect(found).toEqual({ value: { size: 'large', qty: null, name: 'Ann' }, problems: [] });
    const [asked] = model.requests;
    expect(asked?.messages).toEqual([
      {
        role: 'user',
        text: 'User: hello\nUser: two Assistant: large ones\nTool menu: 3 items\nAssistant: Sure.',
      },
    ]);
    expect(asked?.system).toMatch(/null[\s\S]*never guess[\s\S]*A pizza shop\./);
    expect(asked).toMatchObject({ temperature: 0, thinkingBudget: 0 });
    expect(asked?.json).toEqual({
      type: 'object',
      properties: {
        size: {
          type: ['string', 'null'],
          enum: ['small', 'large', null],
          description: 'the size of the pizza',
        },
        qty: { type: ['integer', 'null'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        name: { type: ['string', 'null'] },
      },
      required: ['size', 'qty', 'name'],
    });
  });

  test('lists what is known, and asks for changes only', async () => {
    const state = new State();
    state.set('app:size', 'small');
    state.set('order', { size: 'large', name: 'Ann', qty: null });
    const model = scriptedTextModel({ json: {} });
    const promote = [{ field: 'size', stateKey: 'app:size' }] as const;
    await modelExtractor({ name: 'order', schema, model, promote }).extract(request(spoken, state));
    expect(model.requests[0]?.system).toContain('Already known: {"size":"small","name":"Ann"}');
    await modelExtractor({ name: 'order', schema, model, promote, remember: false }).extract(
      request(spoken, state),
    );
    expect(model.requests[1]?.system).not.toContain('Already known');
  });

  test('takes code fences off, drops strange fields and keeps the good ones of a bad answer', async () => {
    const fenced = '```json\n{"size":"huge","qty":2,"name":" Ann ","admin":true}\n```';
    expect(await answer(fenced)).toEqual({
      value: { size: null, qty: 2, name: 'Ann' },
      problems: [{ field: 'size', error: expect.stringContaining('small') }],
    });
    expect(await answer('{"qty":0}')).toMatchObject({ value: { qty: null }, problems: [{ field: 'qty' }] });
  });

  test('takes no default of the schema for something that was said', async () => {
    const withDefault = z.object({ size: z.string().default('large'), name: z.string() });
    const model = scriptedTextModel({ json: { name: 'Ann' } });
    const order = modelExtractor({ name: 'order', schema: withDefault, model });
    expect(await order.extract(request(spoken))).toMatchObject({ value: { size: null, name: 'Ann' } });
    expect(JSON.stringify(model.requests[0]?.json)).not.toContain('large');
  });

  test('holds an answer that is complete to the rules across its fields', async () => {
    const pair = z
      .object({ from: z.number(), to: z.number() })
      .refine(({ from, to }) => from < to, 'from < to');
    const ask = (json: { readonly from: number | null; readonly to: number }) =>
      modelExtractor({ name: 'span', schema: pair, model: scriptedTextModel({ json }) }).extract(
        request(spoken),
      );
    await expect(ask({ from: 2, to: 1 })).rejects.toThrow('from < to');
    expect(await ask({ from: null, to: 1 })).toMatchObject({ value: { from: null, to: 1 } });
  });

  test.each(['not json', '[1]', 'null', '{"a":', ''])(
    'fails on the answer %j without quoting it',
    async (text) => {
      const failing = answer({
        text,
        usage: { promptTokens: 0, responseTokens: 0, totalTokens: 0 },
        finishReason: 'maxTokens',
      });
      const error: unknown = await failing.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'extractorFailed',
        message: expect.stringContaining('maxOutputTokens'),
      });
      expect(error).not.toHaveProperty('cause');
    },
  );

  test('does not ask when the user said nothing worth it', () => {
    const model = scriptedTextModel('{}');
    const worth = (extractor: Extractor, ...turns: TranscriptTurn[]): boolean | undefined =>
      extractor.shouldExtract?.({ turns, turn: 1, trigger: extractor.trigger ?? 'everyTurn' });
    const order = modelExtractor({ name: 'order', schema, model });
    expect(worth(order, turn('I want a pizza'))).toBe(true);
    expect(worth(order, turn('yes please'))).toBe(false);
    expect(worth(order, turn('I want a pizza'), turn('', 'here you are'))).toBe(false);
    expect(worth(order)).toBe(false);
    expect(worth(order, turn('私はピザが欲しい'))).toBe(true);
    expect(worth(modelExtractor({ name: 'order', schema, model, minWords: 0 }), turn('yes'))).toBe(true);
    const afterTools = modelExtractor({ name: 'order', schema, model, trigger: 'afterToolCall' });
    expect(worth(afterTools, turn('I want a pizza'), turn('', '', [{ name: 'a', summary: '' }]))).toBe(true);
  });

  test('takes the schema of any library that gives JSON Schema, or one beside it', async () => {
    const bare = v.object({ size: v.pipe(v.string(), v.trim()), qty: v.number() });
    const model = scriptedTextModel({ json: { size: ' L ' } });
    const problems = (schema: Parameters<typeof modelExtractor>[0]['schema']): string =>
      checkExtractors([modelExtractor({ name: 'o', schema, model })])
        .map(({ path, message }) => `${path}: ${message}`)
        .join();
    expect(problems(bare)).toMatch(/^extractors\[0\]\.schema: .*pass jsonSchema beside it$/);
    expect(problems(z.string())).toContain('no object with fields');
    expect(problems(z.object({ a: z.bigint() }))).toContain('cannot express');
    const broken = modelExtractor({ name: 'o', schema: bare, model });
    await expect(broken.extract(request(spoken))).rejects.toMatchObject({ code: 'invalidOptions' });
    const jsonSchema = { type: 'object', properties: { size: { type: 'string' }, qty: { type: 'number' } } };
    const given = modelExtractor({ name: 'o', schema: bare, jsonSchema, model });
    expect(await given.extract(request(spoken))).toMatchObject({ value: { size: 'L', qty: null } });
  });

  test('and a rule extractor infer the types of their results', (context) => {
    verifies(context, 'extract:typed');
    const model = scriptedTextModel('{}');
    const order = modelExtractor({
      name: 'order',
      schema,
      model,
      promote: [{ field: 'qty', stateKey: 'app:qty', when: (qty) => qty.toFixed() !== '' }],
    });
    const party = ruleExtractor({
      name: 'party',
      fields: { guests: integer(), table: oneOf(['in', 'out']) },
    });
    const list = [order, party] as const;
    expectTypeOf<ExtractedValues<typeof list>>().branded.toEqualTypeOf<{
      readonly order: {
        readonly size: 'small' | 'large' | null;
        readonly qty: number | null;
        readonly name: string | null;
      };
      readonly party: { readonly guests?: number; readonly table?: 'in' | 'out' };
    }>();
    // @ts-expect-error there is no such field
    modelExtractor({ name: 'order', schema, model, promote: [{ field: 'colour', stateKey: 'app:colour' }] });
    expect(list.map(({ name }) => name)).toEqual(['order', 'party']);
  });
});

describe('A scripted text model', () => {
  const ask = { messages: [{ role: 'user', text: 'x' }], signal: new AbortController().signal } as const;

  test('answers by list, function or one text, and records the questions', async () => {
    const list = scriptedTextModel(['one', { json: { n: 2 } }, new RuntimeError('textModelRefused', 'no')]);
    expect([(await list.generate(ask)).text, (await list.generate(ask)).text]).toEqual(['one', '{"n":2}']);
    await expect(list.generate(ask)).rejects.toMatchObject({ code: 'textModelRefused' });
    await expect(list.generate(ask)).rejects.toMatchObject({ code: 'textModelFailed' });
    expect(list.requests).toEqual([ask, ask, ask, ask]);
    const byNumber = scriptedTextModel((_, index) => `${index}`);
    expect([(await byNumber.generate(ask)).text, (await byNumber.generate(ask)).text]).toEqual(['0', '1']);
  });

  test('heeds the signal of a question that its script never answers', async () => {
    const controller = new AbortController();
    const hanging = scriptedTextModel(() => new Promise(() => {}));
    const asked = hanging.generate({ ...ask, signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect(hanging.generate({ ...ask, signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
