import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleRing } from './sample-ring.ts';

test('is a queue, whatever is written, read and discarded, through every growth', () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ write: fc.int16Array({ maxLength: 30, size: 'max' }), from: fc.nat(5) }),
    },
    { weight: 8, arbitrary: fc.record({ read: fc.nat(25) }) },
    { weight: 2, arbitrary: fc.record({ discard: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.constant({ clear: true } as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const ring = new SampleRing(8);
      let model: number[] = [];
      for (const action of steps) {
        if ('write' in action) {
          const from = Math.min(action.from, action.write.length);
          ring.write(action.write, from);
          model.push(...action.write.subarray(from));
        } else if ('read' in action) {
          const output = new Int16Array(action.read);
          const count = ring.read(output);
          expect([...output.subarray(0, count)]).toEqual(model.splice(0, action.read));
        } else if ('discard' in action) {
          const count = Math.min(action.discard, ring.length);
          ring.discard(count);
          model.splice(0, count);
        } else {
          ring.clear();
          model = [];
        }
        expect(ring.length).toBe(model.length);
      }
    }),
    { numRuns: 300 },
  );
});
