/** Sessions that can be resumed (spec: wire §4, Resumption). */
import type { BrainMemory, CallAction } from '../brain/brain.ts';
import type { CloseName } from '../faults/service-closes.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { IdSource } from '../random-ids.ts';
import type { ConversationSnapshot } from '../session/conversation.ts';
import type { OpenCall } from '../session/tool-desk.ts';
import type { WallClock } from '../wall-clock.ts';

/** A session at the moment its handle was given out. */
export interface SessionSnapshot {
  /** The same for every connection of one session. */
  readonly sessionKey: string;
  readonly model: string;
  readonly conversation: ConversationSnapshot;
  readonly memory: BrainMemory;
  readonly turns: number;
  /** NON_BLOCKING calls whose answers may still come. */
  readonly openCalls: readonly OpenCall[];
}

/** What a handle comes to, when it does not simply resume. */
export type HandleFate =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** It resumes, and the session dies again after `afterMs`. */
  | { readonly type: 'poisoned'; readonly afterMs: number; readonly close: CloseName };

/** What a handle leads to. */
export type Resumed =
  | {
      readonly ok: true;
      readonly snapshot: SessionSnapshot;
      readonly poison: Extract<HandleFate, { type: 'poisoned' }> | undefined;
      /** Blocking calls that were unanswered when the session broke off. */
      readonly brokenOff: readonly CallAction[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** How a connection of a session ended. */
export interface Parting {
  /** How long it still counts as open. */
  readonly lingerMs: number;
  readonly brokenOff: readonly CallAction[];
}

/** Gives out handles and takes them back. */
export interface ResumptionStore {
  /** A new handle to a snapshot; the newest {@link HANDLES_PER_SESSION} of a session are valid. */
  save(snapshot: SessionSnapshot): string;
  /** Opens a session by handle for `model`; refused when it is unknown, expired, of another model, or still connected. */
  resume(handle: string, model: string): Resumed;
  /** A session has a live connection. */
  connected(sessionKey: string): void;
  /** It has none any more; its handles now expire. */
  disconnected(sessionKey: string, parting: Parting): void;
  /** Decides what the handles given out so far come to. */
  doom(sessionKey: string, fate: HandleFate): void;
}

interface Issued {
  readonly handle: string;
  readonly snapshot: SessionSnapshot;
  fate: HandleFate | undefined;
}

/** Whether somebody is connected to a session. */
type Presence =
  | { readonly phase: 'connected' }
  /** Gone, though the service does not know until `knownAtMs`; its handles are good until `expiresAtMs`. */
  | { readonly phase: 'left'; readonly knownAtMs: number; readonly expiresAtMs: number };

interface Stored {
  handles: Issued[];
  presence: Presence;
  brokenOff: readonly CallAction[];
}

/** More than an hour of turns: a client may come back with one that is much older than the last it was sent. */
const HANDLES_PER_SESSION = 256;
/** More stored sessions than this forget the oldest that nobody is connected to. */
const MAX_SESSIONS = 10_000;

/** An empty store, whose handles are valid for `handleLifeMs` after the session ended. */
export function createResumptionStore(
  ids: IdSource,
  wallClock: WallClock,
  handleLifeMs: number,
): ResumptionStore {
  const sessions = new Map<string, Stored>();
  const byHandle = new Map<string, Issued>();

  const forget = (sessionKey: string): void => {
    for (const { handle } of sessions.get(sessionKey)?.handles ?? []) byHandle.delete(handle);
    sessions.delete(sessionKey);
  };
  const makeRoom = (): void => {
    if (sessions.size < MAX_SESSIONS) return;
    for (const [sessionKey, { presence }] of sessions) {
      if (presence.phase === 'left') return forget(sessionKey);
    }
  };
  const storedFor = (sessionKey: string): Stored => {
    const known = sessions.get(sessionKey);
    if (known !== undefined) return known;
    makeRoom();
    const stored: Stored = { handles: [], presence: { phase: 'connected' }, brokenOff: [] };
    sessions.set(sessionKey, stored);
    return stored;
  };

  return {
    save(snapshot) {
      const stored = storedFor(snapshot.sessionKey);
      const issued: Issued = { handle: ids.uuid(), snapshot, fate: undefined };
      stored.handles.push(issued);
      byHandle.set(issued.handle, issued);
      const oldest = stored.handles.length > HANDLES_PER_SESSION ? stored.handles.shift() : undefined;
      if (oldest !== undefined) byHandle.delete(oldest.handle);
      return issued.handle;
    },
    resume(handle, model) {
      const issued = byHandle.get(handle);
      const stored = issued === undefined ? undefined : sessions.get(issued.snapshot.sessionKey);
      if (issued === undefined || stored === undefined) {
        return { ok: false, refusal: refusals.sessionNotFound };
      }
      const { snapshot, fate } = issued;
      if (fate?.type === 'refused') return { ok: false, refusal: fate.refusal };
      const { presence, brokenOff } = stored;
      // Two sockets on one session: the service refuses the second.
      if (presence.phase === 'connected') return { ok: false, refusal: refusals.internal };
      const nowMs = wallClock();
      if (presence.knownAtMs > nowMs) return { ok: false, refusal: refusals.internal };
      if (presence.expiresAtMs < nowMs) {
        forget(snapshot.sessionKey);
        return { ok: false, refusal: refusals.sessionNotFound };
      }
      if (snapshot.model !== model) return { ok: false, refusal: refusals.invalidArgument };
      return { ok: true, snapshot, poison: fate, brokenOff };
    },
    connected(sessionKey) {
      storedFor(sessionKey).presence = { phase: 'connected' };
    },
    disconnected(sessionKey, { lingerMs, brokenOff }) {
      const stored = sessions.get(sessionKey);
      if (stored === undefined) return;
      if (stored.handles.length === 0) {
        sessions.delete(sessionKey);
        return;
      }
      const nowMs = wallClock();
      stored.presence = { phase: 'left', knownAtMs: nowMs + lingerMs, expiresAtMs: nowMs + handleLifeMs };
      stored.brokenOff = brokenOff;
    },
    doom(sessionKey, fate) {
      for (const issued of sessions.get(sessionKey)?.handles ?? []) issued.fate = fate;
    },
  };
}
