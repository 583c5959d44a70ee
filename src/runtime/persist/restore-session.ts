/** A session from its store, ready to go on. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { setOwn } from '../state/frozen-json.ts';
import type { StateSnapshot } from '../state/state-snapshot.ts';
import type { JsonObject } from '../tools/tool-definition.ts';
import { foldJournal } from './fold-journal.ts';
import { isRecord } from './json-shape.ts';
import { readEntries, readSessionSnapshot } from './read-session.ts';
import { callContext, handleContext, SEALED_KEY, type SealPort, stateContext } from './sealing.ts';
import { emptySnapshot, type KeptCall, type Moment, type SessionSnapshot } from './session-snapshot.ts';
import type { LoadCall, Store, StoredSession } from './store.ts';
import { lossOf, type StoreProblem } from './store-error.ts';

export interface RestoreOptions extends LoadCall {
  /** Opens what the application sealed. */
  readonly seal?: Pick<SealPort, 'unseal'>;
  /** Now: times of the old process are moved to the clock of this one. Default: they stay as they are. */
  readonly now?: Moment;
}

/** A call that was open when the process ended. */
export interface RestoredCall extends KeptCall {
  /**
   * `rerun`: it had not begun, only reads, or has an idempotency key, and its arguments are known. `unknown`: nobody can
   * say whether it took effect; say so to the model, and do not run it again.
   */
  readonly fate: 'rerun' | 'unknown';
}

export interface RestoredSession {
  /** Where the session was: position, history, flow, words, turn. Its `seq` is the last entry. */
  readonly snapshot: SessionSnapshot;
  /** The values that came back: for `runtimeWriter(state).import`. */
  readonly state: StateSnapshot;
  readonly calls: readonly RestoredCall[];
  /** Idempotency keys that were sealed, because they have a secret in them. */
  readonly secretKeys: readonly string[];
  readonly resumeHandle: string | undefined;
  /** How long nobody had it, by the calendar of `now`; 0 without that. */
  readonly awayMs: number;
  /** What did not come back, and why. */
  readonly problems: readonly StoreProblem[];
}

/**
 * Loads a session; undefined when there is none. Throws what `Store.load` throws, and `storeCorrupt`, `storeVersion` or
 * `storeForeign` for contents that cannot be read, unless `recover` asks for what can be.
 */
export async function restoreSession(
  store: Store,
  sessionId: string,
  options: RestoreOptions = {},
): Promise<RestoredSession | undefined> {
  const { signal, recover } = options;
  const call = { ...(signal !== undefined && { signal }), ...(recover !== undefined && { recover }) };
  const stored = await store.load(sessionId, call);
  return stored && restoredFrom(stored, sessionId, options);
}

/** The same, of what was loaded. Pure, but for `unseal`. */
export function restoredFrom(
  stored: StoredSession,
  sessionId: string,
  options: RestoreOptions = {},
): RestoredSession {
  const problems: StoreProblem[] = [...stored.problems];
  const folded = folding(stored, problems);
  const loss = lossOf(problems, 'This session');
  if (loss !== undefined && (loss.code !== 'storeCorrupt' || options.recover !== true)) throw loss;
  const placed = options.now === undefined ? folded : onClock(folded, options.now);
  const opener = new Opener(sessionId, options.seal, problems);
  const state = opener.state(placed);
  // They are sealed anew under other names.
  const snapshot = opener.secretKeys.length === 0 ? placed : withoutSealedKeys(placed);
  const calls = snapshot.tools.open.map((call) => opener.call(call, snapshot.tools.once));
  const awayMs = Math.max(0, (options.now?.epochMs ?? 0) - folded.saved.epochMs);
  const { secretKeys } = opener;
  return { snapshot, state, calls, secretKeys, resumeHandle: opener.handle(snapshot), awayMs, problems };
}

function withoutSealedKeys(snapshot: SessionSnapshot): SessionSnapshot {
  const sealed = Object.entries(snapshot.state.sealed).filter(([key]) => !key.includes(SEALED_KEY));
  return { ...snapshot, state: { ...snapshot.state, sealed: Object.fromEntries(sealed) } };
}

function folding({ snapshot, upTo, entries }: StoredSession, problems: StoreProblem[]): SessionSnapshot {
  let base = emptySnapshot({ clockMs: 0, epochMs: 0 });
  if (snapshot !== undefined) {
    const read = readSessionSnapshot(snapshot);
    if (!read.ok) {
      problems.push(read.problem);
      return base;
    }
    base = read.snapshot;
    if (base.seq !== upTo) {
      const message = `it holds entries up to ${base.seq}, and is stored as one up to ${upTo}`;
      problems.push({ code: 'corrupt', where: 'snapshot.seq', message });
      return base;
    }
  }
  const read = readEntries(entries);
  const folded = foldJournal(base, read.entries);
  const problem = folded.problem ?? read.problem;
  if (problem !== undefined) problems.push(problem);
  return folded.snapshot;
}

