import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { modelProfile, type Platform } from '../model/profile.ts';
import * as node from '../platform/base64.node.ts';
import * as web from '../platform/base64.web.ts';
import type { FunctionResponse } from '../protocol/content.ts';
import type { SessionCommand } from '../session/session-command.ts';
import { WireError } from '../wire-error.ts';
import { audioFrameSuffix, type Encoding, encodeAudioChunk, encodeCommand } from './encode.ts';

interface Where {
  readonly model?: string;
  readonly platform?: Platform;
  readonly manual?: boolean;
}

function encodingFor({ model = 'gemini-3.8-live', platform = 'googleAi', manual = false }: Where): Encoding {
  return {
    profile: modelProfile(model, platform),
    manualActivity: manual,
    audioMimeType: 'audio/pcm;rate=16000',
  };
}

function sent(command: SessionCommand, where: Where = {}): unknown {
  const frame = encodeCommand(command, encodingFor(where));
  return frame === undefined ? undefined : JSON.parse(frame);
}

function refusal(command: SessionCommand, where: Where = {}): WireError {
  try {
    encodeCommand(command, encodingFor(where));
  } catch (thrown) {
    if (thrown instanceof WireError) return thrown;
    throw thrown;
  }
  throw new Error('it was encoded');
}

const hello = { role: 'user', parts: [{ text: 'hello' }] } as const;

describe('encoding commands', () => {
  const table: ReadonlyArray<readonly [string, SessionCommand, unknown]> = [
    [
      'audio',
      { type: 'audio', data: Uint8Array.of(0, 1, 2, 3) },
      { realtimeInput: { audio: { data: 'AAECAw==', mimeType: 'audio/pcm;rate=16000' } } },
    ],
    [
      'a still as JPEG',
      { type: 'video', data: Uint8Array.of(255, 216) },
      { realtimeInput: { video: { data: '/9g=', mimeType: 'image/jpeg' } } },
    ],
    [
      'a still as PNG',
      { type: 'video', data: Uint8Array.of(137), mimeType: 'image/png' },
      { realtimeInput: { video: { data: 'iQ==', mimeType: 'image/png' } } },
    ],
    ['text', { type: 'text', text: 'hello' }, { clientContent: { turns: [hello], turnComplete: true } }],
    ['real-time text', { type: 'realtimeText', text: 'x' }, { realtimeInput: { text: 'x' } }],
    [
      'content that waits for more',
      { type: 'clientContent', turns: [hello], turnComplete: false },
      { clientContent: { turns: [hello], turnComplete: false } },
    ],
    [
      'the end of the client turn',
      { type: 'clientContent', turns: [], turnComplete: true },
      { clientContent: { turns: [], turnComplete: true } },
    ],
    [
      'tool responses',
      {
        type: 'toolResponse',
        responses: [
          {
            id: 'function-call-1',
            name: 'f',
            response: { output: 'ok' },
            scheduling: 'WHEN_IDLE',
            willContinue: false,
            parts: [{ inlineData: { mimeType: 'image/png', data: 'iQ==' } }],
          },
        ],
      },
      {
        toolResponse: {
          functionResponses: [
            {
              id: 'function-call-1',
              name: 'f',
              response: { output: 'ok' },
              scheduling: 'WHEN_IDLE',
              willContinue: false,
              parts: [{ inlineData: { mimeType: 'image/png', data: 'iQ==' } }],
            },
          ],
        },
      },
    ],
    [
      'a context update',
      {
        type: 'updateContext',
        change: { systemInstruction: 'new', tools: [{ functionDeclarations: [{ name: 'g' }] }] },
      },
      {
        contextUpdate: {
          systemInstruction: { role: 'user', parts: [{ text: 'new' }] },
          tools: { tools: [{ functionDeclarations: [{ name: 'g' }] }] },
        },
      },
    ],
    [
      'the clearing of all tools',
      { type: 'updateContext', change: { tools: [] } },
      { contextUpdate: { tools: { tools: [] } } },
    ],
    ['the taking of a tool call as nothing', { type: 'toolExecutionStart' }, undefined],
    ['a disconnect as nothing', { type: 'disconnect' }, undefined],
  ];

  test.for(table)('writes %s as documented', ([, command, expected], context) => {
    verifies(context, 'wire:codec:commands');
    expect(sent(command)).toEqual(expected);
  });

  test('writes exactly one top-level key, and one field of realtimeInput', (context) => {
    verifies(context, 'wire:codec:commands');
    const commands: SessionCommand[] = [
      ...table.map(([, command]) => command),
      { type: 'updateInstruction', instruction: 'i' },
      { type: 'activityStart' },
      { type: 'activityEnd' },
      { type: 'audioStreamEnd' },
    ];
    let frames = 0;
    for (const command of commands) {
      for (const manual of [true, false]) {
        const message = sent(command, { manual }) as Record<string, object> | undefined;
        if (message === undefined) continue;
        frames += 1;
        const [key = '', ...others] = Object.keys(message);
        expect(others).toEqual([]);
        if (key === 'realtimeInput') expect(Object.keys(message[key] ?? {})).toHaveLength(1);
      }
    }
    expect(frames).toBeGreaterThan(20);
  });

  test('any text survives, lone surrogates and control characters too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sent({ type: 'realtimeText', text })).toEqual({ realtimeInput: { text } });
      }),
    );
  });

  test('sends text as realtimeInput to 3.1, where clientContent closes with 1007', (context) => {
    verifies(context, 'wire:codec:commands');
    const where: Where = { model: 'gemini-3.1-flash-live-preview' };
    expect(sent({ type: 'text', text: 'hello' }, where)).toEqual({ realtimeInput: { text: 'hello' } });
  });

  test('a video type that is no still is refused here instead of closing the session', () => {
    for (const mimeType of ['video/mp4', 'audio/pcm', '', 'image/', 'image/png"']) {
      const error = refusal({ type: 'video', data: new Uint8Array(2), mimeType });
      expect(error.code).toBe('invalidArgument');
    }
  });
});

