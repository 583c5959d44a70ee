import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type SqliteDatabase, type SqliteDriver } from '../../src/adapters/sqlite-driver.ts';
import { SqliteStore } from '../../src/adapters/sqlite-store.ts';
import { entriesFrom } from '../conformance/store-model.ts';
import { verifies } from '../requirements.ts';

let folder = '';
const path = (): string => join(folder, 'sessions.db');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlando-sqlite-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A sound database with a session of four entries. */
async function made(): Promise<void> {
  const store = await SqliteStore.open({ path: path() });
  await store.append('a', entriesFrom(1, 'a', 'b', 'c', 'd'));
  await store.close();
}

async function change(sql: string): Promise<void> {
  const database = await openSqlite(path(), undefined);
  database.exec(sql);
  database.close();
}

describe('A database', () => {
  test('of another program, of a later version, or no database, is refused and not changed', async (context) => {
    verifies(context, 'persist:bad:located');
    const cases: ReadonlyArray<readonly [string, string]> = [
      ['CREATE TABLE other (x)', 'storeForeign'],
      ['PRAGMA application_id = 7; CREATE TABLE session (x)', 'storeForeign'],
    ];
    for (const [sql, code] of cases) {
      await change(sql);
      const before = await readFile(path());
      await expect(SqliteStore.open({ path: path() })).rejects.toMatchObject({ name: 'StoreError', code });
      expect(await readFile(path())).toEqual(before);
      await rm(path());
    }
    await made();
    await change('PRAGMA user_version = 3');
    await expect(SqliteStore.open({ path: path() })).rejects.toMatchObject({ code: 'storeVersion' });
    await rm(path());
    await writeFile(
      path(),
      'no database, but a text that is longer than the header of one would be. '.repeat(20),
    );
    await expect(SqliteStore.open({ path: path() })).rejects.toMatchObject({ code: 'storeForeign' });
  });

  test('of the first version, which knew no writers, is gone on with', async () => {
    await made();
    await change('ALTER TABLE session DROP COLUMN writer; PRAGMA user_version = 1');
    const store = await SqliteStore.open({ path: path() });
    const writer = { id: 'w', after: 4 };
    await store.append('a', entriesFrom(5, 'e'), { writer });
    await store.snapshot('a', 'all', 9, { writer });
    await store.close();
    const again = await SqliteStore.open({ path: path() });
    await expect(again.snapshot('a', 'no', 12, { writer: { id: 'x', after: 4 } })).rejects.toMatchObject({
      code: 'storeConflict',
    });
    expect(await again.load('a')).toMatchObject({ snapshot: 'all', upTo: 9 });
    await again.close();
  });

  test('that was damaged says where, and gives what stands before', async (context) => {
    verifies(context, 'persist:bad:located');
    const cases: ReadonlyArray<readonly [string, string, string]> = [
      ["UPDATE entry SET data = '{' WHERE seq = 3", 'corrupt', 'session "a", entry 3'],
      ['DELETE FROM entry WHERE seq = 3', 'gap', 'session "a", entry 4'],
      ['DELETE FROM entry WHERE seq > 2', 'gap', 'session "a", entry 4'],
    ];
    for (const [sql, code, where] of cases) {
      await made();
      await change(sql);
      const store = await SqliteStore.open({ path: path() });
      await expect(store.load('a')).rejects.toMatchObject({
        code: 'storeCorrupt',
        problems: [{ code, where }],
      });
      expect((await store.load('a', { recover: true }))?.entries).toEqual(entriesFrom(1, 'a', 'b'));
      await store.close();
      await rm(path());
    }
  });

  test('that another process holds is waited for, beside everything else, and not for ever', async (context) => {
    verifies(context, 'persist:store');
    await made();
    const other: SqliteDatabase = await openSqlite(path(), undefined);
    other.exec('BEGIN IMMEDIATE');
    const store = await SqliteStore.open({ path: path(), busyTimeoutMs: 60 });
    await expect(store.append('a', entriesFrom(5, 'e'))).rejects.toMatchObject({
      code: 'storeFailed',
      retryable: true,
    });
    expect((await store.load('a'))?.entries).toHaveLength(4);
    const waiting = store.append('a', entriesFrom(5, 'e'));
    other.exec('COMMIT');
    await waiting;
    other.close();
    await store.close();
  });

  test('needs a driver', async (context) => {
    verifies(context, 'persist:store');
    const driver = 'no-such-driver' as SqliteDriver;
    await expect(SqliteStore.open({ path: path(), driver })).rejects.toMatchObject({
      code: 'storeUnavailable',
    });
  });
});
