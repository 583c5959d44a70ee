/** What the audio fast path must do on every platform; run by a test file per base64 implementation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudioFrameDecoder } from '../../src/wire/codec/audio-frame.ts';
import type { DecodedFrame } from '../../src/wire/codec/decode.ts';
import { verifies } from '../requirements.ts';

/** The modules under test, loaded by the caller against one `#base64`. */
export interface AudioFrameSubject {
  readonly createDecoder: () => AudioFrameDecoder;
  readonly decodeServerFrame: (frame: Uint8Array | string) => DecodedFrame;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const pcm = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 97 + (index >> 5)) & 0xff);

/** Shapes that real audio frames have, and shapes that try to fool a matcher of prefixes; `@` is the payload. */
const shapes = [
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"role":"model","parts":[{"inlineData":{"data":"@","mimeType":"audio/pcm"}}]}}}',
  '{\n  "serverContent": {\n    "modelTurn": {\n      "parts": [\n        {\n          "inlineData": {\n            "mimeType": "audio/pcm;rate=24000",\n            "data": "@"\n          }\n        }\n      ]\n    }\n  }\n}\n',
  '{"server_content":{"model_turn":{"parts":[{"inline_data":{"mime_type":"audio/pcm;rate=16000","data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"thought":true,"inlineData":{"data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"thoughtSignature":"@","inlineData":{"data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"},"thoughtSignature":"@"}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}},{"inlineData":{"data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@","data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]},"turnComplete":true}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]},"extra":"@"}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@","mimeType":"audio/pcm;rate=8000"}}]}},"usageMetadata":{"totalTokenCount":3}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@","mimeType":"image/png"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"text":"@"},{"inlineData":{"data":"@"}}]}}}',
  '{"note":"é@","serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]}},"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@"}}]}},"serverContent":{}}',
  '"@"',
  '@',
];

/** Ways to write the same, or nearly the same, payload. */
const spellings: ReadonlyArray<(base64: string) => string> = [
  (base64) => base64,
  (base64) => base64.replaceAll('/', '\\/'),
  (base64) => `\\u${base64.charCodeAt(0).toString(16).padStart(4, '0')}${base64.slice(1)}`,
  (base64) => base64.replaceAll('+', '-').replaceAll('/', '_'),
  (base64) => base64.replaceAll('=', ''),
  (base64) => `${base64}=`,
  (base64) => `${base64.slice(0, 8)}=${base64.slice(8)}`,
  (base64) => `${base64.slice(0, 8)}==${base64.slice(10)}`,
  (base64) => `${base64.slice(0, 9)} ${base64.slice(9)}`,
  (base64) => `${base64.slice(0, 9)}\\n${base64.slice(9)}`,
  (base64) => `${base64.slice(0, 9)}\n${base64.slice(9)}`,
  (base64) => `${base64.slice(0, 9)}é${base64.slice(9)}`,
  (base64) => `${base64.slice(0, 9)}\\"${base64.slice(9)}`,
  (base64) => `${base64.slice(0, 9)}","data":"${base64.slice(9)}`,
  (base64) => `${base64}"}},{"text":"x`,
  (base64) => base64.slice(0, -1),
  () => '',
  () => '====',
];

const payload = fc.uint8Array({ minLength: 0, maxLength: 400 }).map((bytes) => Uint8Array.from(bytes));
/** A frame: a shape whose places hold payloads, each spelled its own way. */
const frameArbitrary = fc
  .record({
    shape: fc.constantFrom(...shapes),
    payloads: fc.array(fc.tuple(fc.oneof(payload, fc.constant(pcm(96))), fc.constantFrom(...spellings)), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ shape, payloads }) => {
    let place = 0;
    return shape.replaceAll('@', () => {
      const [bytes, spell] = payloads[place++ % payloads.length] ?? [pcm(3), String];
      return spell(base64Of(bytes));
    });
  });

/** Small damage: bytes changed, removed, inserted, or an end cut off. */
const damage = fc.array(
  fc.record({
    at: fc.nat({ max: 2000 }),
    how: fc.constantFrom('change', 'remove', 'insert', 'cut'),
    byte: fc.integer({ min: 0, max: 255 }),
  }),
  { maxLength: 4 },
);

