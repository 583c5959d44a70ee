import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';
import { SqliteStore } from '../../src/adapters/sqlite-store.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { restoreSession } from '../../src/runtime/persist/restore-session.ts';
import type { SessionSnapshot } from '../../src/runtime/persist/session-snapshot.ts';
import type { Store } from '../../src/runtime/persist/store.ts';
import { verifies } from '../requirements.ts';
import { talkForAnHour } from './talk-for-an-hour.ts';

/** issue 5, Must reach; with room for the other tests that run on these cores. */
const LIMIT_MS = 100;

test('An hour is restored within 100 ms, from any store, with snapshots or without', async (context) => {
  verifies(context, 'persist:restore:fast');
  const folder = await mkdtemp(join(tmpdir(), 'parlando-hour-'));
  const figures: string[] = [];
  try {
    const stores: Array<readonly [string, () => Promise<Store>]> = [];
    for (const every of [500, 1_000_000]) {
      const memory = new MemoryStore();
      stores.push([`memory ${every}`, async () => memory]);
      stores.push([`jsonl ${every}`, async () => new JsonlStore({ folder: join(folder, `${every}`) })]);
      stores.push([`sqlite ${every}`, () => SqliteStore.open({ path: join(folder, `${every}.db`) })]);
    }
    for (const [name, open] of stores) {
      const store = await open();
      const wanted = await talkForAnHour(store, Number(name.split(' ')[1]));
      const times: number[] = [];
      let last: SessionSnapshot | undefined;
      for (let run = 0; run < 5; run++) {
        const fresh = await open();
        const startMs = performance.now();
        last = (await restoreSession(fresh, 'call'))?.snapshot;
        times.push(performance.now() - startMs);
        if (fresh !== store) await fresh.close();
      }
      expect(last).toEqual(JSON.parse(JSON.stringify(wanted)));
      figures.push(`${name}: ${times.map((ms) => ms.toFixed(1)).join(' ')} ms, ${wanted.seq} entries`);
      // The best of five: others use these cores too.
      expect(Math.min(...times), figures.at(-1)).toBeLessThan(LIMIT_MS);
      await store.close();
    }
  } finally {
    if (process.env.PARLANDO_FIGURES !== undefined) console.log(figures.join('\n'));
    await rm(folder, { recursive: true, force: true });
  }
});
