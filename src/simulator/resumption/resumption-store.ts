/** Sessions that can be resumed (spec: wire §4, Resumption). */
import type { BrainMemory } from '../brain/brain.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { IdSource } from '../random-ids.ts';
import type { ConversationSnapshot } from '../session/conversation.ts';
import type { WallClock } from '../wall-clock.ts';

/** A session at the moment its handle was given out. */
export interface SessionSnapshot {
  /** The same for every connection of one session. */
  readonly sessionKey: string;
  readonly model: string;
  readonly conversation: ConversationSnapshot;
  readonly memory: BrainMemory;
  readonly turns: number;
}

/** What a handle leads to. */
export type Resumed =
  | { readonly ok: true; readonly snapshot: SessionSnapshot }
  | { readonly ok: false; readonly refusal: Refusal };

/** Gives out handles and takes them back. */
export interface ResumptionStore {
  /** A new handle to a snapshot; the ten newest of a session are valid. */
  save(snapshot: SessionSnapshot): string;
  /** Opens a session by handle for `model`; refused when it is unknown, expired, of another model, or still connected. */
  resume(handle: string, model: string): Resumed;
  /** A session has a live connection. */
  connected(sessionKey: string): void;
  /** It has none any more; its handles now expire. */
  disconnected(sessionKey: string): void;
  /** Makes every handle unknown, as after an outage. */
  forgetAll(): void;
}

interface Stored {
  handles: { readonly handle: string; readonly snapshot: SessionSnapshot }[];
  /** Set while nobody is connected. */
  expiresAtMs: number | undefined;
}

const HANDLES_PER_SESSION = 10;
/** More stored sessions than this forget the oldest that nobody is connected to. */
const MAX_SESSIONS = 10_000;
/** Handles are valid for two hours after the session ended. */
const HANDLE_LIFE_MS = 2 * 60 * 60 * 1000;

/** An empty store. */
export function createResumptionStore(ids: IdSource, wallClock: WallClock): ResumptionStore {
  const sessions = new Map<string, Stored>();
  const byHandle = new Map<string, SessionSnapshot>();

  const forget = (sessionKey: string): void => {
    for (const { handle } of sessions.get(sessionKey)?.handles ?? []) byHandle.delete(handle);
    sessions.delete(sessionKey);
  };
  const makeRoom = (): void => {
    if (sessions.size < MAX_SESSIONS) return;
    for (const [sessionKey, stored] of sessions) {
      if (stored.expiresAtMs !== undefined) return forget(sessionKey);
    }
  };
  const storedFor = (sessionKey: string): Stored => {
    const known = sessions.get(sessionKey);
    if (known !== undefined) return known;
    makeRoom();
    const stored: Stored = { handles: [], expiresAtMs: undefined };
    sessions.set(sessionKey, stored);
    return stored;
  };

  return {
    save(snapshot) {
      const stored = storedFor(snapshot.sessionKey);
      const handle = ids.uuid();
      stored.handles.push({ handle, snapshot });
      byHandle.set(handle, snapshot);
      const old = stored.handles.length > HANDLES_PER_SESSION ? stored.handles.shift() : undefined;
      if (old !== undefined) byHandle.delete(old.handle);
      return handle;
    },
    resume(handle, model) {
      const snapshot = byHandle.get(handle);
      const stored = snapshot === undefined ? undefined : sessions.get(snapshot.sessionKey);
      if (snapshot === undefined || stored === undefined) {
        return { ok: false, refusal: refusals.sessionNotFound };
      }
      // Two sockets on one session: the service refuses the second.
      if (stored.expiresAtMs === undefined) return { ok: false, refusal: refusals.internal };
      if (stored.expiresAtMs < wallClock()) {
        forget(snapshot.sessionKey);
        return { ok: false, refusal: refusals.sessionNotFound };
      }
      if (snapshot.model !== model) return { ok: false, refusal: refusals.invalidArgument };
      return { ok: true, snapshot };
    },
    connected(sessionKey) {
      storedFor(sessionKey).expiresAtMs = undefined;
    },
    disconnected(sessionKey) {
      const stored = sessions.get(sessionKey);
      if (stored === undefined) return;
      if (stored.handles.length === 0) sessions.delete(sessionKey);
      else stored.expiresAtMs = wallClock() + HANDLE_LIFE_MS;
    },
    forgetAll() {
      byHandle.clear();
      for (const stored of sessions.values()) stored.handles = [];
    },
  };
}
