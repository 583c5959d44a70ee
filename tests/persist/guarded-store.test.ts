import { expect, test } from 'vitest';
import { guardedStore } from '../../src/runtime/persist/guarded-store.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { takeUp } from '../../src/runtime/persist/take-up.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

test('connect hung with a store that hangs: it is refused after storeTimeoutMs', async () => {
  const clock = new ManualClock();
  const store = new MemoryStore();
  store.load = () => new Promise(() => {});
  const taken = takeUp({ store, storeTimeoutMs: 700 }, {}, { clock, storeClock: clock });
  const refused = expect(taken).rejects.toMatchObject({ name: 'StoreError', code: 'storeFailed' });
  await clock.advanceAsync(700);
  await refused;
  store.append = () => new Promise(() => {});
  const write = expect(guardedStore(store, clock, 50).append('a', [])).rejects.toMatchObject({
    retryable: true,
  });
  await clock.advanceAsync(50);
  await write;
});

test('an hour that passed on a manual clock gave up a store that was at work', async () => {
  const clock = new ManualClock();
  const store = new MemoryStore();
  let answer = (): void => {};
  store.load = () => new Promise((resolve) => (answer = () => resolve(undefined)));
  const taken = takeUp({ store }, { sessionId: 'call' }, { clock });
  await clock.advanceAsync(3_600_000);
  answer();
  await expect(taken).resolves.toMatchObject({ sessionId: 'call', restored: undefined });
});

test.each([{}, null, { upTo: 0, entries: {}, problems: [] }, { upTo: 0, entries: [null], problems: [] }])(
  'A foreign store whose load gave %j threw a TypeError: it is a StoreError',
  async (given) => {
    const store = Object.assign(new MemoryStore(), { load: async () => given });
    // As a store without types would.
    const taken = takeUp({ store: store as unknown as MemoryStore }, {}, { clock: new ManualClock() });
    await expect(taken).rejects.toMatchObject({ name: 'StoreError', code: 'storeForeign' });
  },
);
