import { StoreError } from '../runtime/persist/store-error.ts';
import type { SqliteDatabase } from './sqlite-driver.ts';

/** `Parl`, in the header of the file: whose database it is. */
const APPLICATION_ID = 0x5061726c;
const VERSION = 2;
/** Knew no writers. */
const FIRST_VERSION = 1;

const TABLES = `
  CREATE TABLE session (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    up_to INTEGER NOT NULL DEFAULT 0,
    last INTEGER,
    writer TEXT,
    snapshot TEXT
  );
  CREATE TABLE entry (
    session INTEGER NOT NULL REFERENCES session (key) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (session, seq)
  ) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

const ADD_WRITER = `ALTER TABLE session ADD COLUMN writer TEXT; PRAGMA user_version = ${VERSION};`;

/** Makes the tables in an empty database. Throws `storeForeign` and `storeVersion` for one that is not ours to use. */
export function prepareSchema(database: SqliteDatabase): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = numberOf(database, 'PRAGMA user_version');
    const application = numberOf(database, 'PRAGMA application_id');
    const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
    if (application === 0 && version === 0 && tables === 0) database.exec(TABLES);
    else {
      requireOurs(application, version);
      if (version === FIRST_VERSION) database.exec(ADD_WRITER);
    }
    database.exec('COMMIT');
  } catch (cause) {
    database.exec('ROLLBACK');
    throw cause;
  }
}

/** Whether it has the tables as they are now. Throws as {@link prepareSchema} does, before anything is written. */
export function isPrepared(database: SqliteDatabase): boolean {
  const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  if (tables === 0) return false;
  const version = numberOf(database, 'PRAGMA user_version');
  requireOurs(numberOf(database, 'PRAGMA application_id'), version);
  return version === VERSION;
}

function requireOurs(application: number, version: number): void {
  if (application !== APPLICATION_ID) {
    throw new StoreError('storeForeign', 'This is the database of another program: nothing was changed.');
  }
  if (version === VERSION || version === FIRST_VERSION) return;
  const message = `This database has version ${version}, and this is written for ${VERSION}: nothing was changed.`;
  throw new StoreError('storeVersion', message);
}

function numberOf(database: SqliteDatabase, sql: string): number {
  const row = database.prepare(sql).get();
  const [value] = typeof row === 'object' && row !== null ? Object.values(row) : [];
  return typeof value === 'number' ? value : 0;
}
