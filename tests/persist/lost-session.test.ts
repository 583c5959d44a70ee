/** Two processes with one session: what the older one may still do. */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { restoreSession } from '../../src/runtime/persist/restore-session.ts';
import type { StoreEntry, WriteCall } from '../../src/runtime/persist/store.ts';
import { StoreError } from '../../src/runtime/persist/store-error.ts';
import { SessionRig } from './session-rig.ts';

/** A way to a store that can be cut. */
class Away extends MemoryStore {
  readonly #store: MemoryStore;
  isAway = false;

  constructor(store: MemoryStore) {
    super();
    this.#store = store;
  }

  override async append(id: string, entries: readonly StoreEntry[], call?: WriteCall): Promise<void> {
    this.#require();
    return this.#store.append(id, entries, call);
  }

  override async snapshot(...args: Parameters<MemoryStore['snapshot']>): Promise<void> {
    this.#require();
    return this.#store.snapshot(...args);
  }

  #require(): void {
    if (this.isAway) throw new StoreError('storeFailed', 'Away.', { retryable: true });
  }
}

describe('A process whose store was away while another took its session up', () => {
  test('does not steal it back with a snapshot: a tool that runs once would run twice', async () => {
    const store = new MemoryStore();
    const away = new Away(store);
    const old = new SessionRig({ store: away, maxQueued: 8 });
    await old.keeper.flush();
    away.isAway = true;
    for (let n = 0; n < 40; n++) old.do({ type: 'set', key: 'n', value: n });

    const restored = await restoreSession(store, 'call');
    const young = new SessionRig({ store, ...(restored && { restored: restored.snapshot }) });
    young.do({ type: 'once', tool: 'pay', spent: true });
    await young.keeper.flush();

    away.isAway = false;
    await old.clock.advanceAsync(20_000);
    await expect(old.keeper.flush()).rejects.toMatchObject({ code: 'storeConflict' });
    expect(old.errors.at(-1)?.code).toBe('storeConflict');

    young.do({ type: 'set', key: 'after', value: true });
    await young.keeper.flush();
    const third = await restoreSession(store, 'call');
    expect(third?.problems).toEqual([]);
    expect(third?.snapshot.tools.once).toEqual(['pay']);
    expect(third?.state.values).toMatchObject({ after: true });
  });

  test('is not taken for another when its own writes came through unheard', async () => {
    const store = new MemoryStore();
    let unheard = 0;
    const rig = new SessionRig({
      maxQueued: 8,
      store: Object.assign(Object.create(store), {
        append: async (...args: Parameters<MemoryStore['append']>) => {
          await store.append(...args);
          if (unheard-- > 0) throw new StoreError('storeFailed', 'Unheard.', { retryable: true });
        },
        snapshot: async (...args: Parameters<MemoryStore['snapshot']>) => {
          await store.snapshot(...args);
          if (unheard-- > 0) throw new StoreError('storeFailed', 'Unheard.', { retryable: true });
        },
      }),
    });
    await rig.keeper.flush();
    unheard = 3;
    for (let n = 0; n < 40; n++) {
      rig.do({ type: 'set', key: 'n', value: n });
      if (n % 5 === 0) await rig.clock.advanceAsync(50);
    }
    await rig.clock.advanceAsync(20_000);
    await rig.keeper.flush();
    expect((await restoreSession(store, 'call'))?.state.values).toEqual({ n: 39 });
  });
});
