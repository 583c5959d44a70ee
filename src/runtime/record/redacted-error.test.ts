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
});
