import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unknownOptions } from './option-names.ts';

const guide: string = readFileSync(new URL('../../docs/guide/live.md', import.meta.url), 'utf8');
const rows = [...guide.matchAll(/^\| [a-z]+ \| `([A-Za-z ]+)` \|$/gm)];
const setters: readonly string[] = rows.flatMap(([, names = '']) => names.split(' '));

it('"textOnly" as an option is told to be a setter, with the option that it sets', () => {
  expect(unknownOptions({ textOnly: false })).toEqual([
    {
      path: 'textOnly',
      message:
        'There is no such option. "textOnly" is a setter of the builder: the option that it sets is "responseModalities".',
    },
  ]);
});

it('every setter of the guide is an option, or is led to one that there is', () => {
  expect(setters.length).toBeGreaterThan(60);
  for (const setter of setters) {
    const [problem] = unknownOptions({ [setter]: true });
    if (problem === undefined) continue;
    const option = /(?:sets is|Did you mean) "(\w+)[\w.]*"/.exec(problem.message)?.[1];
    expect(option, setter).toBeDefined();
    expect(unknownOptions({ [option ?? '']: true }), setter).toEqual([]);
  }
});
