import { describe, expect, test } from 'vitest';
import { framings, inSnakeCase, type Message, serverFrames } from '../../../tests/fixtures/server-frames.ts';
import { verifies } from '../../../tests/requirements.ts';
import { decodeServerFrame } from './decode.ts';
import type { FrameItem } from './frame-item.ts';

function items(message: unknown): readonly FrameItem[] {
  const decoded = decodeServerFrame(typeof message === 'string' ? message : JSON.stringify(message));
  if (!decoded.ok) throw decoded.error;
  return decoded.items;
}

const content = (serverContent: Message): Message => ({ serverContent });
const parts = (...list: unknown[]): Message => content({ modelTurn: { parts: list } });

/** What each of the sample frames says. */
const expected: Readonly<Record<string, readonly FrameItem[]>> = {
  setupComplete: [{ type: 'setupComplete' }],
  setupCompleteVertex: [{ type: 'setupComplete', serverSessionId: 'a1ab9fc8-abd6-4a51-8d63-4d8a4c7ec0fd' }],
  consent: [{ type: 'setupComplete', voiceConsentSignature: 'c2ln' }],
  audio: [
    {
      type: 'audio',
      mimeType: 'audio/pcm;rate=24000',
      rateHz: 24_000,
      data: Uint8Array.from({ length: 480 }, (_, index) => (index * 37) & 0xff),
    },
  ],
  thought: [{ type: 'thought', text: 'Considering…' }],
  text: [
    { type: 'text', text: 'Hello “there”' },
    { type: 'text', text: ' é' },
  ],
  code: [{ type: 'code', language: 'PYTHON', code: 'print(1)' }],
  codeResult: [{ type: 'codeResult', outcome: 'OUTCOME_OK', output: '1\n', id: 'run-1' }],
  video: [
    { type: 'media', mimeType: 'video/mp4', data: new Uint8Array(Buffer.from('AAAAGGZ0eXA=', 'base64')) },
  ],
  heard: [{ type: 'inputTranscription', interim: false, text: "What's the", languageCode: 'en-US' }],
  interim: [{ type: 'inputTranscription', interim: true, text: "What's" }],
  spoken: [
    {
      type: 'outputTranscription',
      text: 'It is ',
      finished: true,
      words: [{ word: 'It', startMs: 100, endMs: 250 }],
      startMs: 100,
      endMs: 400,
    },
  ],
  interrupted: [{ type: 'interrupted' }],
  generationComplete: [{ type: 'generationComplete' }],
  turnComplete: [
    {
      type: 'usage',
      usage: {
        promptTokenCount: 515,
        responseTokenCount: 38,
        totalTokenCount: 553,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 515 }],
        responseTokensDetails: [{ modality: 'TEXT', tokenCount: 38 }],
      },
    },
    { type: 'turnComplete', reason: 'NEED_MORE_INPUT' },
  ],
  vertexUsage: [
    {
      type: 'usage',
      usage: {
        promptTokenCount: 9,
        responseTokenCount: 38,
        totalTokenCount: 47,
        responseTokensDetails: [{ modality: 'AUDIO' }],
        trafficType: 'ON_DEMAND',
      },
    },
    { type: 'turnComplete' },
  ],
  grounding: [
    {
      type: 'grounding',
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://a.example' } }],
        webSearchQueries: ['a'],
      },
      urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'https://a.example' }] },
    },
  ],
  groundingEmpty: [{ type: 'grounding', groundingMetadata: {} }],
  waiting: [{ type: 'waitingForInput' }],
  status: [{ type: 'interactionStatus', status: 'IDLE' }],
  statusAtTop: [{ type: 'interactionStatus', status: 'IN_PROGRESS' }],
  toolCall: [
    {
      type: 'toolCall',
      calls: [{ name: 'get_weather', args: { city: 'Oslo' }, id: 'function-call-1234567890' }],
    },
  ],
  cancellation: [{ type: 'toolCallCancellation', ids: ['function-call-1234567890'] }],
  goAway: [{ type: 'goAway', timeLeftMs: 50_000 }],
  resumption: [{ type: 'resumption', handle: 'h1', resumable: true }],
  resumptionEmpty: [{ type: 'resumption', resumable: false }],
  transparent: [{ type: 'resumption', handle: 'h1', resumable: true, lastConsumedIndex: 42 }],
  activity: [{ type: 'voiceActivity', active: true, audioOffsetMs: 200 }],
  activityEnd: [{ type: 'voiceActivity', active: false }],
  vadSignal: [{ type: 'voiceActivity', active: true }],
  speechState: [{ type: 'voiceActivity', active: false }],
  empty: [],
  emptyContent: [],
  emptyTranscript: [],
  noCalls: [],
  bundle: [
    { type: 'audio', mimeType: 'audio/pcm', rateHz: 24_000, data: Uint8Array.of(0, 1, 2, 3) },
    { type: 'outputTranscription', text: 'Bye.' },
    { type: 'usage', usage: { totalTokenCount: 7 } },
    { type: 'generationComplete' },
    { type: 'turnComplete' },
  ],
};

