import { expect, test } from 'vitest';
import { compileConversation } from './compile-conversation.ts';
import type { ToolSpec } from './conversation-document.ts';

function problemsOf(http: NonNullable<ToolSpec['http']>, more: Partial<ToolSpec> = {}): readonly string[] {
  const result = compileConversation({
    name: 'bound',
    stages: [
      { id: 'use', allow: ['t'], done: { calledOk: 't' }, next: ['end'] },
      { id: 'end', terminal: true },
    ],
    tools: [{ name: 't', description: 'T.', http, ...more }],
  });
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

test.each<[string, NonNullable<ToolSpec['http']>, string]>([
  ['a file', { url: 'file:///etc/passwd' }, 'tools[0].http.url'],
  ['a script', { url: 'javascript:alert(1)' }, 'tools[0].http.url'],
  ['a host that an argument chooses', { url: 'https://{host}/x' }, 'tools[0].http.url'],
  ['a host that an argument ends', { url: 'https://example.com{host}/x' }, 'tools[0].http.url'],
  ['a user and a password', { url: 'https://me:secret@example.com/' }, 'tools[0].http.url'],
  ['a secret in the address', { url: 'https://example.com/?key={env:KEY}' }, 'tools[0].http.url'],
  ['a way up', { url: 'https://example.com/a/../b' }, 'tools[0].http.url'],
  ['a broken line', { url: 'https://example.com/', headers: { a: 'x\r\nb: y' } }, 'tools[0].http.headers.a'],
  [
    'a header of the connection',
    { url: 'https://example.com/', headers: { host: 'x' } },
    'tools[0].http.headers.host',
  ],
])('A document that sends to %s does not compile', (_, http, path) => {
  expect(problemsOf(http)).toEqual([path]);
});

test('A binding that can be used compiles; a handover needs a body', () => {
  const http = { url: 'https://example.com/a/{id}?q={name}', headers: { authorization: 'Bearer {env:KEY}' } };
  expect(problemsOf(http)).toEqual([]);
  expect(problemsOf({ ...http, method: 'GET' }, { handoff: true })).toEqual(['tools[0].http.method']);
});
