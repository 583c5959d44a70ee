import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import {
  dial,
  googleAiPath,
  model31,
  model38,
  nativeModel,
  RawCaller,
  textModel,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { setUp } from '../../../tests/interop/raw-setup.ts';
import { verifies } from '../../../tests/requirements.ts';

const alphaPath = googleAiPath.replace('v1beta', 'v1alpha');
const vertex = { path: vertexPath, headers: { 'x-goog-api-key': 'test' } };
const extended = 'models/gemini-3.8-live-extended-thinking';
const BAD_ARGUMENT = '1007 Request contains an invalid argument.';
const ok = 'setupComplete';
const declare = (fields: object) => [{ functionDeclarations: [{ name: 'f', ...fields }] }];
const modality = (...responseModalities: string[]) => ({ generationConfig: { responseModalities } });

interface Case {
  readonly name: string;
  readonly setup: Readonly<Record<string, unknown>>;
  readonly on?: 'vertex' | 'v1alpha';
  readonly outcome: string | RegExp;
}

const cases: readonly Case[] = [
  { name: 'the least setup', setup: {}, outcome: ok },
  { name: 'no model', setup: { model: '' }, outcome: BAD_ARGUMENT },
  {
    name: 'an unknown model',
    setup: { model: 'models/nope' },
    outcome:
      /^1008 models\/nope is not found for API version v1beta, or is not supported for bidiGenerateContent\./,
  },
  {
    name: 'a model that is not live',
    setup: { model: 'models/gemini-2.5-flash' },
    outcome: /^1008 .* is not found/,
  },
  {
    name: 'an unknown model on Vertex',
    setup: { model: 'publishers/google/models/nope' },
    on: 'vertex',
    outcome: /^1008 Publisher Model `publishers\/google\/models\/nope` was not found/,
  },
  {
    name: 'a 2.5 model on Vertex global',
    setup: { model: vertexModel.replace('us-central1', 'global') },
    on: 'vertex',
    outcome: /^1008 Publisher Model/,
  },
  { name: 'two modalities', setup: modality('AUDIO', 'TEXT'), outcome: BAD_ARGUMENT },
  {
    name: 'TEXT on native audio',
    setup: modality('TEXT'),
    outcome: '1007 Cannot extract voices from a non-audio request.',
  },
  { name: 'TEXT on half-cascade', setup: { model: textModel, ...modality('TEXT') }, outcome: ok },
  {
    name: 'TEXT on 3.1',
    setup: { model: model31, ...modality('TEXT') },
    outcome: '1011 Internal error encountered.',
  },
  { name: 'VIDEO without an avatar', setup: modality('VIDEO'), outcome: BAD_ARGUMENT },
  {
    name: 'a language the service has another code for',
    setup: { generationConfig: { speechConfig: { languageCode: 'zh-CN' } } },
    outcome: /^1007 Unsupported language code 'zh-CN'/,
  },
  {
    name: 'an unknown voice',
    setup: {
      generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Bob' } } } },
    },
    outcome: /^1007 Requested voice api_name 'Bob' is not available/,
  },
  {
    name: 'a response schema',
    setup: { generationConfig: { responseMimeType: 'text/plain' } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'affective dialog on v1beta',
    setup: { generationConfig: { enableAffectiveDialog: true } },
    outcome:
      '1007 Invalid JSON payload received. Unknown name "enableAffectiveDialog" at \'setup.generation_config\': Cannot find field.',
  },
  {
    name: 'affective dialog on v1alpha',
    setup: { generationConfig: { enableAffectiveDialog: true } },
    on: 'v1alpha',
    outcome: ok,
  },
  {
    name: 'affective dialog on 3.1',
    setup: { model: model31, generationConfig: { enableAffectiveDialog: true } },
    outcome: 'silence',
  },
  {
    name: 'affective dialog on 3.8',
    setup: { model: model38, generationConfig: { enableAffectiveDialog: true } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'proactivity on v1beta',
    setup: { proactivity: { proactiveAudio: true } },
    outcome: /^1007 .*"proactivity" at 'setup'/,
  },
  {
    name: 'proactivity switched off on 3.8',
    setup: { model: model38, proactivity: { proactiveAudio: false } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'a thinking level on 2.5',
    setup: { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
    outcome: /^1007 Thinking level/,
  },
  {
    name: 'thinking on 3.8',
    setup: { model: model38, generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'the least thinking on 3.8 extended',
    setup: { model: extended, generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'a blocking tool on 3.8 extended',
    setup: { model: extended, tools: declare({ behavior: 'BLOCKING' }) },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'a blocking tool on 3.8',
    setup: { model: model38, tools: declare({ behavior: 'BLOCKING' }) },
    outcome: ok,
  },
  {
    name: 'an asynchronous tool on Vertex 2.5',
    setup: { model: vertexModel, tools: declare({ behavior: 'NON_BLOCKING' }) },
    on: 'vertex',
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'code execution on 3.x',
    setup: { model: model31, tools: [{ codeExecution: {} }] },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'search and functions on 3.x',
    setup: { model: model31, tools: [...declare({}), { googleSearch: {} }] },
    outcome: ok,
  },
  {
    name: 'a function without a good name',
    setup: { tools: declare({ name: '1 f' }) },
    outcome: /^1007 Invalid function name/,
  },
  {
    name: 'a function declared twice',
    setup: { tools: [...declare({}), ...declare({})] },
    outcome: /^1007 Duplicate function declaration found: f/,
  },
  {
    name: 'a small trigger on Vertex',
    setup: { model: vertexModel, contextWindowCompression: { triggerTokens: '100' } },
    on: 'vertex',
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'a picture as an instruction',
    setup: { systemInstruction: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } },
    outcome: BAD_ARGUMENT,
  },
  {
    name: 'transparent resumption on Google AI',
    setup: { sessionResumption: { transparent: true } },
    outcome: /^1007 .*"transparent" at 'setup\.session_resumption'/,
  },
  {
    name: 'explicit VAD signals on Google AI',
    setup: { explicitVadSignal: true },
    outcome: /^1007 .*"explicitVadSignal"/,
  },
  {
    name: 'everything the SDK can send',
    setup: {
      generationConfig: {
        temperature: 0.7,
        topP: '0.9',
        topK: 40,
        maxOutputTokens: 100,
        seed: 1,
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
        thinkingConfig: { thinkingBudget: 0 },
        speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en-US' },
      },
      systemInstruction: { parts: [{ text: 'hi' }], role: 'user' },
      tools: [
        ...declare({
          behavior: 'NON_BLOCKING',
          parameters: { type: 'object', properties: { a: { type: 'string' } } },
        }),
        { googleSearch: {} },
      ],
      realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
      sessionResumption: {},
      contextWindowCompression: { triggerTokens: '25600', slidingWindow: { targetTokens: '12800' } },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      historyConfig: { initialHistoryInClientContent: true },
      labels: { team: 'voice' },
    },
    outcome: ok,
  },
];

test.for(cases)('$name', async ({ setup, on, outcome }, context) => {
  verifies(context, 'sim:setup:rules');
  const { simulator, clock } = await manualSimulator();
  const options = on === 'vertex' ? vertex : on === 'v1alpha' ? { path: alphaPath } : {};
  const { outcome: seen } = await setUp(simulator, clock, setup, options);
  if (typeof outcome === 'string') expect(seen).toBe(outcome);
  else expect(seen).toMatch(outcome);
});

test('an empty handle is none; a null one is fine on 2.5 and refused on 3.1', async (context) => {
  verifies(context, 'sim:setup:handle-null');
  const { simulator, clock } = await manualSimulator();
  const handle = (model: string, value: unknown) => ({ model, sessionResumption: { handle: value } });
  expect((await setUp(simulator, clock, handle(nativeModel, ''))).outcome).toBe(ok);
  expect((await setUp(simulator, clock, handle(nativeModel, null))).outcome).toBe(ok);
  expect((await setUp(simulator, clock, handle(model31, null))).outcome).toBe(BAD_ARGUMENT);
});

test('the first message has to be a setup, and there is only one', async (context) => {
  verifies(context, 'sim:setup:sequence');
  const { simulator, clock } = await manualSimulator();
  for (const first of [{ clientContent: {} }, {}, { realtimeInput: { text: 'x' } }]) {
    const call = new RawCaller(simulator, clock);
    call.send(first);
    expect(await call.untilClosed()).toMatchObject({
      code: 1007,
      reason: 'Request contains an invalid argument.',
    });
  }
  const twice = await dial(simulator, clock);
  twice.send({ setup: { model: nativeModel } });
  expect(await twice.untilClosed()).toMatchObject({ code: 1007 });
});

test('nothing is sent before setup, and content right after it is taken', async (context) => {
  verifies(context, 'sim:setup:silent-before');
  const { simulator, clock } = await manualSimulator();
  const call = new RawCaller(simulator, clock);
  await clock.advanceAsync(60_000);
  expect(call.opened).toBe(true);
  expect(call.rawFrames).toEqual([]);
  call.send({ setup: { model: nativeModel } });
  call.say('eager');
  expect(await call.untilTurnComplete()).toBe(true);
});

test('3.1 takes client content as a seed only, and neither old contexts nor scheduling', async (context) => {
  verifies(context, 'sim:turn:seeding', 'sim:setup:rules', 'sim:context-update');
  const { simulator, clock } = await manualSimulator();
  const plain = await dial(simulator, clock, { model: model31 });
  plain.say('hello');
  expect(await plain.untilClosed()).toMatchObject({ code: 1007 });
  const seeded = await dial(simulator, clock, {
    model: model31,
    historyConfig: { initialHistoryInClientContent: true },
  });
  seeded.say('seed');
  await clock.advanceAsync(1000);
  expect(seeded.closed).toBeUndefined();
  seeded.say('too late');
  expect(await seeded.untilClosed()).toMatchObject({ code: 1007 });
  const updating = await dial(simulator, clock);
  updating.send({ contextUpdate: { systemInstruction: { parts: [{ text: 'x' }] } } });
  expect(await updating.untilClosed()).toMatchObject({ code: 1007 });
  const scheduling = await dial(simulator, clock, { model: vertexModel }, vertex);
  scheduling.send({
    toolResponse: { functionResponses: [{ id: 'x', name: 'f', response: {}, scheduling: 'SILENT' }] },
  });
  expect(await scheduling.untilClosed()).toMatchObject({ code: 1007 });
});
