import { describe, expect, test } from 'vitest';
import { protoComplaints } from '../../../tests/oracles/published-proto.ts';
import { verifies } from '../../../tests/requirements.ts';
import { encodeSetup } from './resolve-config.ts';
import type { SessionConfig } from './session-config.ts';

function setupOf(config: SessionConfig): Record<string, unknown> {
  const message = JSON.parse(encodeSetup(config, {})) as { setup: Record<string, unknown> };
  expect(Object.keys(message)).toEqual(['setup']);
  return message.setup;
}

/** Every option of spec/voice.md section 4.1, on a model that no rule is known of. */
const everything: SessionConfig = {
  model: 'some-future-model',
  vertex: { project: 'p', location: 'us-central1' },
  responseModalities: ['AUDIO'],
  temperature: 0.7,
  topP: 0.9,
  topK: 40,
  maxOutputTokens: 1000,
  candidateCount: 1,
  seed: 7,
  presencePenalty: 0.1,
  frequencyPenalty: 0.2,
  stopSequences: ['stop'],
  responseMimeType: 'application/json',
  responseSchema: { type: 'OBJECT' },
  mediaResolution: 'MEDIA_RESOLUTION_LOW',
  thinkingConfig: { includeThoughts: true, thinkingBudget: 0, thinkingLevel: 'LOW' },
  enableAffectiveDialog: true,
  translationConfig: { targetLanguageCode: 'de', echoTargetLanguage: true },
  speechConfig: { languageCode: 'en-US' },
  voiceName: 'Kore',
  avatarConfig: { avatarName: 'a', audioBitrateBps: 1, videoBitrateBps: 2 },
  systemInstruction: 'hi',
  tools: [
    {
      functionDeclarations: [
        {
          name: 'f',
          description: 'd',
          behavior: 'NON_BLOCKING',
          parameters: {
            type: 'OBJECT',
            properties: { a: { type: 'STRING', enum: ['x'], nullable: true } },
            required: ['a'],
          },
        },
        { name: 'g', parametersJsonSchema: { type: 'object' } },
      ],
    },
    { googleSearch: {} },
    { urlContext: {} },
    { codeExecution: {} },
  ],
  toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['f'] } },
  historyConfig: { initialHistoryInClientContent: true },
  inputAudioTranscription: {
    languageCodes: ['en'],
    customVocabulary: ['Parlando'],
    adaptationPhrases: ['book a table'],
    wordTimestamp: true,
    diarization: true,
    mode: 'VERBATIM',
    sourceText: true,
  },
  outputAudioTranscription: true,
  realtimeInputConfig: {
    automaticActivityDetection: {
      disabled: false,
      startOfSpeechSensitivity: 'START_SENSITIVITY_HIGH',
      endOfSpeechSensitivity: 'END_SENSITIVITY_LOW',
      prefixPaddingMs: 20,
      silenceDurationMs: 500,
    },
    activityHandling: 'NO_INTERRUPTION',
    turnCoverage: 'TURN_INCLUDES_ALL_INPUT',
  },
  explicitVadSignal: true,
  proactivity: { proactiveAudio: true, proactiveVideo: true },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE', method: 'SEVERITY' }],
  labels: { team: 'voice' },
  sessionResumption: { handle: 'h1', transparent: true },
  contextWindowCompression: { triggerTokens: 25_600, slidingWindow: { targetTokens: 12_800 } },
};

/** Fields of spec/wire.md section 2.1 that the published proto does not have yet. */
const newer = new Set([
  ...[
    'toolConfig',
    'historyConfig',
    'explicitVadSignal',
    'proactivity',
    'avatarConfig',
    'safetySettings',
    'labels',
  ].map((field) => `BidiGenerateContentSetup.${field}`),
  'GenerationConfig.enableAffectiveDialog',
  'GenerationConfig.translationConfig',
  'ThinkingConfig.thinkingLevel',
  'SessionResumptionConfig.transparent',
  ...[
    'languageCodes',
    'customVocabulary',
    'adaptationPhrases',
    'wordTimestamp',
    'diarization',
    'mode',
    'sourceText',
  ].map((field) => `AudioTranscriptionConfig.${field}`),
]);

