import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { JsonObject } from '../../tools/tool-definition.ts';
import { bindTools } from '../tools-of.ts';
import { type HttpRequest, httpRequest } from './http-request.ts';

const url = 'https://api.example.com:8443/v1/{a}/x{b}y/z?q={c}&r=1';
const headers = { 'x-one': 'v {a}', authorization: 'Basic {env:KEY}' };

function requestOf(args: JsonObject): HttpRequest | undefined {
  try {
    return httpRequest({ kind: 'read', http: { url, headers } }, args, () => 'the key');
  } catch (error) {
    expect(error).toBeInstanceOf(RuntimeError);
    return undefined;
  }
}

const hostile = fc.constantFrom(
  '..',
  '.',
  '%2e%2e',
  '%2e.',
  '/',
  '\\',
  '../..',
  '//evil.example',
  '@evil.example',
  '#',
  '?',
  '&r=2',
  ':80',
  '{a}',
  '{env:KEY}',
  '\r\nx-two: 1',
  '\0',
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  hostile,
  fc.tuple(hostile, hostile).map((two) => two.join('')),
);

test('No argument leads to another address, adds a header, or is taken for another value', (context) => {
  verifies(context, 'govern:live:http');
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const request = requestOf({ a, b, c });
      if (request === undefined) return;
      const to = new URL(request.url);
      expect(to.origin).toBe('https://api.example.com:8443');
      expect(to.hash).toBe('');
      const [empty, v1, first = '', second = '', z, ...more] = to.pathname.split('/');
      expect([empty, v1, z, more]).toEqual(['', 'v1', 'z', []]);
      expect([decodeURIComponent(first), decodeURIComponent(second)]).toEqual([a, `x${b}y`]);
      expect([...to.searchParams]).toEqual([
        ['q', c],
        ['r', '1'],
      ]);
      expect(request.headers).toEqual({
        accept: 'application/json',
        'x-one': `v ${a}`,
        authorization: 'Basic the key',
      });
      // The platform agrees that these are headers.
      expect(() => new Headers(request.headers)).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});

test('Plain arguments always go through', () => {
  const plain = fc.stringMatching(/^[\w ,!'()-]*[\w]$/);
  fc.assert(
    fc.property(plain, plain, plain, (a, b, c) => {
      expect(requestOf({ a, b, c })?.secrets.map((secret) => secret.reveal())).toEqual(['the key']);
    }),
  );
});

test.each([{ a: {} }, { a: ['x'] }, { a: { b: 'c' } }])('%j is no part of an address', (args) => {
  expect(requestOf({ b: 'b', c: 'c', ...args })).toBeUndefined();
});

test.each([
  ['nothing', {}, 'missing'],
  ['an empty text', { id: '' }, 'missing'],
  ['null', { id: null }, 'missing'],
  ['a way up', { id: '..' }, 'another address'],
  ['a way nowhere', { id: '.' }, 'another address'],
  ['half a character', { id: '\ud800' }, 'not text that can be sent'],
  ['a long text', { id: 'x'.repeat(9_000) }, 'too long'],
])('Nothing is sent with %s in its address', (_, args, why) => {
  const http = { url: 'https://example.com/v1/{id}/x' };
  expect(() => httpRequest({ kind: 'read', http }, args, () => undefined)).toThrow(why);
});

test('An argument inside another is named by its path', () => {
  const http = { url: 'https://example.com/{order.items.0.id}' };
  const args = { order: { items: [{ id: 7 }] } };
  expect(httpRequest({ kind: 'read', http }, args, () => undefined).url).toBe('https://example.com/7');
  for (const name of ['constructor', 'order.items.length', '__proto__.x']) {
    const inherited = { url: `https://example.com/{${name}}` };
    expect(() => httpRequest({ kind: 'read', http: inherited }, args, () => undefined)).toThrow('missing');
  }
});

describe('A binding', () => {
  test.each([
    [{ url: 'file:///etc/passwd' }, 'url'],
    [{ url: 'data:text/plain,x' }, 'url'],
    [{ url: '/relative' }, 'url'],
    [{ url: 'https://{id}/x' }, 'url'],
    [{ url: 'https://{id}.example.com/x' }, 'url'],
    [{ url: 'https://example.com{id}/x' }, 'url'],
    [{ url: 'https://example.com:{n}/x' }, 'url'],
    [{ url: 'https://me:word@example.com/' }, 'url'],
    [{ url: 'https://example.com\\@evil.example/' }, 'url'],
    [{ url: 'https://example.com/a/../{id}' }, 'url'],
    [{ url: 'https://example.com/?key={env:KEY}' }, 'url'],
    [{ url: 'https://example.com/', method: 'TRACE' as 'GET' }, 'method'],
    [{ url: 'https://example.com/', headers: { 'bad name': 'x' } }, 'headers.bad name'],
    [{ url: 'https://example.com/', headers: { Host: 'evil.example' } }, 'headers.Host'],
    [{ url: 'https://example.com/', headers: { 'Content-Length': '0' } }, 'headers.Content-Length'],
    [{ url: 'https://example.com/', headers: { x: 'a\r\nb: c' } }, 'headers.x'],
  ])('%j is refused before any call', (http, field) => {
    const { tools, problems } = bindTools([{ name: 'look', description: 'd', kind: 'read', http }]);
    expect(tools).toEqual([]);
    expect(problems.map((problem) => problem.path)).toEqual([`tools.look.http.${field}`]);
  });
});
