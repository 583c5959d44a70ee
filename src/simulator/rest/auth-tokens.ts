/** `POST …/auth_tokens`: issues an ephemeral token (spec: wire §1.3). */
import type { Setup } from '../../wire/protocol/setup.ts';
import { clientSchema } from '../protocol/client-schema.ts';
import { createJsonReader } from '../protocol/json-reader.ts';
import type { World } from '../world.ts';
import { ok, type RestAnswer, restError } from './rest-error.ts';

const reader = (): ReturnType<typeof createJsonReader> =>
  createJsonReader({
    ...clientSchema('googleAi'),
    AuthToken: {
      name: 'string',
      uses: 'int',
      expireTime: 'string',
      newSessionExpireTime: 'string',
      bidiGenerateContentSetup: 'Setup',
      fieldMask: 'string',
    },
  });

const LONGEST_MS = 20 * 60 * 60 * 1000;

/** The shape of the request once the schema has read it. */
interface TokenBody {
  readonly uses?: number;
  readonly expireTime?: string;
  readonly newSessionExpireTime?: string;
  readonly bidiGenerateContentSetup?: Partial<Setup>;
  readonly fieldMask?: string;
}

/** Issues a token; answers with its name only. */
export function createAuthToken(world: World, version: string, body: unknown): RestAnswer {
  if (version !== 'v1alpha') return restError('NOT_FOUND', 'Ephemeral tokens are in v1alpha only.');
  const reading = reader().read(body, 'AuthToken');
  if (!reading.ok) return restError('INVALID_ARGUMENT', reading.refusal.reason);
  const { uses, expireTime, newSessionExpireTime, ...lock } = reading.value as TokenBody;
  const expireAtMs = timeOf(expireTime);
  const newSessionExpireAtMs = timeOf(newSessionExpireTime);
  if (Number.isNaN(expireAtMs) || Number.isNaN(newSessionExpireAtMs)) {
    return restError('INVALID_ARGUMENT', 'Invalid time: use RFC 3339, such as 2026-11-20T10:30:00Z.');
  }
  const latestMs = world.wallClock() + LONGEST_MS;
  if ((expireAtMs ?? 0) > latestMs || (newSessionExpireAtMs ?? 0) > latestMs) {
    return restError('INVALID_ARGUMENT', 'Expiry times must be less than 20 hours in the future.');
  }
  const mask = lock.fieldMask?.split(',').map(camelCase).filter(Boolean);
  const name = world.tokens.issue({
    ...(uses === undefined ? {} : { uses }),
    ...(expireAtMs === undefined ? {} : { expireAtMs }),
    ...(newSessionExpireAtMs === undefined ? {} : { newSessionExpireAtMs }),
    ...(lock.bidiGenerateContentSetup === undefined ? {} : { setup: lock.bidiGenerateContentSetup }),
    ...(mask === undefined ? {} : { fieldMask: mask }),
  });
  return ok({ name });
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function camelCase(path: string): string {
  return path.trim().replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
