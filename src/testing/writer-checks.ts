/** What a store must do when two write the same session. */
import { claim, dataOf, entriesFrom, isRefusal, refuses, type StoreCheckRun } from './store-claims.ts';

export const WRITER_CHECKS: ReadonlyArray<readonly [string, StoreCheckRun]> = [
  [
    'refuses an older snapshot, also from elsewhere',
    async (open) => {
      const [one, other] = [await open(), await open()];
      await one.append('a', entriesFrom(1, 1, 2, 3));
      await other.load('a');
      await one.snapshot('a', 'at 3', 3);
      await refuses(one.snapshot('a', 'at 2', 2), 'storeConflict');
      await refuses(other.snapshot('a', 'at 2', 2), 'storeConflict');
      claim((await one.load('a'))?.snapshot).toBe('at 3');
    },
  ],

  [
    'refuses a snapshot of a writer that has lost the session: it never covers what another has written since',
    async (open) => {
      const [one, other] = [await open(), await open()];
      const old = { writer: { id: 'old', after: 0 } };
      const young = { writer: { id: 'young', after: 2 } };
      await one.append('a', entriesFrom(1, 'a', 'b'), old);
      await other.load('a');
      await other.append('a', entriesFrom(3, 'c', 'd'), young);
      for (const upTo of [2, 3, 4, 5, 4_000]) {
        await refuses(one.snapshot('a', 'of the old one', upTo, old), 'storeConflict');
        await refuses((await open()).snapshot('a', 'of the old one', upTo, old), 'storeConflict');
      }
      await refuses(one.append('a', entriesFrom(5, 'e'), old), 'storeConflict');
      claim(await (await open()).load('a')).toEqual({
        snapshot: undefined,
        upTo: 0,
        entries: entriesFrom(1, 'a', 'b', 'c', 'd'),
        problems: [],
      });
      // The last writer may leave entries out, and repeat what it does not know the end of.
      await other.snapshot('a', 'of the young one', 9, young);
      await other.snapshot('a', 'again', 9, young);
      await other.snapshot('a', 'once more', 11, young);
      await refuses(one.snapshot('a', 'of the old one', 4_000, old), 'storeConflict');
      await other.append('a', entriesFrom(12, 'l'), young);
      claim(await (await open()).load('a')).toMatchObject({ snapshot: 'once more', upTo: 11 });
    },
  ],

  [
    'lets a writer begin with a snapshot behind what it has read, and not where there is more',
    async (open) => {
      const [one, other] = [await open(), await open()];
      await one.snapshot('a', 'first', 3, { writer: { id: 'one', after: 0 } });
      await refuses(other.snapshot('a', 'too', 5, { writer: { id: 'other', after: 0 } }), 'storeConflict');
      await other.snapshot('a', 'taken up', 9, { writer: { id: 'other', after: 3 } });
      await refuses(one.snapshot('a', 'stale', 20, { writer: { id: 'one', after: 0 } }), 'storeConflict');
      await refuses(
        one.append('a', entriesFrom(10, 'x'), { writer: { id: 'one', after: 0 } }),
        'storeConflict',
      );
      // As long as nobody has written since, whoever has read the end may go on.
      await one.snapshot('a', 'back', 9, { writer: { id: 'back', after: 9 } });
      await refuses(other.snapshot('a', 'late', 30, { writer: { id: 'third', after: 3 } }), 'storeConflict');
      for (const id of ['', 'a b', 'a\n', 'x'.repeat(65)]) {
        await refuses(one.append('a', entriesFrom(10, 1), { writer: { id, after: 0 } }), 'invalidArgument');
      }
      claim((await (await open()).load('a'))?.snapshot).toBe('back');
    },
  ],

  [
    'acknowledges entries again that are there, and refuses others in their place',
    async (open) => {
      const store = await open();
      const batch = entriesFrom(3, { k: 1.5e300, l: 'ü' }, 'd');
      await store.append('a', entriesFrom(1, 'a', 'b'));
      await store.append('a', batch);
      await store.append('a', batch);
      await (await open()).append('a', entriesFrom(2, 'b', { k: 1.5e300, l: 'ü' }));
      await refuses(store.append('a', entriesFrom(3, 'other')), 'storeConflict');
      await refuses(store.append('a', entriesFrom(4, 'd', 'e')), 'storeConflict');
      await refuses(store.append('a', entriesFrom(6, 'gap')), 'storeConflict');
      claim(await store.load('a')).toMatchObject({
        entries: entriesFrom(1, 'a', 'b', ...batch.map((e) => e.data)),
      });
    },
  ],

  [
    'lets one of two writers win, and tells the other',
    async (open) => {
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
        claim(winners).toHaveLength(1);
        for (const result of results)
          if (result.status === 'rejected') isRefusal(result.reason, 'storeConflict');
        won.push(...winners);
        next += 1;
      }
      claim(dataOf(await (await open()).load('a'))).toEqual(won);
    },
  ],
];
