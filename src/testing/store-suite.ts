/** What every store must do, whoever makes it: one check after another, for any test runner. */
import type { JsonValue } from '../flow/state-reader.ts';
import type { Store } from '../runtime/persist/store.ts';
import { ODD_IDS } from './odd-ids.ts';
import { claim, dataOf, entriesFrom, refuses, type StoreCheckRun } from './store-claims.ts';
import { WRITER_CHECKS } from './writer-checks.ts';

export interface StoreSubject {
  readonly name: string;
  /** An empty place, and a store on it for each call of `open`, as other processes would have theirs. */
  readonly place: () => Promise<{ open(): Promise<Store>; dispose(): Promise<void> }>;
}

export interface StoreCheck {
  readonly title: string;
  /** Rejects with an assertion error. Closes what it opened. */
  readonly run: () => Promise<void>;
}

/** The checks of a store: `for (const { title, run } of storeSuite(subject)) test(title, run)`. */
export function storeSuite({ place }: StoreSubject): readonly StoreCheck[] {
  return [...CHECKS, ...WRITER_CHECKS].map(([title, check]) => ({
    title,
    run: () => runCheck(place, check),
  }));
}

async function runCheck(place: StoreSubject['place'], check: StoreCheckRun): Promise<void> {
  const { open, dispose } = await place();
  const opened: Store[] = [];
  try {
    await check(async () => {
      const store = await open();
      opened.push(store);
      return store;
    });
  } finally {
    await Promise.all(opened.map((store) => store.close()));
    await dispose();
  }
}

