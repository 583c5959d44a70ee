/** What every store must do; run by a test file per implementation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/flow/state-reader.ts';
import type { Store, StoredSession } from '../../src/runtime/persist/store.ts';
import { verifies } from '../requirements.ts';
import { entriesFrom, ModelStore, outcome, run, storeCall } from './store-model.ts';

export interface StoreSubject {
  readonly name: string;
  /** An empty place, and a store on it for each call of `open`, as other processes would have theirs. */
  readonly place: () => Promise<{ open(): Promise<Store>; dispose(): Promise<void> }>;
}

const code = (wanted: string): object => expect.objectContaining({ name: 'StoreError', code: wanted });
const dataOf = (stored: StoredSession | undefined): readonly JsonValue[] =>
  stored?.entries.map(({ data }) => data) ?? [];

export function storeSuite({ name, place }: StoreSubject): void {
  const storeTest = (title: string, run: (open: () => Promise<Store>) => Promise<void>): void => {
    test(title, async (context) => {
      verifies(context, 'persist:store');
      const { open, dispose } = await place();
      const opened: Store[] = [];
      try {
        await run(async () => {
          const store = await open();
          opened.push(store);
          return store;
        });
      } finally {
        await Promise.all(opened.map((store) => store.close()));
        await dispose();
      }
    });
  };

  describe(`The ${name} store`, () => {
    storeTest('knows nothing of a session that nobody wrote', async (open) => {
      const store = await open();
      expect(await store.load('a')).toBeUndefined();
      expect(await store.list()).toEqual([]);
      await store.delete('a');
    });

    storeTest('gives back what was written, to another store too', async (open) => {
      const store = await open();
      await store.append('a', entriesFrom(1, { x: 1 }, 'two'));
      await store.append('b', entriesFrom(1, null));
      await store.append('a', entriesFrom(3, [3]));
      await store.append('a', []);
      const expected = {
        snapshot: undefined,
        upTo: 0,
        entries: entriesFrom(1, { x: 1 }, 'two', [3]),
        problems: [],
      };
      expect(await store.load('a')).toEqual(expected);
      expect(await (await open()).load('a')).toEqual(expected);
      expect(await store.list()).toEqual(['a', 'b']);
    });

    storeTest('keeps calls that nobody awaited in their order', async (open) => {
      const store = await open();
      const writes = Array.from({ length: 200 }, (_, index) =>
        store.append('a', entriesFrom(index + 1, index)),
      );
      const snapshot = store.snapshot('a', 'at 200', 200);
      const more = store.append('a', entriesFrom(201, 'after'));
      const loaded = store.load('a');
      await Promise.all([...writes, snapshot, more]);
      expect(await loaded).toEqual({
        snapshot: 'at 200',
        upTo: 200,
        entries: entriesFrom(201, 'after'),
        problems: [],
      });
    });

    storeTest('gives what came after the snapshot, wherever it was taken', async (open) => {
      const store = await open();
      await store.append('a', entriesFrom(1, 'a', 'b', 'c', 'd'));
      await store.snapshot('a', { at: 2 }, 2);
      expect(await store.load('a')).toMatchObject({
        snapshot: { at: 2 },
        upTo: 2,
        entries: entriesFrom(3, 'c', 'd'),
      });
      await store.append('a', entriesFrom(5, 'e'));
      await store.snapshot('a', { at: 4 }, 4);
      await store.snapshot('a', { at: 4, again: true }, 4);
      expect(await (await open()).load('a')).toEqual({
        snapshot: { at: 4, again: true },
        upTo: 4,
        entries: entriesFrom(5, 'e'),
        problems: [],
      });
    });

    storeTest('goes on after a snapshot that holds entries nobody wrote', async (open) => {
      const store = await open();
      await store.append('a', entriesFrom(1, 'a'));
      await store.snapshot('a', 'all up to 9', 9);
      await expect(store.append('a', entriesFrom(2, 'b'))).rejects.toEqual(code('storeConflict'));
      await expect((await open()).append('a', entriesFrom(2, 'b'))).rejects.toEqual(code('storeConflict'));
      await store.append('a', entriesFrom(10, 'j'));
      expect(await (await open()).load('a')).toMatchObject({
        upTo: 9,
        entries: entriesFrom(10, 'j'),
        problems: [],
      });
    });

    storeTest('takes a snapshot of a session without entries', async (open) => {
      const store = await open();
      await store.snapshot('a', 'empty', 0);
      expect(await store.list()).toEqual(['a']);
      await expect(store.append('a', entriesFrom(2, 'no'))).rejects.toEqual(code('storeConflict'));
      await store.append('a', entriesFrom(1, 'a'));
      expect(dataOf(await store.load('a'))).toEqual(['a']);
    });

    storeTest('refuses an older snapshot, also from elsewhere', async (open) => {
      const [one, other] = [await open(), await open()];
      await one.append('a', entriesFrom(1, 1, 2, 3));
      await other.load('a');
      await one.snapshot('a', 'at 3', 3);
      await expect(one.snapshot('a', 'at 2', 2)).rejects.toEqual(code('storeConflict'));
      await expect(other.snapshot('a', 'at 2', 2)).rejects.toEqual(code('storeConflict'));
      expect((await one.load('a'))?.snapshot).toBe('at 3');
    });

    storeTest(
      'acknowledges entries again that are there, and refuses others in their place',
      async (open) => {
        const store = await open();
        const batch = entriesFrom(3, { k: 1.5e300, l: 'ü' }, 'd');
        await store.append('a', entriesFrom(1, 'a', 'b'));
        await store.append('a', batch);
        await store.append('a', batch);
        await (await open()).append('a', entriesFrom(2, 'b', { k: 1.5e300, l: 'ü' }));
        await expect(store.append('a', entriesFrom(3, 'other'))).rejects.toEqual(code('storeConflict'));
        await expect(store.append('a', entriesFrom(4, 'd', 'e'))).rejects.toEqual(code('storeConflict'));
        await expect(store.append('a', entriesFrom(6, 'gap'))).rejects.toEqual(code('storeConflict'));
        expect(await store.load('a')).toMatchObject({
          entries: entriesFrom(1, 'a', 'b', ...batch.map((e) => e.data)),
        });
      },
    );

    storeTest('lets one of two writers win, and tells the other', async (open) => {
      const writers = [await open(), await open()];
      const won: string[] = [];
      let next = 1;
      for (let round = 0; round < 30; round++) {
        const results = await Promise.allSettled(
          writers.map((store, who) => store.append('a', entriesFrom(next, `${round} of ${who}`))),
        );
        const winners = results.flatMap(({ status }, who) =>
          status === 'fulfilled' ? [`${round} of ${who}`] : [],
        );
        expect(winners).toHaveLength(1);
        for (const result of results)
          if (result.status === 'rejected') expect(result.reason).toEqual(code('storeConflict'));
        won.push(...winners);
        next += 1;
      }
      expect(dataOf(await (await open()).load('a'))).toEqual(won);
    });

    storeTest('serves many sessions at once', async (open) => {
      const stores = [await open(), await open()];
      const ids = Array.from({ length: 40 }, (_, index) => `session ${String(index).padStart(2, '0')}`);
      await Promise.all(
        ids.map(async (id, index) => {
          const store = stores[index % 2];
          for (let seq = 1; seq <= 10; seq++) await store?.append(id, entriesFrom(seq, `${id} ${seq}`));
        }),
      );
      expect(await stores[0]?.list()).toEqual(ids);
      for (const id of ids) expect(dataOf(await (stores[0] as Store).load(id))).toHaveLength(10);
    });

    storeTest('takes any text for an id, and tells them all apart', async (open) => {
      const store = await open();
      const ids = [
        ...[
          '../../etc/passwd',
          '/etc/passwd',
          '.',
          '..',
          'a/b',
          'a\\b',
          'A',
          'a',
          'ä',
          'a\u0308',
          'Ä',
          '~41',
          '~~',
          '%2e',
        ],
        ...[
          'con',
          'NUL',
          'aux.txt',
          'a:b',
          'a\nb',
          ' a',
          'a ',
          '😀',
          `${'x'.repeat(511)}a`,
          `${'x'.repeat(511)}b`,
        ],
        ...[
          `${'X'.repeat(511)}a`,
          'é'.repeat(512),
          '\ufeffa',
          's-a',
          '__proto__',
          "'; DROP TABLE session; --",
        ],
      ];
      for (const id of ids) await store.append(id, entriesFrom(1, id));
      for (const id of ids) await store.snapshot(id, `of ${id}`, 0);
      const fresh = await open();
      expect(await fresh.list()).toEqual([...ids].sort());
      for (const id of ids)
        expect(await fresh.load(id)).toMatchObject({ snapshot: `of ${id}`, entries: [{ data: id }] });
      for (const id of ids.slice(1)) await fresh.delete(id);
      expect(await fresh.list()).toEqual(ids.slice(0, 1));
    });

    storeTest('refuses arguments that it cannot keep, and writes nothing', async (open) => {
      const store = await open();
      const bad: unknown[] = ['', 'x'.repeat(513), '\ud800', 'a\0b', 7, undefined];
      for (const id of bad) await expect(store.load(id as string)).rejects.toEqual(code('invalidArgument'));
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      for (const data of [cycle, undefined, 1n]) {
        const entries = [{ seq: 1, data: data as JsonValue }];
        await expect(store.append('a', entries)).rejects.toEqual(code('invalidArgument'));
        await expect(store.snapshot('a', data as JsonValue, 0)).rejects.toEqual(code('invalidArgument'));
      }
      for (const seqs of [[0], [1.5], [1, 3], [2, 1], [Number.NaN]]) {
        const entries = seqs.map((seq) => ({ seq, data: null }));
        await expect(store.append('a', entries)).rejects.toEqual(code('invalidArgument'));
      }
      await expect(store.snapshot('a', null, -1)).rejects.toEqual(code('invalidArgument'));
      expect(await store.list()).toEqual([]);
    });

    storeTest('keeps text of any kind and size as it is', async (open) => {
      const store = await open();
      const odd = [
        '\u2028\u2029\0\r\n"\\',
        '\ufeff',
        '\ud83d\ude00',
        'é',
        'e\u0301',
        '\u202eabc',
        '\ud800',
        '#torn\n',
      ];
      const large = 'ß𝕏'.repeat(1_000_000);
      const keys = JSON.parse('{"__proto__": 1, "constructor": {"a": []}, "": null}') as JsonValue;
      await store.append('a', entriesFrom(1, odd, keys, 1e-320, -1.5e308, large));
      await store.snapshot('b', { odd, large, keys }, 3);
      const fresh = await open();
      expect(dataOf(await fresh.load('a'))).toEqual([odd, keys, 1e-320, -1.5e308, large]);
      expect((await fresh.load('b'))?.snapshot).toEqual({ odd, large, keys });
    });

    storeTest('keeps ten thousand entries', async (open) => {
      const store = await open();
      const all = Array.from({ length: 10_000 }, (_, index) => ({
        seq: index + 1,
        data: { index, text: 'x'.repeat(80) },
      }));
      for (let at = 0; at < all.length; at += 100) await store.append('a', all.slice(at, at + 100));
      expect((await (await open()).load('a'))?.entries).toEqual(all);
    });

    storeTest('deletes a session, which may begin again', async (open) => {
      const [one, other] = [await open(), await open()];
      await one.append('a', entriesFrom(1, 'a', 'b'));
      await one.snapshot('a', 'x', 1);
      await other.load('a');
      await one.delete('a');
      expect(await one.load('a')).toBeUndefined();
      expect(await other.load('a')).toBeUndefined();
      expect(await one.list()).toEqual([]);
      await other.append('a', entriesFrom(1, 'new'));
      await one.append('a', entriesFrom(2, 'newer'));
      expect(dataOf(await one.load('a'))).toEqual(['new', 'newer']);
    });

    storeTest('gives up for a caller who has, and goes on for the others', async (open) => {
      const store = await open();
      const { signal } = AbortSignal.abort('enough')
        ? { signal: AbortSignal.abort('enough') }
        : new AbortController();
      await expect(store.append('a', entriesFrom(1, 'a'), { signal })).rejects.toEqual(code('aborted'));
      await expect(store.snapshot('a', 'a', 0, { signal })).rejects.toEqual(code('aborted'));
      await expect(store.load('a', { signal })).rejects.toEqual(code('aborted'));
      await expect(store.list({ signal })).rejects.toEqual(code('aborted'));
      await expect(store.delete('a', { signal })).rejects.toEqual(code('aborted'));
      const controller = new AbortController();
      const first = store.append('a', entriesFrom(1, 'a'));
      const second = store.append('a', entriesFrom(2, 'given up'), { signal: controller.signal });
      const third = store.append('a', entriesFrom(2, 'b'));
      controller.abort();
      await expect(second).rejects.toEqual(code('aborted'));
      await Promise.all([first, third]);
      expect(dataOf(await store.load('a'))).toEqual(['a', 'b']);
    });

    storeTest('tries what stands behind a call that failed', async (open) => {
      const store = await open();
      const results = await Promise.allSettled([
        store.append('a', entriesFrom(1, 'a')),
        store.append('a', entriesFrom(9, 'lost')),
        store.append('a', entriesFrom(2, 'b')),
        store.snapshot('a', 'x', 2),
        store.snapshot('a', 'older', 1),
        store.append('a', entriesFrom(3, 'c')),
      ]);
      const told = ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'];
      expect(results.map(({ status }) => status)).toEqual(told);
      expect(await store.load('a')).toMatchObject({ snapshot: 'x', entries: entriesFrom(3, 'c') });
    });

    storeTest('closes once for everybody, when what was begun is done', async (open) => {
      const store = await open();
      const written: string[] = [];
      const writes = ['a', 'b', 'c'].map(async (id) => {
        await store.append(id, entriesFrom(1, id));
        written.push(id);
      });
      const closing = [store.close(), store.close()];
      await Promise.all(closing);
      await Promise.all(writes);
      expect(written).toHaveLength(3);
      await store.close();
      await expect(store.append('a', entriesFrom(2, 'b'))).rejects.toEqual(code('storeClosed'));
      await expect(store.load('a')).rejects.toEqual(code('storeClosed'));
      await expect(store.list()).rejects.toEqual(code('storeClosed'));
    });

    test('behaves as a plain map does, whatever the calls', async (context) => {
      verifies(context, 'persist:store:model');
      await fc.assert(
        fc.asyncProperty(fc.array(storeCall, { maxLength: 25 }), async (calls) => {
          const { open, dispose } = await place();
          const stores = [await open(), await open()];
          const model = new ModelStore();
          try {
            for (const call of calls) {
              const store = stores[call.who] as Store;
              const [real, wanted] = [await outcome(() => run(store, call)), model.run(call)];
              expect(real).toEqual(wanted);
            }
          } finally {
            await Promise.all(stores.map((store) => store.close()));
            await dispose();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}
