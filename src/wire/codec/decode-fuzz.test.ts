import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framings, inSnakeCase, serverFrames } from '../../../tests/fixtures/server-frames.ts';
import { verifies } from '../../../tests/requirements.ts';
import { WireError } from '../wire-error.ts';
import { AudioFrameDecoder } from './audio-frame.ts';
import { decodeServerFrame } from './decode.ts';
import type { FrameItem } from './frame-item.ts';

const order: ReadonlyArray<FrameItem['type']> = [
  'usage',
  'voiceActivity',
  'interactionStatus',
  'waitingForInput',
  'interrupted',
  'generationComplete',
  'turnComplete',
  'toolCall',
  'toolCallCancellation',
  'resumption',
  'goAway',
];
/** At most one of each in a frame, because the protocol has one key for it. */
const single = new Set<string>([...order, 'setupComplete', 'grounding', 'outputTranscription']);
single.delete('voiceActivity');
single.delete('interactionStatus');

/** What holds for every frame there can be. */
function checkFrame(frame: Uint8Array | string): void {
  const decoded = decodeServerFrame(frame);
  if (!decoded.ok) {
    expect(decoded.error).toBeInstanceOf(WireError);
    expect(decoded.error.code).toBe('malformedFrame');
    expect(decoded.error.retryable).toBe(false);
    return;
  }
  const types = decoded.items.map(({ type }) => type);
  const places = types.map((type) => order.indexOf(type)).filter((place) => place >= 0);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  for (const type of single) expect(types.filter((other) => other === type).length).toBeLessThanOrEqual(1);
  if (types.includes('setupComplete')) expect(types[0]).toBe('setupComplete');
  for (const item of decoded.items) checkItem(item);
}

/** Everything above the codec relies on these. */
function checkItem(item: FrameItem): void {
  switch (item.type) {
    case 'audio':
      expect(item.data).toBeInstanceOf(Uint8Array);
      expect(item.rateHz).toBeGreaterThan(0);
      expect(item.rateHz).toBeLessThanOrEqual(384_000);
      return;
    case 'text':
    case 'thought':
      expect(typeof item.text).toBe('string');
      return;
    case 'inputTranscription':
    case 'outputTranscription':
      expect(item.text !== '' || item.finished === true).toBe(true);
      for (const time of [item.startMs ?? 0, item.endMs ?? 0]) expect(Number.isFinite(time)).toBe(true);
      return;
    case 'usage':
      for (const count of Object.values(item.usage)) {
        if (typeof count === 'number') expect(Number.isFinite(count)).toBe(true);
      }
      return;
    case 'toolCall':
      expect(item.calls.length).toBeGreaterThan(0);
      for (const { name, id, args } of item.calls) {
        expect(typeof name).toBe('string');
        expect(['string', 'undefined']).toContain(typeof id);
        expect(args !== null && typeof args === 'object' && !Array.isArray(args)).toBe(true);
      }
      return;
    case 'toolCallCancellation':
      expect(item.ids.length).toBeGreaterThan(0);
      for (const id of item.ids) expect(typeof id).toBe('string');
      return;
    case 'resumption':
      expect(item.handle).not.toBe('');
      expect(typeof item.resumable).toBe('boolean');
      return;
    case 'goAway':
      expect(item.timeLeftMs === undefined || Number.isFinite(item.timeLeftMs)).toBe(true);
      return;
    case 'unknown':
      expect(item.key).not.toBe(undefined);
      expect(item.raw === undefined).toBe(false);
      return;
    default:
      return;
  }
}

const shapes = Object.values(serverFrames).flatMap((message) => [message, inSnakeCase(message)]);
const corpus = shapes.flatMap((message) => framings(message)).map((frame) => Buffer.from(frame));

