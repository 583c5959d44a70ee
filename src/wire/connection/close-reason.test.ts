import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { backoffMs } from './backoff.ts';
import { classifyClose } from './close-reason.ts';

const running = { established: true, withHandle: false };
const settingUp = { established: false, withHandle: false };
const resuming = { established: false, withHandle: true };

describe('a close', () => {
  test.each([
    // code, reason, when, error code, recovery (spec: wire §5, row by row)
    [1007, 'API key not valid. Please pass a valid API key.', settingUp, 'invalidApiKey', 'fatal'],
    [1007, 'API key expired. Please renew the API key.', settingUp, 'invalidApiKey', 'fatal'],
    [
      1008,
      "Method doesn't allow unregistered callers (callers without established identity).",
      settingUp,
      'unauthenticated',
      'fatal',
    ],
    [
      1008,
      'Request is missing required authentication credential. Expected OAuth 2 access token.',
      settingUp,
      'unauthenticated',
      'fatal',
    ],
    [
      1008,
      'Your API key was reported as leaked. Please use another API key.',
      settingUp,
      'invalidApiKey',
      'fatal',
    ],
    [
      1008,
      'Generative Language API has not been used in project 1 before or it is disabled.',
      settingUp,
      'apiDisabled',
      'fatal',
    ],
    [
      1008,
      'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent.',
      settingUp,
      'modelNotFound',
      'fatal',
    ],
    [
      1008,
      'Publisher Model `projects/p/locations/global/x` was not found',
      settingUp,
      'modelNotFound',
      'fatal',
    ],
    [
      1007,
      'Invalid JSON payload received. Unknown name "b" at \'setup\': Cannot find field.',
      settingUp,
      'invalidRequest',
      'fatal',
    ],
    [1007, 'Request contains an invalid argument.', running, 'invalidRequest', 'fatal'],
    [
      1007,
      'realtime_input.media_chunks is deprecated. Use audio, video, or text instead.',
      running,
      'unsupportedFeature',
      'fatal',
    ],
    [1007, 'Precondition check failed.', running, 'unsupportedFeature', 'fatal'],
    [1007, 'Cannot extract voices from a non-audio request.', settingUp, 'unsupportedFeature', 'fatal'],
    [1007, 'Unsupported language code zh-CN', settingUp, 'unsupportedFeature', 'fatal'],
    [
      1008,
      'Operation is not implemented, or supported, or enabled.',
      running,
      'unsupportedFeature',
      'resumable',
    ],
    [1008, 'Requested entity was not found.', running, 'entityNotFound', 'fresh'],
    [1008, 'BidiGenerateContent session not found', resuming, 'sessionNotFound', 'fresh'],
    [1007, 'Request contains an invalid argument.', resuming, 'sessionNotFound', 'fresh'],
    [
      1008,
      'Connection aborted because the client failed to close the connection after receiving a GoAway',
      running,
      'connectionExpired',
      'resumable',
    ],
    [1008, 'The operation was aborted.', running, 'idleTimeout', 'resumable'],
    [
      1011,
      'You exceeded your current quota, please check your plan and billing details.',
      running,
      'quotaExceeded',
      'fatal',
    ],
    [1011, 'RESOURCE_EXHAUSTED: Maximum concurrent se', settingUp, 'concurrencyExceeded', 'resumable'],
    [1011, 'Internal error encountered.', running, 'serverError', 'resumable'],
    [1011, 'The service is currently unavailable.', settingUp, 'serverError', 'resumable'],
    [1011, 'Deadline expired before operation could complete.', running, 'connectionExpired', 'resumable'],
    [1000, 'The operation was cancelled.', running, 'connectionExpired', 'resumable'],
    [1006, '', running, 'connectionLost', 'resumable'],
    [1006, '', settingUp, 'connectionFailed', 'resumable'],
    [1008, 'never seen before', settingUp, 'invalidRequest', 'fatal'],
    [1008, 'never seen before', running, 'serverError', 'resumable'],
    [1009, '', running, 'frameTooLarge', 'fatal'],
    [1005, '', settingUp, 'closedByServer', 'fatal'],
    [1012, 'service restart', running, 'serverError', 'resumable'],
  ] as const)('%i "%s" is classified', (code, reason, when, errorCode, recovery) => {
    const verdict = classifyClose({ code, reason }, when);
    expect([verdict.error.code, verdict.recovery]).toEqual([errorCode, recovery]);
    expect(verdict.error).toMatchObject({
      closeCode: code,
      closeReason: reason,
      retryable: recovery !== 'fatal',
    });
  });

  test.each([
    [401, 'unauthenticated', 'fatal'],
    [403, 'unauthenticated', 'fatal'],
    [404, 'upgradeRejected', 'fatal'],
    [429, 'concurrencyExceeded', 'resumable'],
    [503, 'serverError', 'resumable'],
  ] as const)('an upgrade refused with HTTP %i is classified', (httpStatus, errorCode, recovery) => {
    const verdict = classifyClose({ code: 1006, reason: '', httpStatus }, settingUp);
    expect([verdict.error.code, verdict.recovery, verdict.error.httpStatus]).toEqual([
      errorCode,
      recovery,
      httpStatus,
    ]);
  });

  test('of any code and reason has a verdict with a sentence', (context) => {
    verifies(context, 'wire:close:classify');
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 4999 }),
        fc.string({ maxLength: 123 }),
        fc.boolean(),
        (code, reason, established) => {
          const { error, recovery } = classifyClose({ code, reason }, { established, withHandle: false });
          expect(error.message.length).toBeGreaterThan(10);
          expect(error.retryable).toBe(recovery !== 'fatal');
        },
      ),
    );
  });
});

describe('backoff', () => {
  test('is anywhere between nothing and a ceiling that doubles up to its cap', () => {
    const limits = { baseDelayMs: 500, maxDelayMs: 30_000 };
    expect([1, 2, 3, 7, 20].map((failures) => backoffMs(failures, limits, () => 0.999_999))).toEqual([
      500, 1_000, 2_000, 30_000, 30_000,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (failures, random) => {
          const delayMs = backoffMs(failures, limits, () => random);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});
