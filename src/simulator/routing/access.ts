/** Whether a caller may open a session, and with which words the service refuses (spec: wire §5). */
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { Credential } from './credentials.ts';
import type { LiveRoute } from './route.ts';

/** `any` takes every key, except that words in it such as `invalid`, `expired`, `leaked` make it one. */
export type AcceptedKeys = 'any' | readonly string[];

/** The refusal of a connection, or undefined when it may go on to its setup. */
export function checkAccess(
  route: LiveRoute,
  credential: Credential,
  keys: AcceptedKeys,
  tokens: TokenStore,
): Refusal | undefined {
  if (route.kind === 'unknownMethod') return refusals.entityNotFound;
  if (route.bare) return undefined;
  if (route.constrained) {
    if (credential.kind !== 'token') return refusals.unregistered;
    return tokens.check(credential.token.reveal());
  }
  switch (credential.kind) {
    case 'apiKey':
      return checkKey(credential.key.reveal(), keys);
    case 'bearer':
      return route.platform === 'vertex' ? undefined : refusals.unregistered;
    case 'token':
      return refusals.unregistered;
    case 'none':
      return route.platform === 'vertex' ? refusals.unauthenticated : refusals.unregistered;
  }
}

/** The refusal of an API key by itself. */
export function checkKey(key: string, keys: AcceptedKeys): Refusal | undefined {
  if (keys !== 'any') return keys.includes(key) ? undefined : refusals.keyInvalid;
  const word = /(?:^|[-_])(invalid|bad|wrong|expired|leaked)(?:$|[-_])/i.exec(key)?.[1]?.toLowerCase();
  if (word === 'expired') return refusals.keyExpired;
  if (word === 'leaked') return refusals.keyLeaked;
  return word === undefined ? undefined : refusals.keyInvalid;
}