describe('the setup message', () => {
  test('puts every option of the config in its documented place', (context) => {
    verifies(context, 'wire:config:setup-fields');
    expect(setupOf(everything)).toEqual({
      model: 'projects/p/locations/us-central1/publishers/google/models/some-future-model',
      generationConfig: {
        responseModalities: ['AUDIO'],
        temperature: 0.7,
        topP: 0.9,
        topK: 40,
        maxOutputTokens: 1000,
        candidateCount: 1,
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        stopSequences: ['stop'],
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT' },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
        thinkingConfig: { includeThoughts: true, thinkingBudget: 0, thinkingLevel: 'LOW' },
        enableAffectiveDialog: true,
        translationConfig: { targetLanguageCode: 'de', echoTargetLanguage: true },
        speechConfig: {
          languageCode: 'en-US',
          voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } },
        },
      },
      systemInstruction: { role: 'user', parts: [{ text: 'hi' }] },
      tools: everything.tools,
      toolConfig: everything.toolConfig,
      realtimeInputConfig: everything.realtimeInputConfig,
      sessionResumption: { handle: 'h1', transparent: true },
      contextWindowCompression: { triggerTokens: '25600', slidingWindow: { targetTokens: '12800' } },
      inputAudioTranscription: everything.inputAudioTranscription,
      outputAudioTranscription: {},
      proactivity: { proactiveAudio: true, proactiveVideo: true },
      historyConfig: { initialHistoryInClientContent: true },
      explicitVadSignal: true,
      avatarConfig: { avatarName: 'a', audioBitrateBps: 1, videoBitrateBps: 2 },
      safetySettings: everything.safetySettings,
      labels: { team: 'voice' },
    });
  });

  test('fits the published proto, but for the newer fields of the spec', (context) => {
    verifies(context, 'wire:config:setup-fields');
    expect(protoComplaints(setupOf(everything), 'BidiGenerateContentSetup', newer)).toEqual([]);
    const least = setupOf({ model: 'gemini-3.8-live' });
    expect(protoComplaints(least, 'BidiGenerateContentSetup', new Set())).toEqual([]);
  });

  test('the oracle does refuse: unknown fields, wrong types, unknown enum names and nulls', () => {
    const wrong = {
      bogusField: 1,
      generationConfig: { topK: 1.5, mediaResolution: 'HUGE' },
      sessionResumption: { handle: null },
      contextWindowCompression: { triggerTokens: 25_600 },
      tools: {},
    };
    expect(protoComplaints(wrong, 'BidiGenerateContentSetup', newer)).toHaveLength(6);
  });

  test('the least config asks for audio and resumption and for nothing else', (context) => {
    verifies(context, 'wire:config:defaults');
    expect(setupOf({ model: 'gemini-3.8-live' })).toEqual({
      model: 'models/gemini-3.8-live',
      generationConfig: { responseModalities: ['AUDIO'] },
      sessionResumption: {},
    });
  });

  test.for([
    ['sessionResumption without a handle', { sessionResumption: {} }, { sessionResumption: {} }],
    ['an empty handle', { sessionResumption: { handle: '' } }, { sessionResumption: {} }],
    ['a null handle', { sessionResumption: { handle: null } }, { sessionResumption: {} }],
    ['resumption off', { sessionResumption: false }, {}],
    ['null options', { temperature: null, tools: null, labels: null }, { sessionResumption: {} }],
    [
      'more null options',
      { systemInstruction: null, contextWindowCompression: null, inputAudioTranscription: null },
      { sessionResumption: {} },
    ],
    ['an empty instruction', { systemInstruction: '' }, { sessionResumption: {} }],
    ['undefined options', { temperature: undefined, tools: undefined }, { sessionResumption: {} }],
  ] as const)('%s leaves no null in the setup', ([, config, expected], context) => {
    verifies(context, 'wire:config:no-nulls');
    // What plain JavaScript may pass, whatever the types say.
    const setup = setupOf({ model: 'some-future-model', ...(config as SessionConfig) });
    expect(JSON.stringify(setup)).not.toMatch(/null|undefined|""/);
    expect(setup).toEqual({
      model: 'models/some-future-model',
      generationConfig: { responseModalities: ['AUDIO'] },
      ...expected,
    });
  });

  test('transcription is absent when false, the defaults when true, and the options otherwise', () => {
    const model = 'gemini-3.8-live';
    const off = setupOf({ model, inputAudioTranscription: false });
    expect(off).not.toHaveProperty('inputAudioTranscription');
    const on = setupOf({
      model,
      inputAudioTranscription: true,
      outputAudioTranscription: { diarization: true },
    });
    expect(on).toMatchObject({
      inputAudioTranscription: {},
      outputAudioTranscription: { diarization: true },
    });
  });

  test('compression without numbers is the service defaults', () => {
    expect(setupOf({ model: 'gemini-3.8-live', contextWindowCompression: {} })).toMatchObject({
      contextWindowCompression: { slidingWindow: {} },
    });
  });

  test('an instruction may be given as content', () => {
    const systemInstruction = { parts: [{ text: 'a' }, { text: 'b' }] };
    expect(setupOf({ model: 'gemini-3.8-live', systemInstruction })).toMatchObject({ systemInstruction });
  });

  test('a replicated voice goes out as given', () => {
    const voiceConfig = {
      replicatedVoiceConfig: { mimeType: 'audio/pcm;rate=24000', voiceSampleAudio: 'AAA=' },
    };
    expect(setupOf({ model: 'gemini-3.8-live', speechConfig: { voiceConfig } })).toMatchObject({
      generationConfig: { speechConfig: { voiceConfig } },
    });
  });

  test('an avatar makes the modality VIDEO unless another is asked for', () => {
    const model = 'gemini-3.8-live';
    const vertex = { project: 'p' };
    const avatarConfig = { avatarName: 'a' };
    expect(setupOf({ model, vertex, avatarConfig })).toMatchObject({
      generationConfig: { responseModalities: ['VIDEO'] },
    });
    expect(setupOf({ model, vertex, avatarConfig, responseModalities: ['AUDIO'] })).toMatchObject({
      generationConfig: { responseModalities: ['AUDIO'] },
    });
  });
});

describe('a config that JSON cannot hold', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  test.for<readonly [string, Partial<SessionConfig>]>([
    ['a temperature of NaN', { temperature: Number.NaN }],
    ['an infinite thinking budget', { thinkingConfig: { thinkingBudget: Number.POSITIVE_INFINITY } }],
    [
      'a NaN deep in a tool',
      { tools: [{ functionDeclarations: [{ name: 'f', parameters: { minimum: Number.NaN } }] }] },
    ],
    ['a cycle in a tool', { tools: [{ googleSearch: cycle }] }],
    ['a BigInt in a tool', { tools: [{ googleSearch: { limit: 1n } }] }],
  ])('%s is invalidConfig before anything is opened', ([, config], context) => {
    verifies(context, 'wire:codec:unwritable', 'wire:config:invalid');
    expect(() => encodeSetup({ model: 'm', ...config }, {})).toThrowError(
      expect.objectContaining({ code: 'invalidConfig' }),
    );
  });
});
