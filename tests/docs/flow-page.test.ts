import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli } from '../cli/built-cli.ts';
import { verifies } from '../requirements.ts';
import { commandsOf, filesOf } from './guide-program.ts';
import { ROOT } from './program-files.ts';

const page = readFileSync(join(ROOT, 'docs/flow.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'parlando-flow-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('docs/flow.md', () => {
  test.for(['flow', 'conversation'])('speaks of every field and word of %s documents', (name, context) => {
    verifies(context, 'docs:flow');
    const code = [...page.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([text]) => text).join('\n');
    const told = new Set(code.match(/\$?\w+/g));
    const schema: unknown = JSON.parse(readFileSync(join(ROOT, `assets/${name}.schema.json`), 'utf8'));
    expect([...namesIn(schema)].filter((field) => !told.has(field))).toEqual([]);
  });

  describe('Its commands', () => {
    beforeAll(async () => {
      await buildCli();
      for (const [file, text] of Object.entries(filesOf(page))) writeFileSync(join(folder, file), text);
    }, 120_000);

    test.for(commandsOf(page))('%s', async (line, context) => {
      verifies(context, 'docs:flow');
      const [command, ...args] = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/"/g, ''));
      expect(command).toBe('parlando');
      const main = join(ROOT, 'dist/cli/main.js');
      // One that does not end with 0 rejects.
      await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, timeout: 15_000 });
    });
  });
});

/** The names of properties of a JSON Schema, and the words that values may be. */
function namesIn(schema: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties, enum: words } = value as { readonly properties?: object; readonly enum?: unknown };
    for (const name of Object.keys(properties ?? {})) names.add(name);
    for (const word of Array.isArray(words) ? words : []) if (typeof word === 'string') names.add(word);
    for (const inner of Object.values(value)) look(inner);
  };
  look(schema);
  return names;
}
