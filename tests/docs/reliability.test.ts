import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { requirements, verifies } from '../requirements.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/reliability.md', root), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What '));

test('each promise of the page on reliability names a test or requirement that exists', (context) => {
  verifies(context, 'docs:reliability');
  expect(rows.length).toBeGreaterThan(12);
  for (const row of rows) {
    const held = [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    expect(held.length, row).toBeGreaterThan(0);
    for (const name of held) {
      if (name.endsWith('.ts')) expect(existsSync(fileURLToPath(new URL(name, root))), name).toBe(true);
      else expect(Object.keys(requirements), name).toContain(name);
    }
  }
});