describe('activity marks', () => {
  test('go out in manual mode only', (context) => {
    verifies(context, 'wire:codec:activity-marks');
    const marks = { activityStart: {}, activityEnd: {} };
    for (const type of ['activityStart', 'activityEnd'] as const) {
      expect(sent({ type }, { manual: true })).toEqual({ realtimeInput: { [type]: marks[type] } });
      expect(sent({ type }, { manual: false })).toBeUndefined();
    }
  });

  test('the end of the audio stream goes out in automatic mode only', (context) => {
    verifies(context, 'wire:codec:activity-marks');
    expect(sent({ type: 'audioStreamEnd' }, { manual: false })).toEqual({
      realtimeInput: { audioStreamEnd: true },
    });
    expect(sent({ type: 'audioStreamEnd' }, { manual: true })).toBeUndefined();
  });
});

describe('steering', () => {
  const turn = (role?: string): unknown => ({
    clientContent: {
      turns: [{ ...(role !== undefined && { role }), parts: [{ text: 'be brief' }] }],
      turnComplete: false,
    },
  });
  const update = { contextUpdate: { systemInstruction: { role: 'user', parts: [{ text: 'be brief' }] } } };
  const ways: ReadonlyArray<readonly [string, Platform, unknown]> = [
    ['gemini-3.8-live', 'googleAi', update],
    ['gemini-3.8-live', 'vertex', update],
    ['gemini-3.8-live-extended-thinking', 'googleAi', update],
    ['gemini-2.5-flash-native-audio-latest', 'googleAi', turn()],
    ['gemini-live-2.5-flash-native-audio', 'vertex', turn('model')],
    ['gemini-live-2.5-flash', 'vertex', turn('system')],
    ['gemini-2.0-flash-live-001', 'googleAi', turn()],
    ['some-future-model', 'googleAi', turn()],
    ['some-future-model', 'vertex', turn('system')],
  ];

  test.for(ways)('an instruction to %s on %s goes the legal way', ([model, platform, expected], context) => {
    verifies(context, 'wire:codec:steering');
    expect(sent({ type: 'updateInstruction', instruction: 'be brief' }, { model, platform })).toEqual(
      expected,
    );
  });

  test('3.1 has no legal way, and the error says what to do', (context) => {
    verifies(context, 'wire:codec:steering');
    const where: Where = { model: 'gemini-3.1-flash-live-preview' };
    const error = refusal({ type: 'updateInstruction', instruction: 'x' }, where);
    expect(error.code).toBe('unsupportedByModel');
    expect(error.message).toMatch(/resume with a changed systemInstruction/);
  });

  test('contextUpdate is for 3.8 and for models not known here', (context) => {
    verifies(context, 'wire:codec:steering');
    const command: SessionCommand = { type: 'updateContext', change: { tools: [] } };
    for (const model of ['gemini-2.5-flash-native-audio-latest', 'gemini-3.1-flash-live-preview']) {
      expect(refusal(command, { model }).code).toBe('unsupportedByModel');
    }
    expect(sent(command, { model: 'gemini-4-live' })).toEqual({ contextUpdate: { tools: { tools: [] } } });
  });
});

