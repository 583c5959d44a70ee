import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createFrameParser } from './client-frame.ts';
import { platformSchema, sharedSchema } from './client-schema.ts';
import { fitReason, refusals } from './refusal.ts';

const parse = createFrameParser('googleAi');
const parseVertex = createFrameParser('vertex');

function reasonOf(json: unknown): string {
  const parsed = parse(JSON.stringify(json));
  return parsed.ok ? 'ok' : `${parsed.refusal.code} ${parsed.refusal.reason}`;
}

describe('what is refused', () => {
  test.for([
    [
      { setup: { bogusField: 1 } },
      `1007 Invalid JSON payload received. Unknown name "bogusField" at 'setup': Cannot find field.`,
    ],
    [{ config: {} }, '1007 Invalid JSON payload received. Unknown name "config": Cannot find field.'],
    [
      {
        setup: {
          tools: [{}, { functionDeclarations: [{ name: 'f', parameters: { additionalProperties: false } }] }],
        },
      },
      `1007 Invalid JSON payload received. Unknown name "additionalProperties" at 'setup.tools[1].function_declarations[0].parameters': Cannot find field.`,
    ],
    [{ setup: { model: 7 } }, "1007 Invalid value at 'setup.model' (TYPE_STRING), 7"],
    [{ realtimeInput: { audio: { data: '***' } } }, /TYPE_BYTES/],
    [{ setup: { generationConfig: { topK: 1.5 } } }, /'setup\.generation_config\.top_k' \(TYPE_INT\)/],
    [{ setup: { generationConfig: { mediaResolution: 'HUGE' } } }, /enum/],
    [{ setup: [] }, /^1007 Invalid value at 'setup'/],
    [{ setup: {}, clientContent: {} }, /oneof field 'message_type' is already set/],
    [{ realtimeInput: { text: 'x', activityEnd: {} } }, '1007 Request contains an invalid argument.'],
    [{}, '1007 Request contains an invalid argument.'],
    [[], /^1007/],
    [null, /^1007/],
    [{ __proto__x: 1 }, /Unknown name/],
  ] as const)('%j', ([json, reason], context) => {
    verifies(context, 'sim:setup:fields');
    if (typeof reason === 'string') expect(reasonOf(json)).toBe(reason);
    else expect(reasonOf(json)).toMatch(reason);
  });

  test('text that is no JSON, and JSON that is too deep', (context) => {
    verifies(context, 'sim:setup:fields');
    expect(parse('{"setup": ')).toEqual({ ok: false, refusal: refusals.malformedJson });
    expect(parse(new Uint8Array([0xff, 0xfe]))).toEqual({ ok: false, refusal: refusals.malformedJson });
    let items: unknown = {};
    for (let i = 0; i < 500; i++) items = { items };
    const deep = { setup: { tools: [{ functionDeclarations: [{ parameters: items }] }] } };
    expect(reasonOf(deep)).toBe('1007 Invalid JSON payload received. Message too deep.');
  });
});

test('both casings in one message, lone values, lower-case enums, number strings and null are read', (context) => {
  verifies(context, 'sim:setup:leniency');
  const frame = {
    setup: {
      model: 'models/x',
      generation_config: { topK: '5', top_p: 0.5, temperature: null },
      systemInstruction: { parts: { text: 'hi' }, role: 'anything' },
      tools: [
        {
          function_declarations: [
            { name: 'f', parameters: { type: 'string' }, parametersJsonSchema: { $ref: 'x' } },
          ],
        },
      ],
      session_resumption: { handle: null },
      realtime_input_config: {
        automatic_activity_detection: { start_of_speech_sensitivity: 'START_SENSITIVITY_UNSPECIFIED' },
      },
    },
  };
  expect(parse(Buffer.from(JSON.stringify(frame)))).toEqual({
    ok: true,
    nullHandle: true,
    message: {
      setup: {
        model: 'models/x',
        generationConfig: { topK: 5, topP: 0.5 },
        systemInstruction: { parts: [{ text: 'hi' }], role: 'anything' },
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parameters: { type: 'STRING' }, parametersJsonSchema: { $ref: 'x' } },
            ],
          },
        ],
        sessionResumption: {},
        realtimeInputConfig: { automaticActivityDetection: {} },
      },
    },
  });
});

interface ProtoType {
  readonly fields?: Readonly<
    Record<string, { readonly type: string; readonly rule?: string; readonly keyType?: string }>
  >;
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, ProtoType>>;
}

/** Names that differ between the published proto and our table. */
const OURS: Readonly<Record<string, string>> = {
  BidiGenerateContentClientMessage: 'ClientMessage',
  BidiGenerateContentSetup: 'Setup',
  BidiGenerateContentClientContent: 'ClientContent',
  BidiGenerateContentRealtimeInput: 'RealtimeInput',
  BidiGenerateContentToolResponse: 'ToolResponse',
  ActivityStart: 'Empty',
  ActivityEnd: 'Empty',
  CodeExecution: 'Empty',
  UrlContext: 'Empty',
};

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  float: 'number',
  double: 'number',
  bytes: 'bytes',
  'google.protobuf.Struct': 'object',
  'google.protobuf.Value': 'any',
  'google.protobuf.Duration': 'duration',
};

