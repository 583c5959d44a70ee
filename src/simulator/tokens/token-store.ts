/** Ephemeral tokens (spec: wire §1.3). */
import type { Setup } from '../../wire/protocol/setup.ts';
import { denied, type Refusal, refusals } from '../protocol/refusal.ts';
import type { IdSource } from '../random-ids.ts';
import type { WallClock } from '../wall-clock.ts';
import { lockSetup } from './setup-lock.ts';

/** What a client asks a token for; times are milliseconds since 1970. */
export interface TokenRequest {
  /** Sessions it may start; 0 is unlimited. Default 1. */
  readonly uses?: number;
  /** After this nothing works. Default 30 minutes from now. */
  readonly expireAtMs?: number;
  /** After this no session starts. Default 60 seconds from now. */
  readonly newSessionExpireAtMs?: number;
  /** The setup it locks. */
  readonly setup?: Partial<Setup>;
  /** Paths of the setup that are locked; absent locks all of it. */
  readonly fieldMask?: readonly string[];
}

/** Issues tokens and checks them. */
export interface TokenStore {
  /** The name of a new token, `auth_tokens/…`. */
  issue(request: TokenRequest): string;
  /** The refusal of a connection with this token, or undefined. */
  check(name: string): Refusal | undefined;
  /** Takes one use for a new session, none for a resumed one; returns a refusal when none is left. */
  use(name: string, resumes: boolean): Refusal | undefined;
  /** The setup as the token's lock leaves it. */
  lock(name: string, setup: Setup): Setup;
}

interface Token {
  usesLeft: number;
  readonly expireAtMs: number;
  readonly newSessionExpireAtMs: number;
  readonly setup: Partial<Setup> | undefined;
  readonly fieldMask: readonly string[] | undefined;
}

const MINUTE_MS = 60_000;
/** More tokens than this forget the oldest. */
const MAX_TOKENS = 10_000;

/** An empty store. */
export function createTokenStore(ids: IdSource, wallClock: WallClock): TokenStore {
  const tokens = new Map<string, Token>();
  return {
    issue(request) {
      const name = ids.authToken();
      const nowMs = wallClock();
      tokens.set(name, {
        usesLeft: request.uses === 0 ? Number.POSITIVE_INFINITY : (request.uses ?? 1),
        expireAtMs: request.expireAtMs ?? nowMs + 30 * MINUTE_MS,
        newSessionExpireAtMs: request.newSessionExpireAtMs ?? nowMs + MINUTE_MS,
        setup: request.setup,
        fieldMask: request.fieldMask,
      });
      if (tokens.size > MAX_TOKENS) tokens.delete(tokens.keys().next().value ?? '');
      return name;
    },
    check(name) {
      const token = tokens.get(name);
      if (token === undefined) return refusals.unregistered;
      return token.expireAtMs < wallClock() ? denied('Auth token has expired.') : undefined;
    },
    use(name, resumes) {
      const token = tokens.get(name);
      if (token === undefined) return refusals.unregistered;
      if (resumes) return undefined;
      if (token.newSessionExpireAtMs < wallClock()) {
        return denied('Auth token may not start a new session any more.');
      }
      if (token.usesLeft <= 0) return denied('Auth token has no uses left.');
      token.usesLeft--;
      return undefined;
    },
    lock(name, setup) {
      const token = tokens.get(name);
      if (token?.setup === undefined) return setup;
      return lockSetup(setup, token.setup, token.fieldMask);
    },
  };
}
