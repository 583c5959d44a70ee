/** A thousand calls, and a thousand connections of one call, leave the heap as it was. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleSource } from '../../scripts/bundle-source.mjs';
import { verifies } from '../requirements.ts';

/** A leak of 1 kB in each of the 1,000 cycles is twice as much: the last test shows that it would fail. */
const ALLOWED_BYTES = 500_000;
let program = '';

beforeAll(async () => {
  program = await bundleSource('tests/soak/leak-child.ts', 'leak-child');
});
afterAll(() => rm(program, { force: true }));

async function grownBytes(kind: 'connect' | 'rotate', leakBytes = 0): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    program,
    kind,
    String(leakBytes),
  ]);
  // The child prints nothing else.
  return (JSON.parse(stdout) as { readonly grownBytes: number }).grownBytes;
}

test.for(['connect', 'rotate'] as const)(
  'the heap is flat over 1,000 cycles of %s, with tools, phases and listeners',
  { timeout: 120_000 },
  async (kind, context) => {
    verifies(context, 'soak:leak');
    expect(await grownBytes(kind)).toBeLessThan(ALLOWED_BYTES);
  },
);

test('a leak of a kilobyte a cycle would be seen', { timeout: 120_000 }, async (context) => {
  verifies(context, 'soak:leak');
  expect(await grownBytes('rotate', 1_000)).toBeGreaterThan(ALLOWED_BYTES);
});