describe('decoding the documented messages', () => {
  test.for(Object.entries(serverFrames))(
    'reads %s in both casings, as text and as bytes',
    ([name, message], context) => {
      verifies(
        context,
        'wire:codec:messages',
        'wire:codec:casings',
        'wire:codec:framing',
        'wire:codec:recorded',
      );
      expect(expected[name], `an expectation for ${name}`).toBeDefined();
      for (const shape of [message, inSnakeCase(message)]) {
        for (const frame of framings(shape)) {
          expect(decodeServerFrame(frame)).toEqual({ ok: true, items: expected[name] });
        }
      }
    },
  );

  test('reads camelCase and snake_case mixed in one message', (context) => {
    verifies(context, 'wire:codec:casings');
    const mixed = {
      server_content: { outputTranscription: { text: 'a', language_code: 'en' }, turn_complete: true },
      usageMetadata: {
        prompt_token_count: 3,
        responseTokensDetails: [{ modality: 'AUDIO', token_count: 2 }],
      },
    };
    expect(items(mixed)).toEqual([
      { type: 'outputTranscription', text: 'a', languageCode: 'en' },
      {
        type: 'usage',
        usage: { promptTokenCount: 3, responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }] },
      },
      { type: 'turnComplete' },
    ]);
  });

  test('keeps the spaces of a transcript and gives none for an empty one', () => {
    expect(items(content({ outputTranscription: { text: '  It is ' } }))).toEqual([
      { type: 'outputTranscription', text: '  It is ' },
    ]);
    expect(items(content({ inputTranscription: {}, outputTranscription: { text: '' } }))).toEqual([]);
  });

  test('passes on finished without text, which Vertex sends', (context) => {
    verifies(context, 'wire:codec:recorded');
    expect(items(content({ inputTranscription: { finished: true } }))).toEqual([
      { type: 'inputTranscription', interim: false, text: '', finished: true },
    ]);
  });

  test('counts a false, null or absent flag as not set', () => {
    expect(items(content({ interrupted: false, turnComplete: null, generationComplete: false }))).toEqual([]);
    expect(items({ toolCall: null, usageMetadata: null })).toEqual([]);
  });

  test('takes a rate from the mime type where it is possible, else 24 kHz', () => {
    const rate = (mimeType: string): number | undefined => {
      const [item] = items(parts({ inlineData: { mimeType, data: 'AAA=' } }));
      return item?.type === 'audio' ? item.rateHz : undefined;
    };
    expect(rate('audio/pcm;rate=16000')).toBe(16_000);
    expect(rate('audio/pcm; rate=48000')).toBe(48_000);
    expect(rate('audio/L16;codec=pcm;rate=24000')).toBe(24_000);
    expect(rate('')).toBe(24_000);
    expect(rate('audio/pcm')).toBe(24_000);
    expect(rate('image/png')).toBeUndefined();
  });

  test('a rate of 0 in the mime type does not become a division by zero', () => {
    for (const mimeType of ['audio/pcm;rate=0', `audio/pcm;rate=${'9'.repeat(400)}`, 'audio/pcm;rate=-1']) {
      expect(items(parts({ inlineData: { mimeType, data: 'AAA=' } }))).toMatchObject([{ rateHz: 24_000 }]);
    }
  });

  test('gives a call without arguments an empty object, and keeps an absent id absent', () => {
    expect(items({ toolCall: { functionCalls: [{ name: 'f' }, { name: 'g', id: 'x' }] } })).toEqual([
      {
        type: 'toolCall',
        calls: [
          { name: 'f', args: {} },
          { name: 'g', id: 'x', args: {} },
        ],
      },
    ]);
  });

  test('leaves the casing of tool arguments alone', () => {
    const args = { city_name: 'Oslo', deepArg: { inner_key: 1 } };
    expect(items({ tool_call: { function_calls: [{ name: 'f', args }] } })).toEqual([
      { type: 'toolCall', calls: [{ name: 'f', args }] },
    ]);
  });

  test('takes an empty handle as none', () => {
    expect(items({ sessionResumptionUpdate: { newHandle: '', resumable: true } })).toEqual([
      { type: 'resumption', resumable: true },
    ]);
  });

  test('reads durations with fractions and of zero', () => {
    const left = (timeLeft: unknown): FrameItem | undefined => items({ goAway: { timeLeft } })[0];
    expect(left('0s')).toEqual({ type: 'goAway', timeLeftMs: 0 });
    expect(left('3.5s')).toEqual({ type: 'goAway', timeLeftMs: 3500 });
    expect(left('0.000000001s')).toEqual({ type: 'goAway', timeLeftMs: 0 });
    expect(left(undefined)).toEqual({ type: 'goAway' });
  });
});

