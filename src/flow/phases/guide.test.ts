import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as flow from '../index.ts';

test('The program of the phases guide prints what its comments say', () => {
  const guide = readFileSync(new URL('../../../docs/guide/phases.md', import.meta.url), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const names = /^import \{ (.*) \} from 'parlando\/flow';$/m.exec(program)?.[1] ?? '';
  const body = program.replace(/^import .*$/m, '');
  const printed: string[] = [];
  const console = { log: (value: unknown) => printed.push(String(value)) };
  new Function('console', 'flow', `const { ${names} } = flow;${body}`)(console, flow);
  const comments = [...body.matchAll(/^(?:console\.log.*; )?\/\/ (.*)$/gm)].map(([, text]) => text);
  expect(printed).toHaveLength(6);
  expect(printed).toEqual(comments);
});
