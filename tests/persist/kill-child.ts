/**
 * Run in a process of its own: writes to a store as fast as it can, and says on stdout what was acknowledged, until it is
 * killed. Arguments: the kind of store, its folder, the entry to begin at.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';
import { SqliteStore } from '../../src/adapters/sqlite-store.ts';
import type { Store } from '../../src/runtime/persist/store.ts';

const [kind, folder = '', begin = '1'] = process.argv.slice(2);
const store: Store =
  kind === 'sqlite'
    ? await SqliteStore.open({ path: join(folder, 'sessions.db') })
    : new JsonlStore({ folder, fsync: 'never' });

/** Written before the call returns, so that what was acknowledged is told before the process can die. */
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

for (let seq = Number(begin); ; ) {
  const count = 1 + (seq % 7);
  const entries = Array.from({ length: count }, (_, index) => ({
    seq: seq + index,
    data: payload(seq + index),
  }));
  seq += count;
  const isSnapshot = seq % 20 === 0;
  await store.append('call', entries);
  tell(`entry ${seq - 1}`);
  if (!isSnapshot) continue;
  await store.snapshot('call', { upTo: seq - 1, text: 'x'.repeat(100_000) }, seq - 1);
  tell(`snapshot ${seq - 1}`);
}

/** Long enough, at times, for a write in several pieces. */
function payload(seq: number): { readonly seq: number; readonly text: string } {
  return { seq, text: 'ü'.repeat(seq % 50 === 0 ? 400_000 : seq % 300) };
}
