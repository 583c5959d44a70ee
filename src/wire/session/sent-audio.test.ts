import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SentAudio } from './sent-audio.ts';

type Act =
  | { readonly type: 'push'; readonly length: number }
  | { readonly type: 'dropUpTo'; readonly ago: number }
  | { readonly type: 'take'; readonly agoMs: number }
  | { readonly type: 'clear' };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ type: fc.constant('push' as const), length: fc.nat(700) }) },
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
      for (const next of acts) {
        if (next.type === 'push') {
          index += 1;
          const chunk = Uint8Array.from({ length: next.length }, (_, at) => (index * 7 + at) % 256);
          audio.push(chunk, index, index);
          model.push({ chunk: [...chunk], atMs: index, index });
          const bytes = (): number => model.reduce((sum, entry) => sum + entry.chunk.length, 0);
          while (bytes() > maxBytes || model.length > 200) model.shift();
          if (next.length > maxBytes) model = [];
        } else if (next.type === 'dropUpTo') {
          audio.dropUpTo(index - next.ago);
          model = model.filter((entry) => entry.index > index - next.ago);
        } else if (next.type === 'take') {
          const taken = audio.take(index - next.agoMs);
          const expected = model.filter(({ atMs }) => atMs >= index - next.agoMs);
          expect(taken.map(({ chunk, atMs }) => [[...chunk], atMs])).toEqual(
            expected.map(({ chunk, atMs }) => [chunk, atMs]),
          );
          model = [];
        } else {
          audio.clear();
          model = [];
        }
      }
    }),
    { numRuns: 300 },
  );
});