const CHECKS: ReadonlyArray<readonly [string, StoreCheckRun]> = [
  [
    'knows nothing of a session that nobody wrote',
    async (open) => {
      const store = await open();
      claim(await store.load('a')).toBeUndefined();
      claim(await store.list()).toEqual([]);
      await store.delete('a');
    },
  ],

  [
    'gives back what was written, to another store too',
    async (open) => {
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
      claim(await store.load('a')).toEqual(expected);
      claim(await (await open()).load('a')).toEqual(expected);
      claim(await store.list()).toEqual(['a', 'b']);
    },
  ],

  [
    'keeps calls that nobody awaited in their order',
    async (open) => {
      const store = await open();
      const writes = Array.from({ length: 200 }, (_, index) =>
        store.append('a', entriesFrom(index + 1, index)),
      );
      const snapshot = store.snapshot('a', 'at 200', 200);
      const more = store.append('a', entriesFrom(201, 'after'));
      const loaded = store.load('a');
      await Promise.all([...writes, snapshot, more]);
      claim(await loaded).toEqual({
        snapshot: 'at 200',
        upTo: 200,
        entries: entriesFrom(201, 'after'),
        problems: [],
      });
    },
  ],

  [
    'gives what came after the snapshot, wherever it was taken',
    async (open) => {
      const store = await open();
      await store.append('a', entriesFrom(1, 'a', 'b', 'c', 'd'));
      await store.snapshot('a', { at: 2 }, 2);
      claim(await store.load('a')).toMatchObject({
        snapshot: { at: 2 },
        upTo: 2,
        entries: entriesFrom(3, 'c', 'd'),
      });
      await store.append('a', entriesFrom(5, 'e'));
      await store.snapshot('a', { at: 4 }, 4);
      await store.snapshot('a', { at: 4, again: true }, 4);
      claim(await (await open()).load('a')).toEqual({
        snapshot: { at: 4, again: true },
        upTo: 4,
        entries: entriesFrom(5, 'e'),
        problems: [],
      });
    },
  ],

  [
    'goes on after a snapshot that holds entries nobody wrote',
    async (open) => {
      const store = await open();
      await store.append('a', entriesFrom(1, 'a'));
      await store.snapshot('a', 'all up to 9', 9);
      await refuses(store.append('a', entriesFrom(2, 'b')), 'storeConflict');
      await refuses((await open()).append('a', entriesFrom(2, 'b')), 'storeConflict');
      await store.append('a', entriesFrom(10, 'j'));
      claim(await (await open()).load('a')).toMatchObject({
        upTo: 9,
        entries: entriesFrom(10, 'j'),
        problems: [],
      });
    },
  ],

  [
    'takes a snapshot of a session without entries',
    async (open) => {
      const store = await open();
      await store.snapshot('a', 'empty', 0);
      claim(await store.list()).toEqual(['a']);
      await refuses(store.append('a', entriesFrom(2, 'no')), 'storeConflict');
      await store.append('a', entriesFrom(1, 'a'));
      claim(dataOf(await store.load('a'))).toEqual(['a']);
    },
  ],

  [
    'serves many sessions at once',
    async (open) => {
      const stores = [await open(), await open()];
      const ids = Array.from({ length: 40 }, (_, index) => `session ${String(index).padStart(2, '0')}`);
      await Promise.all(
        ids.map(async (id, index) => {
          const store = stores[index % 2];
          for (let seq = 1; seq <= 10; seq++) await store?.append(id, entriesFrom(seq, `${id} ${seq}`));
        }),
      );
      claim(await stores[0]?.list()).toEqual(ids);
      for (const id of ids) claim(dataOf(await (stores[0] as Store).load(id))).toHaveLength(10);
    },
  ],

  [
    'takes any text for an id, and tells them all apart',
    async (open) => {
      const store = await open();
      const ids = ODD_IDS;
      for (const id of ids) await store.append(id, entriesFrom(1, id));
      for (const id of ids) await store.snapshot(id, `of ${id}`, 0);
      const fresh = await open();
      claim(await fresh.list()).toEqual([...ids].sort());
      for (const id of ids)
        claim(await fresh.load(id)).toMatchObject({ snapshot: `of ${id}`, entries: [{ data: id }] });
      for (const id of ids.slice(1)) await fresh.delete(id);
      claim(await fresh.list()).toEqual(ids.slice(0, 1));
    },
  ],

  [
    'refuses arguments that it cannot keep, and writes nothing',
    async (open) => {
      const store = await open();
      const bad: unknown[] = ['', 'x'.repeat(513), '\ud800', 'a\0b', 7, undefined];
      for (const id of bad) await refuses(store.load(id as string), 'invalidArgument');
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      for (const data of [cycle, undefined, 1n]) {
        const entries = [{ seq: 1, data: data as JsonValue }];
        await refuses(store.append('a', entries), 'invalidArgument');
        await refuses(store.snapshot('a', data as JsonValue, 0), 'invalidArgument');
      }
      for (const seqs of [[0], [1.5], [1, 3], [2, 1], [Number.NaN]]) {
        const entries = seqs.map((seq) => ({ seq, data: null }));
        await refuses(store.append('a', entries), 'invalidArgument');
      }
      await refuses(store.snapshot('a', null, -1), 'invalidArgument');
      claim(await store.list()).toEqual([]);
    },
  ],

  [
    'keeps text of any kind and size as it is',
    async (open) => {
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
      claim(dataOf(await fresh.load('a'))).toEqual([odd, keys, 1e-320, -1.5e308, large]);
      claim((await fresh.load('b'))?.snapshot).toEqual({ odd, large, keys });
    },
  ],

  [
    'keeps ten thousand entries',
    async (open) => {
      const store = await open();
      const all = Array.from({ length: 10_000 }, (_, index) => ({
        seq: index + 1,
        data: { index, text: 'x'.repeat(80) },
      }));
      for (let at = 0; at < all.length; at += 100) await store.append('a', all.slice(at, at + 100));
      claim((await (await open()).load('a'))?.entries).toEqual(all);
    },
  ],

  [
    'deletes a session, which may begin again',
    async (open) => {
      const [one, other] = [await open(), await open()];
      await one.append('a', entriesFrom(1, 'a', 'b'));
      await one.snapshot('a', 'x', 1);
      await other.load('a');
      await one.delete('a');
      claim(await one.load('a')).toBeUndefined();
      claim(await other.load('a')).toBeUndefined();
      claim(await one.list()).toEqual([]);
      await other.append('a', entriesFrom(1, 'new'));
      await one.append('a', entriesFrom(2, 'newer'));
      claim(dataOf(await one.load('a'))).toEqual(['new', 'newer']);
    },
  ],

  [
    'gives up for a caller who has, and goes on for the others',
    async (open) => {
      const store = await open();
      const signal = AbortSignal.abort('enough');
      await refuses(store.append('a', entriesFrom(1, 'a'), { signal }), 'aborted');
      await refuses(store.snapshot('a', 'a', 0, { signal }), 'aborted');
      await refuses(store.load('a', { signal }), 'aborted');
      await refuses(store.list({ signal }), 'aborted');
      await refuses(store.delete('a', { signal }), 'aborted');
      const controller = new AbortController();
      const first = store.append('a', entriesFrom(1, 'a'));
      const second = store.append('a', entriesFrom(2, 'given up'), { signal: controller.signal });
      const third = store.append('a', entriesFrom(2, 'b'));
      controller.abort();
      await refuses(second, 'aborted');
      await Promise.all([first, third]);
      claim(dataOf(await store.load('a'))).toEqual(['a', 'b']);
    },
  ],

  [
    'tries what stands behind a call that failed',
    async (open) => {
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
      claim(results.map(({ status }) => status)).toEqual(told);
      claim(await store.load('a')).toMatchObject({ snapshot: 'x', entries: entriesFrom(3, 'c') });
    },
  ],

  [
    'closes once for everybody, when what was begun is done',
    async (open) => {
      const store = await open();
      const written: string[] = [];
      const writes = ['a', 'b', 'c'].map(async (id) => {
        await store.append(id, entriesFrom(1, id));
        written.push(id);
      });
      const closing = [store.close(), store.close()];
      await Promise.all(closing);
      await Promise.all(writes);
      claim(written).toHaveLength(3);
      await store.close();
      await refuses(store.append('a', entriesFrom(2, 'b')), 'storeClosed');
      await refuses(store.load('a'), 'storeClosed');
      await refuses(store.list(), 'storeClosed');
    },
  ],
];
