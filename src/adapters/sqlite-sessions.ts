/** The statements of the store, each within a transaction of its caller. */
import type { JsonValue } from '../flow/state-reader.ts';
import { appendConflict, judgeAppend, requireNewer, type Tail } from '../runtime/persist/append-rule.ts';
import type { StoredSession, StoreEntry, StoreWriter } from '../runtime/persist/store.ts';
import type { StoreProblem } from '../runtime/persist/store-error.ts';
import type { SqliteDatabase, SqliteStatement } from './sqlite-driver.ts';

interface SessionRow {
  readonly key: number;
  readonly upTo: number;
  readonly last: number | null;
  readonly writer: string | null;
}

export class SqliteSessions {
  readonly #find: SqliteStatement;
  readonly #text: SqliteStatement;
  readonly #make: SqliteStatement;
  readonly #setLast: SqliteStatement;
  readonly #setSnapshot: SqliteStatement;
  readonly #insert: SqliteStatement;
  readonly #entries: SqliteStatement;
  readonly #forget: SqliteStatement;
  readonly #list: SqliteStatement;
  readonly #delete: SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.#find = database.prepare('SELECT key, up_to AS upTo, last, writer FROM session WHERE id = ?');
    this.#text = database.prepare('SELECT snapshot FROM session WHERE key = ?');
    this.#make = database.prepare('INSERT INTO session (id) VALUES (?)');
    this.#setLast = database.prepare('UPDATE session SET last = ?, writer = ? WHERE key = ?');
    this.#setSnapshot = database.prepare(
      'UPDATE session SET snapshot = ?, up_to = ?, last = ?, writer = ? WHERE key = ?',
    );
    this.#insert = database.prepare('INSERT INTO entry (session, seq, data) VALUES (?, ?, ?)');
    this.#entries = database.prepare(
      'SELECT seq, data FROM entry WHERE session = ? AND seq > ? ORDER BY seq',
    );
    this.#forget = database.prepare('DELETE FROM entry WHERE session = ? AND seq <= ?');
    this.#list = database.prepare('SELECT id FROM session ORDER BY id');
    this.#delete = database.prepare('DELETE FROM session WHERE id = ?');
  }

  append(id: string, first: number, texts: readonly string[], writer?: StoreWriter): void {
    const row = this.#row(id) ?? this.#made(id);
    const tail = tailOf(row);
    if (judgeAppend(tail, first, texts.length, writer) === 'compare') {
      const stored = new Map(this.#stored(row).map(({ seq, data }) => [seq, data]));
      if (texts.some((text, index) => stored.get(first + index) !== text)) throw appendConflict(tail, first);
      return;
    }
    for (const [index, text] of texts.entries()) this.#insert.run(row.key, first + index, text);
    this.#setLast.run(first + texts.length - 1, writer?.id ?? null, row.key);
  }

  snapshot(id: string, text: string, upTo: number, writer?: StoreWriter): void {
    const row = this.#row(id) ?? this.#made(id);
    requireNewer(tailOf(row), upTo, writer);
    this.#setSnapshot.run(text, upTo, Math.max(row.last ?? 0, upTo), writer?.id ?? null, row.key);
    this.#forget.run(row.key, upTo);
  }

  load(id: string): StoredSession | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    const problems: StoreProblem[] = [];
    const where = (what: string): string => `session ${JSON.stringify(id)}, ${what}`;
    // The column is text or null.
    const { snapshot: text } = this.#text.get(row.key) as { readonly snapshot: string | null };
    const snapshot = text === null ? undefined : parsed(text);
    if (text !== null && snapshot === undefined) {
      problems.push({ code: 'corrupt', where: where('snapshot'), message: 'it is no JSON' });
    }
    const entries: StoreEntry[] = [];
    let known = row.upTo;
    for (const { seq, data } of this.#stored(row)) {
      const value = parsed(data);
      const isNext = seq === known + 1;
      if (!isNext || value === undefined) {
        const message = isNext
          ? 'it is no JSON: it is left out, with what follows'
          : 'entries before it are missing';
        problems.push({ code: isNext ? 'corrupt' : 'gap', where: where(`entry ${seq}`), message });
        break;
      }
      entries.push({ seq, data: value });
      known = seq;
    }
    if (problems.length === 0 && row.last !== null && known < row.last) {
      const message = `entries from ${known + 1} to ${row.last} are missing`;
      problems.push({ code: 'gap', where: where(`entry ${row.last}`), message });
    }
    return { snapshot, upTo: row.upTo, entries, problems };
  }

  list(): readonly string[] {
    // The column is text, and may not be null.
    return (this.#list.all() as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id);
  }

  delete(id: string): void {
    this.#delete.run(id);
  }

  #row(id: string): SessionRow | undefined {
    // The columns have these types by the schema.
    return this.#find.get(id) as SessionRow | undefined;
  }

  #made(id: string): SessionRow {
    this.#make.run(id);
    const row = this.#row(id);
    if (row === undefined) throw new Error('a row that was inserted is not there');
    return row;
  }

  #stored({ key, upTo }: SessionRow): ReadonlyArray<{ readonly seq: number; readonly data: string }> {
    // The columns have these types by the schema.
    return this.#entries.all(key, upTo) as ReadonlyArray<{ readonly seq: number; readonly data: string }>;
  }
}

function tailOf({ upTo, last, writer }: SessionRow): Tail {
  return { upTo, last: last ?? 0, writer: writer ?? undefined };
}

function parsed(text: string): JsonValue | undefined {
  try {
    // What is parsed as JSON is JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