describe('scheduling', () => {
  const response: FunctionResponse = { id: 'a', name: 'f', response: { x: 1 }, scheduling: 'INTERRUPT' };
  const { scheduling: _, ...plain } = response;
  const cases: ReadonlyArray<readonly [string, Platform, FunctionResponse]> = [
    ['gemini-2.5-flash-native-audio-latest', 'googleAi', response],
    ['gemini-live-2.5-flash-native-audio', 'vertex', plain],
    ['gemini-3.1-flash-live-preview', 'googleAi', plain],
    ['gemini-3.8-live', 'googleAi', response],
    ['gemini-3.8-live', 'vertex', response],
    ['gemini-3.8-live-extended-thinking', 'googleAi', plain],
    ['some-future-model', 'googleAi', response],
  ];

  test.for(cases)('for %s on %s is as the model takes it', ([model, platform, expected], context) => {
    verifies(context, 'wire:codec:scheduling');
    expect(sent({ type: 'toolResponse', responses: [response] }, { model, platform })).toEqual({
      toolResponse: { functionResponses: [expected] },
    });
    expect(response.scheduling, 'the caller keeps its object').toBe('INTERRUPT');
  });
});

describe('values that JSON cannot hold', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const hostile = {
    toJSON() {
      throw new Error('no');
    },
  };

  test.for([
    ['a cycle', cycle],
    ['a BigInt', { n: 1n }],
    ['a throwing toJSON', { hostile }],
  ] as const)('%s in a tool response is invalidArgument', ([, response], context) => {
    verifies(context, 'wire:codec:unwritable');
    const error = refusal({ type: 'toolResponse', responses: [{ id: '1', name: 'f', response }] });
    expect(error.code).toBe('invalidArgument');
    expect(error.message).toMatch(/toolResponse message cannot be written as JSON/);
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('the fast path of the microphone', () => {
  const chunks = fc.uint8Array({ maxLength: 4000 });

  test('writes the frame that JSON.stringify would', (context) => {
    verifies(context, 'wire:codec:fast-audio-out');
    fc.assert(
      fc.property(
        fc.array(chunks, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(8000, 16_000),
        (list, rate) => {
          const mimeType = `audio/pcm;rate=${rate}`;
          const suffix = audioFrameSuffix(mimeType);
          for (const chunk of list) {
            const data = Buffer.from(chunk).toString('base64');
            const expected = JSON.stringify({ realtimeInput: { audio: { data, mimeType } } });
            const frame = encodeAudioChunk(chunk, suffix);
            expect(typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8')).toBe(expected);
            const command = encodeCommand(
              { type: 'audio', data: chunk },
              { ...encodingFor({}), audioMimeType: mimeType },
            );
            expect(command).toBe(expected);
          }
        },
      ),
    );
  });

  test.each([
    ['on Node', node],
    ['without Buffer', web],
  ] as const)('writes the same frame %s', (_name, { encodeBase64Frame }) => {
    fc.assert(
      fc.property(chunks, (chunk) => {
        const frame = encodeBase64Frame('{"data":"', chunk, '","mimeType":"audio/opus"}');
        const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString('utf8');
        expect(JSON.parse(text)).toEqual({
          data: Buffer.from(chunk).toString('base64'),
          mimeType: 'audio/opus',
        });
      }),
    );
  });

  test('does not keep the chunk: the caller may use its buffer again', () => {
    const chunk = Uint8Array.of(1, 2, 3, 4);
    const frame = encodeAudioChunk(chunk, audioFrameSuffix('audio/pcm;rate=16000'));
    const before = typeof frame === 'string' ? frame : Buffer.from(frame).toString();
    chunk.fill(0);
    expect(typeof frame === 'string' ? frame : Buffer.from(frame).toString()).toBe(before);
  });
});
