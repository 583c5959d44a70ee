import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { State } from '../state/state.ts';
import { Redactor } from './redactor.ts';

test('The program of the observability guide prints what its comments say', () => {
  const guide = readFileSync(new URL('../../../docs/guide/observability.md', import.meta.url), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const body = program.replace("import { Redactor, State } from 'parlando/runtime';", '');
  const printed: string[] = [];
  const console = {
    log: (value: unknown) => printed.push(typeof value === 'string' ? value : inspect(value)),
  };
  new Function('console', 'Redactor', 'State', body)(console, Redactor, State);
  const comments = [...body.matchAll(/^console\.log.*; \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(printed).toHaveLength(6);
  expect(printed.map((text) => text.trim())).toEqual(comments);
});
