import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';
import { SqliteStore } from '../../src/adapters/sqlite-store.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import type { Store } from '../../src/runtime/persist/store.ts';
import type { StoreSubject } from '../../src/testing/store-suite.ts';
import { testStore } from '../conformance/store-suite.ts';

/** A folder for one test. */
async function folder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'parlando-store-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}

const memory: StoreSubject = {
  name: 'memory',
  async place() {
    const store = new MemoryStore();
    // Two users of one memory: each closes for itself.
    const share = (): Store => new SharedStore(store);
    let isFirst = true;
    return {
      async open() {
        if (!isFirst) return share();
        isFirst = false;
        return store;
      },
      dispose: () => store.close(),
    };
  },
};

/** A memory store under another handle, as a second process would have it. */
class SharedStore implements Store {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  append: Store['append'] = (...call) => this.#store.append(...call);
  snapshot: Store['snapshot'] = (...call) => this.#store.snapshot(...call);
  load: Store['load'] = (...call) => this.#store.load(...call);
  list: Store['list'] = (...call) => this.#store.list(...call);
  delete: Store['delete'] = (...call) => this.#store.delete(...call);

  async close(): Promise<void> {}
}

const jsonl: StoreSubject = {
  name: 'JSONL',
  async place() {
    const { path, dispose } = await folder();
    return { open: async () => new JsonlStore({ folder: join(path, 'sessions') }), dispose };
  },
};

const sqlite: StoreSubject = {
  name: 'SQLite',
  async place() {
    const { path, dispose } = await folder();
    return { open: () => SqliteStore.open({ path: join(path, 'sessions.db') }), dispose };
  },
};

for (const subject of [memory, jsonl, sqlite]) testStore(subject);
