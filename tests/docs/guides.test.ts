import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuleBrain, createSimulator, type Simulator, when } from '../../src/simulator/index.ts';
import { buildCli } from '../cli/built-cli.ts';
import { verifies } from '../requirements.ts';
import { isSaidBy, programsOf } from './guide-program.ts';
import { PAGE_SETTINGS } from './page-settings.ts';
import { compileErrors, ROOT, writePrograms } from './program-files.ts';

const guide = join(ROOT, 'docs/guide');
const pages = [...readdirSync(guide).filter((name) => name.endsWith('.md')), '../flow.md'];
const read = (page: string): string => readFileSync(join(guide, page), 'utf8');
const programs = pages.flatMap((page) => programsOf(basename(page), read(page)));
const paths = writePrograms(programs);
const runHere = programs.filter(({ name }) => PAGE_SETTINGS[name]?.runBy === undefined);
const examples = readdirSync(join(ROOT, 'examples')).map((name) => join(ROOT, 'examples', name, 'main.mjs'));

let simulator: Simulator;
beforeAll(async () => {
  await buildCli();
  const brain = createRuleBrain([
    when(/weather/)
      .calls('get_weather')
      .says('It is {{get_weather.output}}.'),
  ]);
  simulator = await createSimulator({ brain, voice: 'tones' });
}, 120_000);
afterAll(() => simulator.close());

describe('Programs of the guides', () => {
  test('every one compiles, and so does every example', (context) => {
    verifies(context, 'docs:programs');
    expect(compileErrors([...paths.values(), ...examples])).toEqual([]);
  }, 120_000);

  test.concurrent.for(runHere)(
    '$name runs, and prints what its comments say',
    async ({ name, prints }, context) => {
      verifies(context, 'docs:programs');
      const lines = await run(paths.get(name) ?? '');
      let next = 0;
      for (const line of lines) if (next < prints.length && isSaidBy(prints[next] ?? '', line)) next++;
      expect(prints.slice(next), lines.join('\n')).toEqual([]);
    },
  );
});

/** Runs a program as a reader would, with a key and a service to talk to; what it prints, by line. */
async function run(path: string): Promise<readonly string[]> {
  const env = { ...process.env, GEMINI_API_KEY: 'any', GOOGLE_GEMINI_BASE_URL: simulator.url };
  const { stdout } = await promisify(execFile)(process.execPath, [path], {
    cwd: dirname(path),
    env,
    timeout: 15_000,
  });
  return stdout.split('\n');
}