/** Times of an older clock as times of this one: what is long ago stays as long ago. */
function onClock(snapshot: SessionSnapshot, now: Moment): SessionSnapshot {
  const { saved, phase, visits } = snapshot;
  const shiftMs = now.clockMs - saved.clockMs - Math.max(0, now.epochMs - saved.epochMs);
  return {
    ...snapshot,
    saved: now,
    ...(phase !== undefined && { phase: { ...phase, enteredAtMs: phase.enteredAtMs + shiftMs } }),
    visits: visits.map((visit) => ({ ...visit, atMs: visit.atMs + shiftMs })),
  };
}

/** Stands for the result of a request that took effect, where the result was a secret. */
const RESULT_NOT_KEPT = { status: 'done', note: 'This was done before; its result was not kept.' } as const;

/** Opens seals, and tells of what stays closed. */
class Opener {
  readonly #sessionId: string;
  readonly #port: Pick<SealPort, 'unseal'> | undefined;
  readonly #problems: StoreProblem[];
  readonly secretKeys: string[] = [];

  constructor(sessionId: string, port: Pick<SealPort, 'unseal'> | undefined, problems: StoreProblem[]) {
    this.#sessionId = sessionId;
    this.#port = port;
    this.#problems = problems;
  }

  /** Masks never come back as values. But a request that took effect must not be made again: its key comes back. */
  state({ state }: SessionSnapshot): StateSnapshot {
    const values: Record<string, JsonValue> = { ...state.values };
    for (const [key, sealed] of Object.entries(state.sealed)) {
      const at = key.indexOf(SEALED_KEY);
      const shown = at === -1 ? key : key.slice(0, at);
      const value = this.#open(sealed, stateContext(this.#sessionId, key), `state.${shown}`);
      if (at !== -1) this.#sealedKey(values, shown, value);
      else if (value !== undefined) setOwn(values, key, value);
      else if (key.startsWith('idempotency:')) setOwn(values, key, RESULT_NOT_KEPT);
    }
    for (const key of state.masked) {
      this.#masked(`state.${key}`);
      if (key.startsWith('idempotency:')) setOwn(values, key, RESULT_NOT_KEPT);
    }
    return { version: 1, revision: state.revision, values, redacted: [] };
  }

  #sealedKey(values: Record<string, JsonValue>, shown: string, opened: JsonValue | undefined): void {
    const [key, value]: readonly JsonValue[] = Array.isArray(opened) ? opened : [];
    if (typeof key !== 'string' || value === undefined) return setOwn(values, shown, RESULT_NOT_KEPT);
    setOwn(values, key, value);
    this.secretKeys.push(key);
  }

  call(call: KeptCall, once: readonly string[]): RestoredCall {
    const where = `tools.open.${call.callId}`;
    const opened =
      call.sealed === undefined
        ? call.args
        : this.#open(call.sealed, callContext(this.#sessionId, call.callId), where);
    if (call.args === undefined && call.sealed === undefined) this.#masked(where);
    const args = isJsonObject(opened) ? opened : undefined;
    const isSafe = !call.running || call.kind === 'read' || call.idempotencyKey !== undefined;
    const isSpent = call.running && once.includes(call.name) && call.idempotencyKey === undefined;
    const fate = isSafe && !isSpent && args !== undefined ? 'rerun' : 'unknown';
    return { ...call, ...(args !== undefined && { args }), fate };
  }

  handle({ resume }: SessionSnapshot): string | undefined {
    if (resume?.sealed === undefined) return resume?.handle;
    const handle = this.#open(resume.sealed, handleContext(this.#sessionId), 'resume');
    return typeof handle === 'string' ? handle : undefined;
  }

  #open(sealed: string, context: string, where: string): JsonValue | undefined {
    try {
      const text = this.#port?.unseal(sealed, context);
      // What was sealed was JSON.
      if (text !== undefined) return JSON.parse(text) as JsonValue;
    } catch {
      // Told of below.
    }
    const why = this.#port === undefined ? 'nothing was given to open it with' : 'it cannot be opened';
    this.#problems.push({ code: 'sealed', where, message: `it was sealed, and ${why}: it is absent` });
    return undefined;
  }

  #masked(where: string): void {
    this.#problems.push({ code: 'masked', where, message: 'it was masked when it was stored: it is absent' });
  }
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value);
}
