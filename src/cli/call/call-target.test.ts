import { expect, it } from 'vitest';
import { resolveCallTarget } from './call-target.ts';

const plain = { url: 'http://127.0.0.1:9090', key: undefined, platform: 'googleAi' } as const;

it('never sends the key of the environment in the clear', () => {
  const env = { GEMINI_API_KEY: 'real-key' };
  expect(resolveCallTarget(plain, env).endpoint.apiKey).toBe('test-key');
  expect(resolveCallTarget({ ...plain, url: 'https://proxy.example' }, env).endpoint.apiKey).toBe('real-key');
  expect(resolveCallTarget({ ...plain, key: 'given' }, env).endpoint.apiKey).toBe('given');
});

it('uses the real service without a URL, and asks for a key when there is none', () => {
  const real = { ...plain, url: undefined };
  expect(resolveCallTarget(real, { GEMINI_API_KEY: 'k' }).endpoint.baseUrl).toBeUndefined();
  expect(() => resolveCallTarget(real, {})).toThrow('GEMINI_API_KEY');
});

it('quotes neither URL nor key when they are wrong', () => {
  for (const url of ['http://user:hunter2@host', 'https://host/?key=hunter2', 'ftp://hunter2', 'hunter2']) {
    expect(() => resolveCallTarget({ ...plain, url }, {})).toThrow(/^(?!.*hunter2).*--url/);
  }
  expect(() => resolveCallTarget({ ...plain, key: 'hunter2 hunter2' }, {})).toThrow(/^(?!.*hunter2).*--key/);
});
