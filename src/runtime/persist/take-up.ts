/** What a live session begins with: looked up before anything is opened. */
import { type Clock, epochMs, systemClock } from '../../wire/index.ts';
import { randomId } from '../../wire/platform/system-random.ts';
import { type GuardedStore, guardedStore } from './guarded-store.ts';
import type { PersistenceOfCall, PersistenceOptions } from './persistence-options.ts';
import { type RestoredSession, restoredFrom } from './restore-session.ts';
import { emptySnapshot, type Moment, type SessionSnapshot } from './session-snapshot.ts';
import type { StoredSession } from './store.ts';
import { requireSessionId } from './store-arguments.ts';
import { lossOf, StoreError } from './store-error.ts';

/** A session that is kept, old or new. */
export interface TakenUp {
  readonly options: PersistenceOptions;
  /** That of the options, bounded. */
  readonly store: GuardedStore;
  readonly sessionId: string;
  /** The conversation to go on with; undefined for one that begins. */
  readonly restored: RestoredSession | undefined;
  /** What the keeper goes on from; undefined where nothing is stored. */
  readonly base: SessionSnapshot | undefined;
}

export interface TakeUpPorts {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Stores take their time, whatever that of the session. Default: the real one. */
  readonly storeClock?: Pick<Clock, 'schedule'>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for the session. Throws `storeMissing` or `storeConflict` as `restore` has it, what the store throws, and
 * `storeCorrupt`, `storeVersion` or `storeForeign`, each with the place.
 */
export async function takeUp(
  given: PersistenceOptions,
  ofCall: PersistenceOfCall,
  { clock, storeClock = systemClock, signal }: TakeUpPorts,
): Promise<TakenUp> {
  const options = { ...given, ...ofCall };
  const { recoverAs, restore = 'ifAny', storeTimeoutMs = 10_000 } = options;
  const store = guardedStore(options.store, storeClock, storeTimeoutMs);
  const sessionId = options.sessionId ?? randomId();
  requireSessionId(sessionId);
  const call = signal === undefined ? {} : { signal };
  const stored = await store.load(sessionId, { ...call, recover: recoverAs !== undefined });
  if (stored === undefined) {
    if (restore !== 'required') return { options, store, sessionId, restored: undefined, base: undefined };
    const text = `There is no session ${JSON.stringify(sessionId)} in the store: begin one, or look for its id with list().`;
    throw new StoreError('storeMissing', text);
  }
  if (restore === 'never') {
    const text = `There is a session ${JSON.stringify(sessionId)} in the store already: restore it, or take another id.`;
    throw new StoreError('storeConflict', text);
  }
  const now: Moment = { clockMs: clock.nowMs(), epochMs: epochMs() };
  const taken = { store, ...taking(stored, sessionId, options, now) };
  if (taken.sessionId !== sessionId && (await store.load(taken.sessionId, call)) !== undefined) {
    const text = `There is a session ${JSON.stringify(taken.sessionId)} already: recover into another.`;
    throw new StoreError('storeConflict', text);
  }
  return taken;
}

function taking(
  stored: StoredSession,
  sessionId: string,
  options: PersistenceOptions,
  now: Moment,
): Omit<TakenUp, 'store'> {
  const { recoverAs, seal } = options;
  const restored = restoredFrom(stored, sessionId, {
    now,
    recover: recoverAs !== undefined,
    ...(seal !== undefined && { seal }),
  });
  const { snapshot } = restored;
  const isDamaged = lossOf(restored.problems, 'This session') !== undefined;
  // Seals are bound to the session's id: what could be opened is sealed anew, in a journal of its own.
  const base = isDamaged
    ? { ...snapshot, seq: 0, state: { ...snapshot.state, sealed: {} } }
    : snapshot.opened === true
      ? snapshot
      : { ...emptySnapshot(now), seq: snapshot.seq };
  return {
    options,
    sessionId: isDamaged && recoverAs !== undefined ? recoverAs : sessionId,
    // Where nobody ever answered, the conversation begins.
    restored: snapshot.opened === true ? restored : undefined,
    base,
  };
}
