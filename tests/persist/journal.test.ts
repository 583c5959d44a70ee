import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/flow/state-reader.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { restoreSession } from '../../src/runtime/persist/restore-session.ts';
import { SessionFold } from '../../src/runtime/persist/session-fold.ts';
import { SessionJournal, type SessionJournalOptions } from '../../src/runtime/persist/session-journal.ts';
import { emptySnapshot } from '../../src/runtime/persist/session-snapshot.ts';
import type { StoreEntry } from '../../src/runtime/persist/store.ts';
import { StoreError } from '../../src/runtime/persist/store-error.ts';
import { ManualClock, settle } from '../../src/testing/manual-clock.ts';
import { verifies } from '../requirements.ts';

/** Fails as it is told to: before it writes, or after, when nobody hears that it has. */
class FlakyStore extends MemoryStore {
  readonly calls: string[] = [];
  /** Of the calls to come. */
  plan: Array<'ok' | 'before' | 'after' | 'full'> = [];
  isDown = false;

  override append(id: string, entries: readonly StoreEntry[]): Promise<void> {
    return this.#fail(`append ${entries[0]?.seq}-${entries.at(-1)?.seq}`, () => super.append(id, entries));
  }

  override snapshot(id: string, snapshot: JsonValue, upTo: number): Promise<void> {
    return this.#fail(`snapshot ${upTo}`, () => super.snapshot(id, snapshot, upTo));
  }

  async #fail(name: string, work: () => Promise<void>): Promise<void> {
    this.calls.push(name);
    const how = this.isDown ? 'before' : (this.plan.shift() ?? 'ok');
    if (how === 'full') throw new StoreError('storeFull', 'full');
    if (how === 'before') throw new StoreError('storeFailed', 'down', { retryable: true });
    await work();
    if (how === 'after') throw new StoreError('storeFailed', 'unheard', { retryable: true });
  }
}

function rig(options: Partial<SessionJournalOptions> = {}) {
  const clock = new ManualClock();
  const store = new FlakyStore();
  const errors: StoreError[] = [];
  const fold = new SessionFold({ ...emptySnapshot({ clockMs: 0, epochMs: 0 }), seq: options.last ?? 0 });
  const journal = new SessionJournal({
    store,
    sessionId: 'call',
    clock,
    snapshot: () => fold.snapshot(),
    report: (error) => errors.push(error),
    ...options,
  });
  let revision = 0;
  const add = (key: string): void => {
    revision += 1;
    const entry = { type: 'state', revision, key, value: revision } as const;
    journal.add(entry);
    fold.apply(entry);
    fold.seq = journal.last;
  };
  return { add, clock, errors, fold, journal, store };
}

