/** Idempotency keys with a secret in them, and commits of a process that has lost its session. */
import { describe, expect, test } from 'vitest';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import type { PersistenceOptions } from '../../../src/runtime/persist/persistence-options.ts';
import { openSeal } from '../../persist/session-rig.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { kept } from './kept-call.ts';

const CARD = '4242424242424242';

function paying(idempotencyKey: string, options: Partial<LiveOptions> = {}) {
  const ran: unknown[] = [];
  const run = (args: object) => ({ done: ran.push(args) });
  const made = tool({ name: 'pay', description: 'Pays.', policy: { idempotencyKey }, run });
  return { ran, options: { ...options, tools: [made] } };
}

async function pays(call: OrderedCall, id: string, args: Readonly<Record<string, unknown>>): Promise<string> {
  await call.peer.calls('pay', args, id);
  for (let at = 0; at < 20; at++) await call.peer.clock.advanceAsync(0);
  return JSON.stringify(call.peer.answersTo(id));
}

describe('A payment whose idempotency key has a secret in it', () => {
  const ways: ReadonlyArray<readonly [string, string, Partial<LiveOptions>, string | undefined]> = [
    ['a card that redaction finds', '{card}-{euros}', { redaction: { cards: true } }, undefined],
    ['an argument that is marked', '{card}-{euros}', {}, 'card'],
    ['a value of the state that is marked', '{user:pin}-{euros}', {}, 'pin'],
  ];

  for (const sealed of [false, true]) {
    test.for(ways)(
      `is not paid twice after a restore, ${sealed ? 'sealed' : 'not sealed'}: %s`,
      async (way) => {
        const [, key, options, mark] = way;
        const store = new MemoryStore();
        const persistence: PersistenceOptions = { store, ...(sealed && { seal: openSeal }) };
        const { ran, options: all } = paying(key, options);
        const first = await kept(persistence, all);
        if (mark !== undefined) first.handle.state().redact(mark);
        first.handle.state().set('user:pin', '987654');
        const args = { card: CARD, euros: 5 };
        await pays(first, 'c1', args);
        await first.handle.saved();
        expect(ran).toHaveLength(1);
        const written = JSON.stringify(await store.load('one'));
        if (key.includes('card') || mark === undefined) expect(written).not.toContain(CARD);
        if (mark === 'pin') expect(written).not.toContain('987654');

        for (let again = 0; again < 3; again++) {
          const next = await kept(persistence, all);
          next.handle.state().set('user:pin', '987654');
          const told = await pays(next, `again ${again}`, args);
          expect(ran).toHaveLength(1);
          expect(told).toContain(sealed ? '"done":1' : 'not known whether pay took effect');
          await next.handle.saved();
          const size = (await store.load('one'))?.entries.length ?? 0;
          expect(size).toBeLessThan(200);
        }
        const other = await kept(persistence, all);
        other.handle.state().set('user:pin', '987654');
        await pays(other, 'other', { card: CARD, euros: 6 });
        expect(ran).toHaveLength(2);
        await other.handle.saved();
        const last = JSON.stringify(await store.load('one'));
        if (key.includes('card')) expect(last).not.toContain(CARD);
        if (mark === 'pin') expect(last).not.toContain('987654');
      },
    );
  }
});

test('A process that was told storeConflict still ran commits that have an idempotency key: it begins none', async () => {
  const store = new MemoryStore();
  const { ran, options } = paying('{euros}');
  const old = await kept({ store }, options);
  const young = await kept({ store }, options);
  await young.handle.saved();
  old.handle.state().set('x', 1);
  await old.peer.clock.advanceAsync(1);
  await expect(old.handle.saved()).rejects.toMatchObject({ code: 'storeConflict' });
  expect(await pays(old, 'c1', { euros: 5 })).toContain('could not be written down');
  expect(ran).toEqual([]);
  await pays(young, 'c1', { euros: 5 });
  expect(ran).toHaveLength(1);
});
