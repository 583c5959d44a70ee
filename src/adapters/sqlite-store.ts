/** Sessions in one SQLite database. */
import type { JsonValue } from '../flow/state-reader.ts';
import { SerialLanes } from '../runtime/persist/serial-lanes.ts';
import type {
  LoadCall,
  Store,
  StoreCall,
  StoredSession,
  StoreEntry,
  WriteCall,
} from '../runtime/persist/store.ts';
import {
  entryTexts,
  requireSessionId,
  requireWriterId,
  snapshotText,
} from '../runtime/persist/store-arguments.ts';
import { lossOf, requireLive } from '../runtime/persist/store-error.ts';
import { type Clock, systemClock } from '../wire/index.ts';
import { isBusy, openSqlite, type SqliteDatabase, type SqliteDriver, storeErrorOf } from './sqlite-driver.ts';
import { isPrepared, prepareSchema } from './sqlite-schema.ts';
import { SqliteSessions } from './sqlite-sessions.ts';

export interface SqliteStoreOptions {
  /** The database's file; `:memory:` for none. */
  readonly path: string;
  /** @default `node:sqlite` where the platform has it, else `better-sqlite3` */
  readonly driver?: SqliteDriver;
  /** How long a write waits for that of another process. @default 5_000 */
  readonly busyTimeoutMs?: number;
  /**
   * `always`: each write waits for the disk. `snapshot` (or `never`): what is acknowledged survives the process, and a power
   * cut takes the last writes. @default 'snapshot'
   */
  readonly fsync?: 'always' | 'snapshot' | 'never';
  /** Calls that may wait; more are refused with `storeFull`. @default 10_000 */
  readonly maxWaiting?: number;
  /** @default the real time */
  readonly clock?: Clock;
}

/** SQLite waits without letting anything else run, so it waits this long at most; then the store waits. */
const BLOCKING_MS = 2;
const RETRY_MS = 10;

/**
 * One database for any number of sessions and processes (WAL). A write runs on the thread of the session, for some tens
 * of microseconds; waiting for other processes does not.
 */
export class SqliteStore implements Store {
  readonly #database: SqliteDatabase;
  readonly #sessions: SqliteSessions;
  readonly #clock: Clock;
  readonly #busyTimeoutMs: number;
  readonly #lanes: SerialLanes;

  private constructor(database: SqliteDatabase, options: SqliteStoreOptions) {
    this.#database = database;
    this.#sessions = new SqliteSessions(database);
    this.#clock = options.clock ?? systemClock;
    this.#busyTimeoutMs = options.busyTimeoutMs ?? 5_000;
    this.#lanes = new SerialLanes(options.maxWaiting);
  }

  /** Throws `storeUnavailable` without a driver, `storeForeign` and `storeVersion` for what is not ours to use. */
  static async open(options: SqliteStoreOptions, { signal }: StoreCall = {}): Promise<SqliteStore> {
    requireLive(signal);
    const { path, driver, fsync = 'snapshot', busyTimeoutMs = 5_000, clock = systemClock } = options;
    let database: SqliteDatabase | undefined;
    try {
      const opened = await openSqlite(path, driver);
      database = opened;
      const synchronous = { always: 'FULL', snapshot: 'NORMAL', never: 'OFF' }[fsync];
      return await whenFree(clock, busyTimeoutMs, signal, () => {
        opened.exec(`PRAGMA busy_timeout = ${BLOCKING_MS}`);
        const isReady = isPrepared(opened);
        opened.exec(
          `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`,
        );
        if (!isReady) prepareSchema(opened);
        return new SqliteStore(opened, options);
      });
    } catch (cause) {
      database?.close();
      throw storeErrorOf(cause);
    }
  }

  async append(sessionId: string, entries: readonly StoreEntry[], call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const texts = entryTexts(entries);
    const first = entries[0]?.seq ?? 0;
    if (texts.length === 0) return requireLive(call.signal);
    return this.#run(call, () => this.#sessions.append(sessionId, first, texts, call.writer));
  }

  async snapshot(sessionId: string, snapshot: JsonValue, upTo: number, call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const text = snapshotText(snapshot, upTo);
    return this.#run(call, () => this.#sessions.snapshot(sessionId, text, upTo, call.writer));
  }

  async load(sessionId: string, call: LoadCall = {}): Promise<StoredSession | undefined> {
    requireSessionId(sessionId);
    const stored = await this.#run(call, () => this.#sessions.load(sessionId), 'BEGIN');
    const loss = stored && lossOf(stored.problems, 'This session');
    if (loss !== undefined && call.recover !== true) throw loss;
    return stored;
  }

  async list(call: StoreCall = {}): Promise<readonly string[]> {
    const ids = await this.#run(call, () => this.#sessions.list(), 'BEGIN');
    return [...ids].sort();
  }

  async delete(sessionId: string, call: StoreCall = {}): Promise<void> {
    requireSessionId(sessionId);
    return this.#run(call, () => this.#sessions.delete(sessionId));
  }

  close(): Promise<void> {
    return this.#lanes.close(() => {
      this.#database.close();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One at a time for all sessions: a database has one writer. */
  #run<T>({ signal }: StoreCall, task: () => T, begin = 'BEGIN IMMEDIATE'): Promise<T> {
    return this.#lanes.run('', signal, async () => {
      try {
        return await whenFree(this.#clock, this.#busyTimeoutMs, signal, () => this.#within(begin, task));
      } catch (cause) {
        throw storeErrorOf(cause);
      }
    });
  }

  #within<T>(begin: string, task: () => T): T {
    this.#database.exec(begin);
    try {
      const result = task();
      this.#database.exec('COMMIT');
      return result;
    } catch (cause) {
      this.#rollBack();
      throw cause;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // Some errors (a full disk) end the transaction themselves.
    }
  }
}

/** Runs `task` until nobody else is in its way, for as long as `limitMs`. */
async function whenFree<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal | undefined,
  task: () => T,
): Promise<T> {
  const untilMs = clock.nowMs() + limitMs;
  for (;;) {
    try {
      return task();
    } catch (cause) {
      if (!isBusy(cause) || clock.nowMs() >= untilMs) throw cause;
    }
    await new Promise<void>((resolve) => clock.schedule(RETRY_MS, resolve));
    requireLive(signal);
  }
}