function damaged(
  frame: Uint8Array,
  hits: ReadonlyArray<{ at: number; how: string; byte: number }>,
): Uint8Array {
  const bytes = [...frame];
  for (const { at, how, byte } of hits) {
    const index = bytes.length === 0 ? 0 : at % bytes.length;
    if (how === 'change') bytes[index] = byte;
    else if (how === 'remove') bytes.splice(index, 1);
    else if (how === 'insert') bytes.splice(index, 0, byte);
    else bytes.length = Math.max(index, bytes.length - 40);
  }
  return Uint8Array.from(bytes);
}

export function audioFrameSuite({ createDecoder, decodeServerFrame }: AudioFrameSubject): void {
  /** Feeds a session's frames as the session does; the fast path must agree wherever it answers. */
  function follow(frames: readonly Uint8Array[]): number {
    const decoder = createDecoder();
    let fast = 0;
    for (const frame of frames) {
      const slow = decodeServerFrame(frame);
      const item = decoder.decode(frame);
      if (item !== undefined) {
        fast += 1;
        expect(slow).toEqual({ ok: true, items: [item] });
      }
      if (slow.ok) decoder.learn(frame, slow.items);
    }
    return fast;
  }

  describe('the audio fast path', () => {
    test('gives exactly the items of the full parser over hostile frames, or leaves them to it', (context) => {
      verifies(context, 'wire:codec:fast-audio-in');
      fc.assert(
        fc.property(fc.array(frameArbitrary, { minLength: 2, maxLength: 8 }), (frames) => {
          follow(frames.map(bytesOf));
        }),
        { numRuns: 1500 },
      );
    });

    test('agrees on frames of one shape that were damaged after learning', (context) => {
      verifies(context, 'wire:codec:fast-audio-in');
      fc.assert(
        fc.property(
          fc.constantFrom(...shapes),
          fc.uint8Array({ minLength: 48, maxLength: 300 }),
          fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), damage), { maxLength: 6 }),
          (shape, first, later) => {
            const whole = (bytes: Uint8Array): Uint8Array => bytesOf(shape.replaceAll('@', base64Of(bytes)));
            follow([whole(first), ...later.map(([bytes, hits]) => damaged(whole(bytes), hits))]);
          },
        ),
        { numRuns: 1500 },
      );
    });

    test('agrees on a real frame whichever one byte of it changes, and into whatever', (context) => {
      verifies(context, 'wire:codec:fast-audio-in');
      const text = (shapes[0] ?? '').replace('@', base64Of(pcm(50)));
      const learned = bytesOf((shapes[0] ?? '').replace('@', base64Of(pcm(60, 2))));
      const decoder = createDecoder();
      const first = decodeServerFrame(learned);
      if (first.ok) decoder.learn(learned, first.items);
      const frame = bytesOf(text);
      for (let at = 0; at < frame.length; at++) {
        for (const byte of [0, 0x0a, 0x20, 0x22, 0x2d, 0x3d, 0x41, 0x5c, 0x5f, 0x7f, 0xc3, 0xff]) {
          const changed = frame.slice();
          changed[at] = byte;
          const item = decoder.decode(changed);
          if (item !== undefined) expect(decodeServerFrame(changed)).toEqual({ ok: true, items: [item] });
        }
      }
      for (let end = 0; end < frame.length; end++) {
        expect(decoder.decode(frame.subarray(0, end)), `the first ${end} bytes`).toBeUndefined();
      }
    });

    test('is taken for every plain frame after the first, in each real shape', (context) => {
      verifies(context, 'wire:codec:fast-audio-in');
      for (const shape of shapes.slice(0, 5)) {
        const frames = [480, 1, 2, 3, 960, 9600, 11_520].map((length) =>
          bytesOf(shape.replace('@', base64Of(pcm(length, length)))),
        );
        expect(follow(frames)).toBe(frames.length - 1);
      }
    });

    test('a payload that stands twice does not make the wrong one the audio', (context) => {
      verifies(context, 'wire:codec:fast-audio-in');
      const escaped = base64Of(pcm(300))
        .replaceAll('/', '\\/')
        .replace(/^./, (first) => unicodeEscape(first));
      const shape = `{"serverContent":{"modelTurn":{"parts":[{"thoughtSignature":"@","inlineData":{"data":"${escaped}"}}]}}}`;
      const doubled = `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"@","data":"${escaped}"}}]}}}`;
      for (const template of [shape, doubled]) {
        const first = template.replace('@', base64Of(pcm(300)));
        const second = template.replace('@', base64Of(pcm(300, 5)));
        expect(follow([bytesOf(first), bytesOf(second)])).toBe(0);
      }
    });

    test('learns nothing from frames with more than audio', () => {
      const decoder = createDecoder();
      const shape = shapes[9] ?? '';
      const frame = bytesOf(shape.replace('@', base64Of(pcm(480))));
      const slow = decodeServerFrame(frame);
      if (slow.ok) decoder.learn(frame, slow.items);
      expect(decoder.decode(frame)).toBeUndefined();
    });

    test('what was learned does not change when the buffer of the frame is used again', () => {
      const decoder = createDecoder();
      const text = (shapes[0] ?? '').replace('@', base64Of(pcm(96)));
      const reused = Buffer.from(text);
      const slow = decodeServerFrame(reused);
      if (slow.ok) decoder.learn(reused, slow.items);
      reused.fill(0x20);
      expect(decoder.decode(bytesOf(text))?.data).toEqual(pcm(96));
    });

    test('follows a stream that changes its shape', () => {
      const frames = [0, 0, 2, 2, 0, 0].map((shape, index) =>
        bytesOf((shapes[shape] ?? '').replace('@', base64Of(pcm(96, index)))),
      );
      expect(follow(frames)).toBe(3);
    });
  });

  describe('decoded audio', () => {
    test('stays intact after thousands of later frames, and is aligned for sample views', (context) => {
      verifies(context, 'wire:codec:audio-intact');
      const decoder = createDecoder();
      const shape = shapes[0] ?? '';
      const kept: Array<{ readonly data: Uint8Array; readonly seed: number }> = [];
      for (let seed = 0; seed < 4000; seed++) {
        const length = seed % 11 === 0 ? 1 + (seed % 7) : 480 + (seed % 5) * 482;
        const frame = bytesOf(shape.replace('@', base64Of(pcm(length, seed))));
        const item = decoder.decode(frame);
        const slow = item === undefined || seed % 3 === 0 ? decodeServerFrame(frame) : undefined;
        if (slow?.ok) decoder.learn(frame, slow.items);
        const other = slow?.ok && slow.items[0]?.type === 'audio' ? slow.items[0] : undefined;
        for (const audio of [item, other]) {
          if (audio === undefined) continue;
          expect(audio.data.byteOffset % 8).toBe(0);
          kept.push({ data: audio.data, seed });
        }
        frame.fill(0);
      }
      expect(kept.length).toBeGreaterThan(4000);
      for (const { data, seed } of kept) {
        // Compared as text: a thousand times faster than element by element.
        if (base64Of(data) !== base64Of(pcm(data.length, seed))) expect.fail(`chunk ${seed} was overwritten`);
      }
    });

    test('does not overlap with any other chunk', (context) => {
      verifies(context, 'wire:codec:audio-intact');
      const shape = shapes[0] ?? '';
      const spans = new Map<ArrayBufferLike, Array<readonly [number, number]>>();
      for (let index = 0; index < 600; index++) {
        const decoded = decodeServerFrame(shape.replace('@', base64Of(pcm(index * 3, index))));
        const item = decoded.ok ? decoded.items[0] : undefined;
        if (item?.type !== 'audio') throw new Error('no audio');
        const { buffer, byteOffset, length } = item.data;
        const taken = spans.get(buffer) ?? [];
        for (const [from, to] of taken) expect(byteOffset >= to || byteOffset + length <= from).toBe(true);
        spans.set(buffer, [...taken, [byteOffset, byteOffset + length]]);
      }
    });
  });
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