/** Fields that are newer than the published proto: spec wire §2.1, §2.3 to §2.5, and the types of `@google/genai` 3.1. */
const NEWER = new Set(
  `ClientMessage.contextUpdate Setup.toolConfig Setup.proactivity Setup.historyConfig Setup.avatarConfig
   Setup.safetySettings Setup.labels GenerationConfig.enableAffectiveDialog GenerationConfig.translationConfig
   VoiceConfig.replicatedVoiceConfig ThinkingConfig.thinkingLevel Part.mediaResolution Blob.displayName
   FunctionResponsePart.fileData FunctionResponseBlob.displayName FileData.displayName ExecutableCode.id CodeExecutionResult.id
   RealtimeInputConfig.interimTranscriptTimestampEnabled AudioTranscriptionConfig.languageCodes
   AudioTranscriptionConfig.languageAuto AudioTranscriptionConfig.languageHints AudioTranscriptionConfig.customVocabulary
   AudioTranscriptionConfig.adaptationPhrases AudioTranscriptionConfig.wordTimestamp AudioTranscriptionConfig.diarization
   AudioTranscriptionConfig.mode AudioTranscriptionConfig.sourceText`.split(/\s+/),
);

test('the table holds every field of the published proto with its type, and nothing unexplained', (context) => {
  verifies(context, 'sim:setup:oracle');
  const require = createRequire(import.meta.url);
  const root = require('@google-ai/generativelanguage/build/protos/protos.json') as ProtoType;
  const api = ['google', 'ai', 'generativelanguage', 'v1beta'].reduce<ProtoType | undefined>(
    (type, name) => type?.nested?.[name],
    root,
  );
  const checked = new Set<string>();
  const problems: string[] = [];
  const check = (name: string, type: ProtoType): void => {
    const ours = OURS[name] ?? name;
    if (checked.has(ours)) return;
    checked.add(ours);
    const fields = { ...sharedSchema[ours], ...platformSchema.googleAi[ours] };
    for (const [field, proto] of Object.entries(type.fields ?? {})) {
      const at = `${ours}.${field}`;
      const written = fields[field];
      if (written === undefined) {
        problems.push(`${at} is missing`);
        continue;
      }
      const shape = proto.rule === 'repeated' ? '[]' : proto.keyType === undefined ? '' : '{}';
      if (!written.endsWith(shape)) problems.push(`${at} has the wrong shape`);
      const scalar = shape === '' ? written : written.slice(0, -2);
      const short = proto.type.split('.').at(-1) ?? '';
      const target = type.nested?.[short] ?? api?.nested?.[short];
      if (target?.values !== undefined) {
        const known = scalar.split('|');
        const lost = Object.keys(target.values).filter(
          (value) => !/UNSPECIFIED$/.test(value) && !known.includes(value),
        );
        if (lost.length > 0) problems.push(`${at} lacks ${lost.join()}`);
      } else if (scalar === 'object' && target !== undefined) {
        // Taken as it comes: the simulator looks at nothing inside.
      } else if (target !== undefined) {
        if (scalar !== (OURS[short] ?? short)) problems.push(`${at} is ${scalar}, not ${short}`);
        check(short, target);
      } else if (scalar !== SCALARS[proto.type]) {
        problems.push(`${at} is ${scalar}, not ${proto.type}`);
      }
    }
    for (const field of Object.keys(sharedSchema[ours] ?? {})) {
      const at = `${ours}.${field}`;
      if (type.fields?.[field] === undefined && !NEWER.has(at)) problems.push(`${at} is not in the proto`);
    }
  };
  check('BidiGenerateContentClientMessage', api?.nested?.BidiGenerateContentClientMessage ?? {});
  expect(problems).toEqual([]);
  expect(checked.size).toBeGreaterThan(30);
});

/** Real-looking frames to mutate. */
const frames = [
  {
    setup: {
      model: 'models/x',
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT' } }] }],
      sessionResumption: { handle: 'h' },
    },
  },
  { clientContent: { turns: [{ role: 'user', parts: [{ text: 'hello' }] }], turnComplete: true } },
  { realtimeInput: { audio: { data: 'AAAA', mimeType: 'audio/pcm;rate=16000' } } },
  {
    toolResponse: {
      functionResponses: [{ id: 'a', name: 'f', response: { output: 1 }, scheduling: 'SILENT' }],
    },
  },
  { contextUpdate: { tools: { tools: [{ googleSearch: {} }] } } },
].map((frame) => Buffer.from(JSON.stringify(frame)));

const mutated = fc
  .record({
    frame: fc.constantFrom(...frames),
    edits: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
    cut: fc.nat(400),
  })
  .map(({ frame, edits, cut }) => {
    const bytes = Buffer.from(frame);
    for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
    return bytes.subarray(0, Math.max(1, bytes.length - (cut > 200 ? cut - 200 : 0)));
  });

test('no bytes make the parser throw: there is a message or a typed refusal', (context) => {
  verifies(context, 'sim:parse:total');
  const total = (bytes: Uint8Array | string): void => {
    for (const parser of [parse, parseVertex]) {
      const parsed = parser(bytes);
      if (parsed.ok) expect(Object.keys(parsed.message)).toHaveLength(1);
      else {
        expect(parsed.refusal.code).toBe(1007);
        expect(Buffer.byteLength(fitReason(parsed.refusal.reason))).toBeLessThanOrEqual(123);
      }
    }
  };
  fc.assert(fc.property(mutated, total), { numRuns: 1500 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), total), { numRuns: 300 });
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => total(json)),
    { numRuns: 300 },
  );
});

test('a reason is cut to 123 bytes and never inside a character', (context) => {
  verifies(context, 'sim:close:reason-length');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (reason) => {
      const fitted = fitReason(reason);
      expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(123);
      expect(reason.startsWith(fitted)).toBe(true);
    }),
  );
});
