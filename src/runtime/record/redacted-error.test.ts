import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { RuntimeError } from '../runtime-error.ts';
import { redactedError } from './redacted-error.ts';

const redact = (text: string): string => text.replaceAll('1234', '[digits]');

describe('an error that is shown', () => {
  test('is itself when it holds no secret', () => {
    const error = new RuntimeError('toolFailed', 'It failed.', { cause: new TypeError('why', { cause: 7 }) });
    expect(redactedError(error, redact)).toBe(error);
  });

  test('keeps class, code and fields when a cause of it quoted a secret', (context) => {
    verifies(context, 'hostile:redaction');
    const cause = Object.assign(new TypeError('why 1234'), { body: 'pin 1234', status: 400 });
    const error = redactedError(
      new RuntimeError('toolFailed', 'It failed.', { cause, retryable: true }),
      redact,
    );
    expect(error).toBeInstanceOf(RuntimeError);
    expect(error).toMatchObject({ code: 'toolFailed', message: 'It failed.', retryable: true });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: 'why [digits]', body: 'pin [digits]', status: 400 });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('1234');
  });

  test('may be caused by itself', () => {
    const error: Error = new Error('pin 1234');
    error.cause = error;
    expect(inspect(redactedError(error, redact), { depth: null })).not.toContain('1234');
  });

  test.each<readonly [string, () => Error]>([
    ['a cause that is no error', () => new Error('x', { cause: { body: ['pin 1234'], n: 1234 } })],
    ['an error among several', () => new AggregateError([new Error('pin 1234'), 'pin 1234'], 'all failed')],
    [
      'a field of objects',
      () => Object.assign(new Error('x'), { response: { data: { '1234': 'pin 1234' } } }),
    ],
    ['a map', () => Object.assign(new Error('x'), { details: new Map([['pin', '1234']]) })],
    [
      'an instance',
      () =>
        Object.assign(new Error('x'), {
          details: new (class Pin {
            readonly pin = '1234';
          })(),
        }),
    ],
    ['an address', () => Object.assign(new Error('x'), { url: new URL('https://example.com/1234') })],
    [
      'what an error computes',
      () => Object.defineProperty(new Error('x'), 'pin', { get: () => '1234', enumerable: true }),
    ],
    ['an error of the platform', () => new Error('x', { cause: new DOMException('pin 1234', 'AbortError') })],
    ['something very deep', () => new Error('x', { cause: nested(40) })],
    ['something that goes in circles', () => new Error('x', { cause: circular() })],
  ])('does not show a secret in %s', (_what, make) => {
    const error = redactedError(make(), redact);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: null, showHidden: true, getters: true })).not.toContain('1234');
    expect(JSON.stringify({ ...error, cause: error.cause })).not.toContain('1234');
  });

  test('can be printed when what caused it cannot be looked into', () => {
    const trap = (): never => {
      throw new Error('pin 1234');
    };
    const cause = new Proxy({}, { getPrototypeOf: trap, ownKeys: trap, get: trap });
    expect(redactedError(new Error('x', { cause }), redact).cause).toBe('[unreadable]');
  });

  test('holds a bounded part of a large cause', () => {
    const error = redactedError(
      new Error('x', { cause: Array.from({ length: 100_000 }, () => ['1234']) }),
      redact,
    );
    expect((error.cause as readonly unknown[]).length).toBeLessThan(2_100);
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? { pin: 'pin 1234' } : { inner: nested(depth - 1) };
}

function circular(): object {
  const around: { pin: string; self?: object } = { pin: 'pin 1234' };
  around.self = around;
  return around;
}
