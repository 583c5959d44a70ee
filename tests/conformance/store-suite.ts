/** What every store must do; run by a test file per implementation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/runtime/persist/store.ts';
import { type StoreSubject, storeSuite } from '../../src/testing/store-suite.ts';
import { verifies } from '../requirements.ts';
import { ModelStore, outcome, run, storeCall } from './store-model.ts';

export function testStore(subject: StoreSubject): void {
  const { name, place } = subject;
  describe(`The ${name} store`, () => {
    for (const { title, run: check } of storeSuite(subject)) {
      test(title, async (context) => {
        verifies(context, 'persist:store');
        await check();
      });
    }

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
