/** SQLite as the store uses it, whoever provides it: the platform (`node:sqlite`), else `better-sqlite3` when installed. */
import { StoreError, type StoreErrorCode } from '../runtime/persist/store-error.ts';

export type SqliteValue = string | number | null;

export interface SqliteStatement {
  run(...values: readonly SqliteValue[]): unknown;
  get(...values: readonly SqliteValue[]): unknown;
  all(...values: readonly SqliteValue[]): readonly unknown[];
}

export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

export type SqliteDriver = 'node:sqlite' | 'better-sqlite3';

type DatabaseClass = new (path: string) => SqliteDatabase;

const DRIVERS: readonly SqliteDriver[] = ['node:sqlite', 'better-sqlite3'];

/** Opens a database with the first driver that is there, or the given one. Throws `storeUnavailable` without any. */
export async function openSqlite(path: string, driver: SqliteDriver | undefined): Promise<SqliteDatabase> {
  const causes: unknown[] = [];
  for (const name of driver === undefined ? DRIVERS : [driver]) {
    const found = await databaseClass(name, causes);
    if (found === undefined) continue;
    try {
      return new found(path);
    } catch (cause) {
      if (!lacksBinding(cause)) throw cause;
      causes.push(cause);
    }
  }
  const message = `${driver ?? 'Neither node:sqlite nor better-sqlite3'} is not there: use Node 22.13 or later, or install better-sqlite3.`;
  throw new StoreError('storeUnavailable', message, { cause: causes[0] });
}

async function databaseClass(name: SqliteDriver, causes: unknown[]): Promise<DatabaseClass | undefined> {
  try {
    // Named at run time, so that neither bundlers nor platforms without them look for either.
    const module: unknown = await import(name);
    const key = name === 'node:sqlite' ? 'DatabaseSync' : 'default';
    const found = typeof module === 'object' && module !== null ? Object.entries(module) : [];
    const [, exported] = found.find(([exportName]) => exportName === key) ?? [];
    // Both have these three methods, called with these types.
    if (typeof exported === 'function') return exported as DatabaseClass;
    causes.push(new TypeError(`${name} has no ${key}`));
  } catch (cause) {
    causes.push(cause);
  }
  return undefined;
}

/** The package is there, but its binary is not, or is of another platform. */
function lacksBinding(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    ('tries' in cause || ('code' in cause && cause.code === 'ERR_DLOPEN_FAILED'))
  );
}

/** What SQLite calls its error, for example `SQLITE_BUSY`, whichever driver told it. */
function sqliteCode(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  if ('errcode' in cause && typeof cause.errcode === 'number') return NUMBERS[cause.errcode & 0xff] ?? '';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** Result codes that `node:sqlite` tells as numbers. */
const NUMBERS: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  26: 'SQLITE_NOTADB',
};

const CODES: ReadonlyArray<readonly [string, StoreErrorCode, boolean]> = [
  ['SQLITE_CORRUPT', 'storeCorrupt', false],
  ['SQLITE_NOTADB', 'storeForeign', false],
];

/** Whether another writer is in the way, for now. */
export function isBusy(cause: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(cause));
}

/** An error of a driver as one of the store. */
export function storeErrorOf(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = sqliteCode(cause);
  const [, known, retryable] = CODES.find(([name]) => code.startsWith(name)) ?? ['', 'storeFailed', true];
  return new StoreError(known, 'The database refused: see the cause.', { cause, retryable });
}
