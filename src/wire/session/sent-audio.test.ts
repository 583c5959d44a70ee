import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SentAudio } from './sent-audio.ts';

type Act =
  | { readonly type: 'push'; readonly length: number }
  | { readonly type: 'dropUpTo'; readonly ago: number }
  | { readonly type: 'take'; readonly agoMs: number }
  | { readonly type: 'clear' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('push' as const),
      length: fc.integer({ min: 130, max: 9_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('dropUpTo' as const), ago: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('take' as const), agoMs: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant<Act>({ type: 'clear' }) },
);

test('holds the newest chunks, byte by byte, as a plain list of copies does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.array(act, { maxLength: 300 }), (maxBytes, acts) => {
      const audio = new SentAudio(maxBytes);
      let model: { chunk: number[]; atMs: number; index: number }[] = [];
      let index = 0;
      let sentBytes = 0;
      const bytes = (): number => model.reduce((sum, entry) => sum + entry.chunk.length, 0);
      for (const next of acts) {
        if (next.type === 'push') {
          index += 1;
          const chunk = Uint8Array.from({ length: next.length }, (_, at) => (index * 7 + at) % 256);
          audio.push(chunk, index, index);
          model.push({ chunk: [...chunk], atMs: index, index });
          sentBytes += next.length;
          while (bytes() > maxBytes) model.shift();
          if (next.length > maxBytes) model = [];
        } else if (next.type === 'dropUpTo') {
          audio.dropUpTo(index - next.ago);
          const kept = model.filter((entry) => entry.index > index - next.ago);
          const isDropped = kept.length < model.length;
          model = kept;
          if (isDropped) sentBytes = bytes();
        } else if (next.type === 'take') {
          const taken = audio.take(index - next.agoMs);
          const expected = model.filter(({ atMs }) => atMs >= index - next.agoMs);
          expect(taken.map(({ chunk, atMs }) => [[...chunk], atMs])).toEqual(
            expected.map(({ chunk, atMs }) => [chunk, atMs]),
          );
          model = [];
          sentBytes = 0;
        } else {
          audio.clear();
          model = [];
          sentBytes = 0;
        }
        expect(audio.sentBytes).toBe(sentBytes);
      }
    }),
    { numRuns: 300 },
  );
});

test('of tiny chunks it holds a bounded number, the newest', () => {
  const audio = new SentAudio(64_000);
  for (let index = 1; index <= 10_000; index += 1) audio.push(Uint8Array.of(index & 255), index, index);
  const taken = audio.take(0);
  expect(taken.length).toBeGreaterThan(1_000);
  expect(taken.length).toBeLessThan(1_300);
  expect(taken.at(-1)).toEqual({ chunk: Uint8Array.of(10_000 & 255), atMs: 10_000 });
});

test('memory that another session gave back holds nothing of it', () => {
  const first = new SentAudio(64_000);
  for (let index = 1; index <= 30; index += 1) first.push(new Uint8Array(640).fill(1), index, index);
  first.clear();
  const second = new SentAudio(64_000);
  second.push(new Uint8Array(640).fill(2), 1, 1);
  expect(first.take(0)).toEqual([]);
  expect(second.take(0)).toEqual([{ chunk: new Uint8Array(640).fill(2), atMs: 1 }]);
});
