import type { JsonValue } from '../../flow/state-reader.ts';
import { appendConflict, EMPTY_TAIL, judgeAppend, requireNewer, type Tail } from './append-rule.ts';
import { SerialLanes } from './serial-lanes.ts';
import type {
  LoadCall,
  Store,
  StoreCall,
  StoredSession,
  StoreEntry,
  StoreWriter,
  WriteCall,
} from './store.ts';
import { entryTexts, requireSessionId, requireWriterId, snapshotText } from './store-arguments.ts';
import { StoreError } from './store-error.ts';

export interface MemoryStoreOptions {
  /** More sessions are refused with `storeFull`. @default 10_000 */
  readonly maxSessions?: number;
  /** More entries without a snapshot are refused with `storeFull`. @default 100_000 */
  readonly maxEntries?: number;
}

interface Kept {
  snapshot: string | undefined;
  upTo: number;
  /** JSON texts; the first is entry `first`. */
  first: number;
  texts: string[];
  writer: string | undefined;
}

/** A store that lasts as long as its process: for tests, and for sessions that only have to survive a reconnect. */
export class MemoryStore implements Store {
  readonly #maxSessions: number;
  readonly #maxEntries: number;
  readonly #sessions = new Map<string, Kept>();
  readonly #lanes = new SerialLanes();

  constructor({ maxSessions = 10_000, maxEntries = 100_000 }: MemoryStoreOptions = {}) {
    this.#maxSessions = maxSessions;
    this.#maxEntries = maxEntries;
  }

  async append(sessionId: string, entries: readonly StoreEntry[], call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const texts = entryTexts(entries);
    const first = entries[0]?.seq ?? 0;
    return this.#lanes.run(sessionId, call.signal, () => {
      if (texts.length > 0) this.#append(sessionId, first, texts, call.writer);
    });
  }

  async snapshot(sessionId: string, snapshot: JsonValue, upTo: number, call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const text = snapshotText(snapshot, upTo);
    return this.#lanes.run(sessionId, call.signal, () => {
      const present = this.#sessions.get(sessionId);
      requireNewer(present === undefined ? EMPTY_TAIL : tailOf(present), upTo, call.writer);
      const kept = present ?? this.#make(sessionId);
      kept.writer = call.writer?.id;
      kept.texts.splice(0, upTo + 1 - kept.first);
      kept.first = Math.max(kept.first, upTo + 1);
      kept.snapshot = text;
      kept.upTo = upTo;
    });
  }

  async load(sessionId: string, call: LoadCall = {}): Promise<StoredSession | undefined> {
    requireSessionId(sessionId);
    return this.#lanes.run(sessionId, call.signal, () => {
      const kept = this.#sessions.get(sessionId);
      return kept && read(kept);
    });
  }

  async list(call: StoreCall = {}): Promise<readonly string[]> {
    return this.#lanes.run('', call.signal, () => [...this.#sessions.keys()].sort());
  }

  async delete(sessionId: string, call: StoreCall = {}): Promise<void> {
    requireSessionId(sessionId);
    return this.#lanes.run(sessionId, call.signal, () => {
      this.#sessions.delete(sessionId);
    });
  }

  /** Forgets everything. */
  close(): Promise<void> {
    return this.#lanes.close(() => this.#sessions.clear());
  }

  #append(sessionId: string, first: number, texts: readonly string[], writer?: StoreWriter): void {
    const kept = this.#sessions.get(sessionId);
    const tail = kept === undefined ? EMPTY_TAIL : tailOf(kept);
    if (judgeAppend(tail, first, texts.length, writer) === 'compare') {
      const there = texts.every((text, index) => kept?.texts[first - kept.first + index] === text);
      if (!there) throw appendConflict(tail, first);
      return;
    }
    if ((kept?.texts.length ?? 0) + texts.length > this.#maxEntries) {
      const message = `A session in memory has at most ${this.#maxEntries} entries after its snapshot.`;
      throw new StoreError('storeFull', message);
    }
    const target = kept ?? this.#make(sessionId);
    for (const text of texts) target.texts.push(text);
    target.writer = writer?.id;
  }

  #make(sessionId: string): Kept {
    if (this.#sessions.size >= this.#maxSessions) {
      throw new StoreError('storeFull', `This store in memory has at most ${this.#maxSessions} sessions.`);
    }
    const kept: Kept = { snapshot: undefined, upTo: 0, first: 1, texts: [], writer: undefined };
    this.#sessions.set(sessionId, kept);
    return kept;
  }
}

function tailOf({ upTo, first, texts, writer }: Kept): Tail {
  return { upTo, last: first + texts.length - 1, writer };
}

function read({ snapshot, upTo, first, texts }: Kept): StoredSession {
  return {
    snapshot: snapshot === undefined ? undefined : parsed(snapshot),
    upTo,
    entries: texts.map((text, index) => ({ seq: first + index, data: parsed(text) })),
    problems: [],
  };
}

/** What was written as JSON is JSON. */
function parsed(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