describe('decoding what is unknown or wrong', () => {
  const wrong: ReadonlyArray<readonly [string, Message, readonly FrameItem[]]> = [
    [
      'an unknown top-level key',
      { newThing: { a: 1 } },
      [{ type: 'unknown', key: 'newThing', raw: { a: 1 } }],
    ],
    [
      'an unknown content key',
      content({ sparkle: 1 }),
      [{ type: 'unknown', key: 'serverContent.sparkle', raw: 1 }],
    ],
    ['a part with nothing known', parts({ hologram: {} }), [unknownPart({ hologram: {} })]],
    [
      'a part that is no object',
      parts('hi', null, 4),
      [unknownPart('hi'), unknownPart(null), unknownPart(4)],
    ],
    ['content that is a list', { serverContent: [] }, [{ type: 'unknown', key: 'serverContent', raw: [] }]],
    ['a string for a flag', content({ turnComplete: 'yes' }), [flag('turnComplete', 'yes')]],
    ['a number for a flag', content({ interrupted: 1 }), [flag('interrupted', 1)]],
    [
      'a reason without its turnComplete',
      content({ turnCompleteReason: 'BLOCKLIST' }),
      [flag('turnCompleteReason', 'BLOCKLIST')],
    ],
    [
      'arguments that are no object',
      { toolCall: { functionCalls: [{ name: 'f', args: 'x' }] } },
      [
        { type: 'toolCall', calls: [{ name: 'f', args: {} }] },
        { type: 'unknown', key: 'toolCall.functionCalls.args', raw: 'x' },
      ],
    ],
    [
      'a call without a name',
      { toolCall: { functionCalls: [{ id: '1' }, { name: 'f' }] } },
      [
        { type: 'unknown', key: 'toolCall.functionCalls', raw: { id: '1' } },
        { type: 'toolCall', calls: [{ name: 'f', args: {} }] },
      ],
    ],
    [
      'streamed arguments',
      { toolCall: { functionCalls: [{ name: 'f', willContinue: true }] } },
      [
        { type: 'toolCall', calls: [{ name: 'f', args: {} }] },
        { type: 'unknown', key: 'toolCall.functionCalls.willContinue', raw: true },
      ],
    ],
    [
      'cancelled ids that are no strings',
      { toolCallCancellation: { ids: [7, 'a'] } },
      [
        { type: 'unknown', key: 'toolCallCancellation.ids', raw: 7 },
        { type: 'toolCallCancellation', ids: ['a'] },
      ],
    ],
    [
      'a time left that is no duration',
      { goAway: { timeLeft: 50 } },
      [{ type: 'goAway' }, { type: 'unknown', key: 'goAway.timeLeft', raw: 50 }],
    ],
    [
      'a time left beyond all numbers',
      { goAway: { timeLeft: `${'9'.repeat(400)}s` } },
      [{ type: 'goAway' }, { type: 'unknown', key: 'goAway.timeLeft', raw: `${'9'.repeat(400)}s` }],
    ],
    [
      'a voice activity of no known type',
      { voiceActivity: { type: 'HUMMING' } },
      [{ type: 'unknown', key: 'voiceActivity', raw: { type: 'HUMMING' } }],
    ],
    [
      'a session id that is a number',
      { setupComplete: { sessionId: 5 } },
      [{ type: 'setupComplete' }, { type: 'unknown', key: 'setupComplete.sessionId', raw: 5 }],
    ],
    [
      'a key named __proto__',
      JSON.parse('{"__proto__":{"serverContent":{"turnComplete":true}}}'),
      [{ type: 'unknown', key: '__proto__', raw: { serverContent: { turnComplete: true } } }],
    ],
    [
      'a key named constructor',
      { constructor: 1 } as unknown as Message,
      [{ type: 'unknown', key: 'constructor', raw: 1 }],
    ],
  ];

  test.for(wrong)('reports %s', ([, message, items_], context) => {
    verifies(context, 'wire:codec:unknown');
    expect(items(message)).toEqual(items_);
    const rest = items({ ...message, goAway: message.goAway ?? {}, sessionResumptionUpdate: {} });
    expect(rest).toContainEqual({ type: 'resumption', resumable: false });
    for (const item of items_) expect(rest).toContainEqual(item);
  });

  test('an unknown speech state is not taken for silence', () => {
    expect(items(content({ speechState: 'SPEECH_STATE_UNSPECIFIED' }))).toEqual([
      { type: 'unknown', key: 'serverContent.speechState', raw: 'SPEECH_STATE_UNSPECIFIED' },
    ]);
  });

  test('a key in half of each casing does not vanish', () => {
    expect(items({ usage_MetaData: {}, tool_callCancellation: { ids: ['a'] } })).toEqual([
      { type: 'unknown', key: 'usage_MetaData', raw: {} },
      { type: 'unknown', key: 'tool_callCancellation', raw: { ids: ['a'] } },
    ]);
  });

  test('the second casing of a key given twice does not vanish', () => {
    expect(items({ goAway: { timeLeft: '1s' }, go_away: { timeLeft: '2s' } })).toEqual([
      { type: 'goAway', timeLeftMs: 1000 },
      { type: 'unknown', key: 'go_away', raw: { timeLeft: '2s' } },
    ]);
    expect(items({ goAway: null, go_away: { timeLeft: '2s' } })).toEqual([
      { type: 'goAway', timeLeftMs: 2000 },
    ]);
  });

  test('the text beside inline data in one part is not lost', () => {
    expect(items(parts({ text: 'hi', inlineData: { mimeType: 'audio/pcm', data: 'AAA=' } }))).toMatchObject([
      { type: 'text', text: 'hi' },
      { type: 'audio' },
    ]);
  });

  test('the times of words in snake_case are not lost', () => {
    const words = [{ word: 'a', start_offset: '1s', end_offset: '2s' }];
    expect(items({ server_content: { input_transcription: { text: 'a', words } } })).toMatchObject([
      { words: [{ word: 'a', startMs: 1000, endMs: 2000 }] },
    ]);
  });

  test('a token count of 1e999 is not Infinity', (context) => {
    verifies(context, 'wire:codec:unknown');
    const text =
      '{"usageMetadata":{"promptTokenCount":1e999,"totalTokenCount":"12","thoughtsTokenCount":"x"}}';
    expect(items(text)).toEqual([{ type: 'usage', usage: { totalTokenCount: 12 } }]);
  });
});

function unknownPart(raw: unknown): FrameItem {
  return { type: 'unknown', key: 'serverContent.modelTurn.parts', raw };
}

function flag(key: string, raw: unknown): FrameItem {
  return { type: 'unknown', key: `serverContent.${key}`, raw };
}