describe('fuzzing the decoder', () => {
  test('real-looking frames with bytes changed, removed, added, doubled or cut never make it throw', (context) => {
    verifies(context, 'wire:codec:never-throws');
    const hit = fc.record({
      how: fc.constantFrom('change', 'remove', 'insert', 'double', 'cut'),
      at: fc.nat({ max: 5000 }),
      length: fc.integer({ min: 1, max: 40 }),
      byte: fc.oneof(fc.constantFrom(...Buffer.from('{}[]":,\\ntf0-9eE.')), fc.integer({ min: 0, max: 255 })),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.array(hit, { minLength: 1, maxLength: 6 }),
        (frame, hits) => {
          let bytes: Buffer = Buffer.from(frame);
          for (const { how, at, length, byte } of hits) {
            const index = bytes.length === 0 ? 0 : at % bytes.length;
            const [head, tail] = [bytes.subarray(0, index), bytes.subarray(index)];
            if (how === 'change') bytes = Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
            else if (how === 'remove') bytes = Buffer.concat([head, tail.subarray(length)]);
            else if (how === 'insert') bytes = Buffer.concat([head, Buffer.alloc(length, byte), tail]);
            else if (how === 'double') bytes = Buffer.concat([head, tail.subarray(0, length), tail]);
            else bytes = head;
          }
          checkFrame(bytes);
          checkFrame(bytes.toString('utf8'));
        },
      ),
      { numRuns: 4000 },
    );
  });

  test('arbitrary JSON never makes it throw', (context) => {
    verifies(context, 'wire:codec:never-throws');
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.json({ noUnicodeString: false }), fc.string()), (text) => {
        checkFrame(text);
        checkFrame(Buffer.from(text));
      }),
      { numRuns: 1500 },
    );
  });

  test('known keys with arbitrary values, at every level, never make it throw', (context) => {
    verifies(context, 'wire:codec:never-throws', 'wire:codec:unknown');
    const keys = [...new Set(corpus.flatMap((frame) => String(frame).match(/"[A-Za-z_]+"(?=:)/g) ?? []))].map(
      (key) => key.slice(1, -1),
    );
    expect(keys.length).toBeGreaterThan(60);
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', maxDepth: 6 },
        fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e300, '', 'x', '5s', 'AUDIO', '-7', 'AAEC'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.constant('__proto__')), tie('tree'), {
          maxKeys: 6,
        }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), tree, { maxKeys: 8 }), (message) => {
        checkFrame(JSON.stringify(message));
      }),
      { numRuns: 2500 },
    );
  });

  test('random bytes never make it throw, nor the fast path', (context) => {
    verifies(context, 'wire:codec:never-throws');
    const decoder = new AudioFrameDecoder();
    for (const frame of corpus) {
      const decoded = decodeServerFrame(frame);
      if (decoded.ok) decoder.learn(frame, decoded.items);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        checkFrame(bytes);
        decoder.decode(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test('a __proto__ key changes no object but its own', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    checkFrame(
      '{"__proto__":{"polluted":1},"serverContent":{"groundingMetadata":{"__proto__":{"polluted":1}}}}',
    );
    checkFrame('{"constructor":{"prototype":{"polluted":1}}}');
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('frames that are no messages', () => {
  const malformed: ReadonlyArray<readonly [string, string]> = [
    ['an empty frame', ''],
    ['spaces', ' \n\t'],
    ['half a message', '{"serverContent":{"turnComplete":'],
    ['two messages', '{"goAway":{}}{"goAway":{}}'],
    ['a list', '[{"goAway":{}}]'],
    ['null', 'null'],
    ['a number', '12'],
    ['a string', '"setupComplete"'],
    ['NaN', '{"usageMetadata":{"totalTokenCount":NaN}}'],
    ['Infinity', 'Infinity'],
    ['single quotes', "{'goAway':{}}"],
    ['a comment', '{} // goodbye'],
    ['an HTML page', '<!doctype html><title>502 Bad Gateway</title>'],
    ['a byte order mark', '\ufeff{"goAway":{}}'],
    ['a raw line break in a string', '{"goAway":{"timeLeft":"1\ns"}}'],
    ['deep nesting that never closes', '['.repeat(100_000)],
  ];

  test.for(malformed)('%s is malformedFrame, as text and as bytes', ([, text], context) => {
    verifies(context, 'wire:codec:never-throws');
    for (const frame of [text, Buffer.from(text)]) {
      const decoded = decodeServerFrame(frame);
      expect(decoded.ok).toBe(false);
      if (!decoded.ok) expect(decoded.error.message).toMatch(/check that the URL is a Gemini Live endpoint/);
    }
  });

  test('the error of a malformed frame does not quote the frame, which may echo a credential', (context) => {
    verifies(context, 'wire:auth:secrets');
    const decoded = decodeServerFrame('AIzaSy-123 is not a key');
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) expect(`${decoded.error.message} ${String(decoded.error.cause)}`).not.toMatch(/AIza/);
  });

  test('deep nesting inside a known or an unknown key is read', (context) => {
    verifies(context, 'wire:codec:never-throws');
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    for (const key of ['serverContent', 'newKey', 'usageMetadata', 'toolCall', 'voiceActivity']) {
      expect(decodeServerFrame(`{"${key}":${deep}}`).ok).toBe(true);
    }
    expect(decodeServerFrame(`{"serverContent":{"groundingMetadata":${deep}}}`).ok).toBe(true);
  });

  test('hundreds of thousands of unknown keys do not overflow the stack', (context) => {
    verifies(context, 'wire:codec:never-throws');
    const many = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`k${index}`, 0]));
    const decoded = decodeServerFrame(JSON.stringify({ ...many, goAway: {} }));
    expect(decoded.ok && decoded.items.length).toBe(300_001);
  });

  test('a frame of 16 MiB is read', () => {
    const data = 'A'.repeat(16 * 1024 * 1024 - 200);
    const frame = `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"${data}"}}]}}}`;
    const decoded = decodeServerFrame(Buffer.from(frame));
    expect(decoded.ok && decoded.items[0]?.type === 'audio' && decoded.items[0].data.length).toBe(
      (data.length * 3) / 4,
    );
  });

  test('bytes that are no UTF-8 inside a string become U+FFFD', () => {
    const frame = Buffer.concat([
      Buffer.from('{"serverContent":{"outputTranscription":{"text":"a'),
      Buffer.of(0xff, 0xfe),
      Buffer.from('b"}}}'),
    ]);
    const decoded = decodeServerFrame(frame);
    expect(decoded).toEqual({ ok: true, items: [{ type: 'outputTranscription', text: 'a\ufffd\ufffdb' }] });
  });
});
