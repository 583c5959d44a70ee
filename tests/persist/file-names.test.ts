import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNameOf, sessionIdOf } from '../../src/adapters/file-names.ts';
import { verifies } from '../requirements.ts';

const id = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', '~', '.', '/', '-', '4', '1', 'é', 'E', '\u0301'),
    minLength: 1,
    maxLength: 130,
  }),
);

test('Ids make names that are safe anywhere, differ where ids do, and lead back', (context) => {
  verifies(context, 'persist:store');
  fc.assert(
    fc.property(id, id, (one, other) => {
      const name = fileNameOf(one);
      expect(name).toMatch(/^s-[a-z0-9_~-]{1,160}$/);
      expect(name.toLowerCase() === fileNameOf(other).toLowerCase()).toBe(one === other);
      const back = sessionIdOf(name);
      expect(back).toBe(name.includes('~~') ? undefined : one);
    }),
    { numRuns: 2_000 },
  );
  for (const name of ['', 's-', 'a', 's-A', 's-~4', 's-~zz', 's-~61', 's-~ff', 's-a.b']) {
    expect(sessionIdOf(name), name).toBeUndefined();
  }
});
