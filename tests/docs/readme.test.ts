import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifies } from '../requirements.ts';
import { blocksOf } from './guide-program.ts';
import { ROOT } from './program-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const guides = readdirSync(join(ROOT, 'docs/guide')).map((name) => `docs/guide/${name}`);
const decisions = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);
const others = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/errors.md', 'docs/flow.md'];
const pages = [...others, ...guides, ...decisions];

describe('The README', () => {
  test('begins with the hello example, which is short, as it is', (context) => {
    verifies(context, 'docs:readme');
    const [first] = blocksOf(read('README.md'));
    const hello = read('examples/hello/main.mjs');
    expect(first).toEqual({ info: 'js', code: hello });
    expect(hello.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  test('can be read standing up', (context) => {
    verifies(context, 'docs:readme');
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });

  test('names every example', () => {
    const named: readonly string[] = read('README.md').match(/`[\w-]+`/g) ?? [];
    const examples = readdirSync(join(ROOT, 'examples')).filter((name) => name !== 'hello');
    expect(examples.filter((name) => !named.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('Pages', () => {
  test.for(pages)('%s links to what is there', (page, context) => {
    verifies(context, 'docs:links');
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(#[\w-]+)?\)/g)].map(([, target = '']) => target);
    const inside = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(inside.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });

  test('the index of the guide names every page', (context) => {
    verifies(context, 'docs:links');
    const index = read('docs/guide/README.md');
    const names = readdirSync(join(ROOT, 'docs/guide')).filter((name) => name !== 'README.md');
    const all = [...names, '../flow.md'];
    expect(all.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });

  test('blocks of JSON are JSON', () => {
    for (const page of pages) {
      for (const { info, code } of blocksOf(read(page))) if (info.split(' ')[0] === 'json') JSON.parse(code);
    }
  });
});