describe('The journal of a session', () => {
  test('writes the snapshot of a new session first, then what comes in one go in one append', async (context) => {
    verifies(context, 'persist:journal');
    const { add, journal, store } = rig();
    add('a');
    await journal.flush();
    for (const key of ['b', 'c', 'd']) add(key);
    journal.checkpoint();
    await journal.flush();
    expect(store.calls).toEqual(['snapshot 1', 'append 2-4', 'snapshot 4']);
  });

  test('goes on behind what is stored when it takes a session over', async (context) => {
    verifies(context, 'persist:journal');
    const { add, journal, store } = rig({ last: 7, maxBatch: 2 });
    await store.append(
      'call',
      Array.from({ length: 7 }, (_, index) => ({ seq: index + 1, data: null })),
    );
    store.calls.length = 0;
    for (const key of ['a', 'b', 'c']) add(key);
    await journal.flush();
    expect(store.calls).toEqual(['append 8-9', 'append 10-10']);
  });

  test('ends when another writer has the session, tells it once, and costs nothing after', async (context) => {
    verifies(context, 'persist:journal');
    const { add, errors, journal, store } = rig({ last: 1 });
    await store.append(
      'call',
      [1, 2].map((seq) => ({ seq, data: null })),
    );
    add('a');
    await expect(journal.flush()).rejects.toMatchObject({ code: 'storeConflict' });
    add('b');
    await expect(journal.flush()).rejects.toMatchObject({ code: 'storeConflict' });
    expect(errors.map(({ code }) => code)).toEqual(['storeConflict']);
    expect(journal.ended?.code).toBe('storeConflict');
  });

  test('repeats what failed, later and later, the same entries, and then the rest', async (context) => {
    verifies(context, 'persist:journal');
    const { add, clock, errors, journal, store } = rig({ last: 1 });
    store.plan = ['ok', 'after', 'before', 'before'];
    await store.append('call', [{ seq: 1, data: null }]);
    add('a');
    await settle();
    add('b');
    await settle();
    for (const delayMs of [100, 200, 400]) {
      expect(clock.nextDueMs).toBe(clock.nowMs() + delayMs);
      clock.advance(delayMs);
      await settle();
    }
    await journal.flush();
    expect(store.calls).toEqual([
      'append 1-1',
      'append 2-2',
      'append 2-2',
      'append 2-2',
      'append 2-2',
      'append 3-3',
    ]);
    expect(errors).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  test('replaces by a snapshot what it cannot hold, or what the store does not take', async (context) => {
    verifies(context, 'persist:journal');
    const { add, clock, fold, journal, store } = rig({ last: 1, maxQueued: 10 });
    await store.append('call', [{ seq: 1, data: null }]);
    store.isDown = true;
    for (let index = 0; index < 25; index++) add(`k${index}`);
    await settle();
    store.isDown = false;
    clock.advance(100);
    await journal.flush();
    expect(store.calls.at(-1)).toBe('snapshot 26');
    add('next');
    store.plan = ['full'];
    await journal.flush();
    expect(store.calls.slice(-2)).toEqual(['append 27-27', 'snapshot 27']);
    expect((await restoreSession(store, 'call'))?.snapshot).toEqual(fold.snapshot());
  });

  test('releases those who wait at the end, and leaves no timer', async (context) => {
    verifies(context, 'persist:journal');
    const { add, clock, journal, store } = rig();
    store.isDown = true;
    add('a');
    await settle();
    expect(clock.pending).toBe(1);
    const controller = new AbortController();
    const aborted = journal.flush({ signal: controller.signal });
    const waiting = [journal.flush(), journal.flush()];
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    journal.close();
    for (const wait of waiting) await expect(wait).rejects.toMatchObject({ code: 'storeClosed' });
    expect(clock.pending).toBe(0);
  });

  test('has everything in the end, however the store fails on the way', async (context) => {
    verifies(context, 'persist:journal');
    const fault = fc.constantFrom<'ok' | 'before' | 'after' | 'full'>('ok', 'ok', 'before', 'after', 'full');
    const move = fc.constantFrom('add', 'add', 'add', 'checkpoint', 'wait', 'tick');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 20 }),
        fc.array(move, { maxLength: 60 }),
        fc.record({ maxQueued: fc.integer({ min: 1, max: 8 }), maxBatch: fc.integer({ min: 1, max: 4 }) }),
        async (plan, moves, limits) => {
          const { add, clock, fold, journal, store } = rig(limits);
          store.plan = plan;
          for (const [index, one] of moves.entries()) {
            if (one === 'add') add(`k${index % 7}`);
            else if (one === 'checkpoint') journal.checkpoint();
            else if (one === 'wait') await settle();
            else clock.advance(250);
          }
          let isDone = false;
          const done = journal.flush().then(() => {
            isDone = true;
          });
          for (let turn = 0; turn < 200 && !isDone; turn++) {
            await settle();
            clock.advance(10_000);
          }
          await done;
          expect((await restoreSession(store, 'call'))?.snapshot).toEqual(fold.snapshot());
        },
      ),
      { numRuns: 200 },
    );
  });
});
