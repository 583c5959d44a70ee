import { describe, expect, test } from 'vitest';
import { type LiveOptions, State, tool } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { verifies } from '../../requirements.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { kept } from './kept-call.ts';

/** A tool that works until it is told that it is done, and says how often it began. */
function slow(name: string, policy: object = {}) {
  const began: unknown[] = [];
  const finish: Array<(value: unknown) => void> = [];
  const made = tool({
    name,
    description: name,
    policy,
    run: (args, { callId }) => {
      began.push([callId, args]);
      return new Promise((resolve) => finish.push(resolve));
    },
  });
  return { began, finish, made };
}

const answers = (call: OrderedCall): readonly unknown[] =>
  call.peer.received.flatMap((frame) => {
    const { functionResponses = [] } = (frame.toolResponse ?? {}) as { functionResponses?: unknown[] };
    return functionResponses;
  });
const texts = (call: OrderedCall): string => JSON.stringify(call.peer.received.slice(1));

async function through(call: OrderedCall): Promise<void> {
  for (let at = 0; at < 20; at++) await call.peer.clock.advanceAsync(0);
}

describe('A call that is under way when its process ends', () => {
  test('and only reads, runs again under its id and is answered', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    const before = slow('look', { kind: 'read' });
    const first = await kept({ store }, { tools: [before.made] });
    await first.peer.handsOut('handle');
    await first.peer.calls('look', { at: 1 }, 'c1');
    await first.handle.saved();
    const after = slow('look', { kind: 'read' });
    const second = await kept({ store }, { tools: [after.made] });
    await through(second);
    expect(second.handle.restored?.calls).toEqual([{ callId: 'c1', name: 'look', fate: 'rerun' }]);
    expect(after.began).toEqual([['c1', { at: 1 }]]);
    after.finish[0]?.({ found: 7 });
    await through(second);
    // The handle is older than the call: its result is told as text.
    expect(answers(second)).toEqual([]);
    expect(texts(second)).toContain('The function look has returned: {\\"found\\":7}');
    // It is over: a third process has nothing to do.
    await second.handle.saved();
    const third = await kept({ store }, { tools: [slow('look').made] });
    expect(third.handle.restored?.calls).toEqual([]);
  });

  test('and that the handle knows, is answered as a call', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    const before = slow('look', { kind: 'read', background: true });
    const first = await kept({ store }, { tools: [before.made] });
    await first.peer.calls('look', {}, 'c1');
    await first.peer.completes();
    await first.peer.handsOut('handle');
    await first.handle.saved();
    const after = slow('look', { kind: 'read', background: true });
    const second = await kept({ store }, { tools: [after.made] });
    await through(second);
    after.finish[0]?.({ found: 7 });
    await through(second);
    // It was acknowledged before.
    expect(answers(second)).toMatchObject([
      { id: 'c1', response: { status: 'completed', result: { found: 7 } } },
    ]);
  });

  test('and has begun to change the world, is not run again: the model is told that nobody knows', async (context) => {
    verifies(context, 'persist:live:calls', 'persist:live:kill');
    const store = new MemoryStore();
    const before = slow('pay');
    const flow: LiveOptions['flow'] = {
      flow: {
        name: 'paying',
        steps: [{ id: 'pay', done: { isTrue: 'over' }, allow: ['pay'] }],
        constraints: [{ once: 'pay' }],
      },
    };
    const first = await kept({ store }, { tools: [before.made], flow });
    await first.peer.calls('pay', { amount: 5 }, 'c1');
    await through(first);
    expect(before.began).toHaveLength(1);
    const after = slow('pay');
    const second = await kept({ store }, { tools: [after.made], flow });
    await through(second);
    expect(second.handle.restored?.calls).toEqual([{ callId: 'c1', name: 'pay', fate: 'unknown' }]);
    expect(texts(second)).toContain('It is not known whether pay took effect');
    expect(after.began).toEqual([]);
    // Nor is it by another call, as long as nobody knows.
    await second.peer.calls('pay', { amount: 5 }, 'c2');
    await through(second);
    expect(after.began).toEqual([]);
    expect(JSON.stringify(answers(second))).toContain('not known');
    // The same call that comes a second time is known.
    await second.peer.calls('pay', { amount: 5 }, 'c1');
    await through(second);
    expect(after.began).toEqual([]);
  });

  test('with an idempotency key runs again, unless its result is known', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    const policy = { idempotencyKey: '{ref}' };
    const before = slow('send', policy);
    const first = await kept({ store }, { tools: [before.made] });
    await first.peer.calls('send', { ref: 'a' }, 'c1');
    await through(first);
    await first.handle.saved();
    const after = slow('send', policy);
    const second = await kept({ store }, { tools: [after.made] });
    await through(second);
    expect(after.began).toEqual([['c1', { ref: 'a' }]]);
    after.finish[0]?.({ sent: 1 });
    await through(second);
    await second.handle.saved();
    const last = slow('send', policy);
    const third = await kept({ store }, { tools: [last.made] });
    await third.peer.calls('send', { ref: 'a' }, 'c2');
    await through(third);
    expect(last.began).toEqual([]);
    expect(answers(third)).toMatchObject([{ id: 'c2', response: { sent: 1 } }]);
  });

  test('and has not begun, asks again whether it may', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    const asked: string[] = [];
    const confirming = (confirmed: boolean | undefined): NonNullable<LiveOptions['toolSettings']> => ({
      confirmationProvider: ({ callId }) => {
        asked.push(callId);
        return confirmed === undefined ? new Promise(() => {}) : { confirmed };
      },
    });
    const before = slow('pay', { confirm: true, once: true });
    const first = await kept({ store }, { tools: [before.made], toolSettings: confirming(undefined) });
    await first.peer.calls('pay', { amount: 5 }, 'c1');
    await through(first);
    await first.handle.saved();
    const after = slow('pay', { confirm: true, once: true });
    const second = await kept({ store }, { tools: [after.made], toolSettings: confirming(true) });
    await through(second);
    expect(asked).toEqual(['c1', 'c1']);
    expect(after.began).toHaveLength(1);
    after.finish[0]?.({});
    await through(second);
    await second.handle.saved();
    // A tool that runs once has.
    const last = slow('pay', { confirm: true, once: true });
    const third = await kept({ store }, { tools: [last.made], toolSettings: confirming(true) });
    await third.peer.calls('pay', { amount: 5 }, 'c9');
    await through(third);
    expect(last.began).toEqual([]);
    expect(JSON.stringify(answers(third))).toContain('runs once in a conversation');
  });

  test('that the application answers by hand, is told as unknown', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    const raw = { functionDeclarations: [{ name: 'book', description: 'Books.' }] };
    const first = await kept({ store }, { tools: [raw] });
    await first.peer.calls('book', { day: 1 }, 'c1');
    await first.peer.calls('book', { day: 2 }, 'c2');
    await first.handle.sendToolResponse([{ id: 'c2', name: 'book', response: { booked: 2 } }]);
    await first.handle.saved();
    const second = await kept({ store }, { tools: [raw] });
    await through(second);
    expect(second.handle.restored?.calls).toEqual([{ callId: 'c1', name: 'book', fate: 'unknown' }]);
    expect(texts(second)).toContain('It is not known whether book took effect');
  });

  test('begins, where it changes the world, when the store has that; else it is refused', async (context) => {
    verifies(context, 'persist:live:calls');
    const store = new MemoryStore();
    let isHeld = false;
    let release = (): void => {};
    const { append } = store;
    store.append = async (...args) => {
      if (isHeld) await new Promise<void>((resolve) => (release = resolve));
      return append.apply(store, args);
    };
    const pay = slow('pay');
    const look = slow('look', { kind: 'read' });
    const call = await kept(
      { store, commitWaitMs: 1_000 },
      { tools: [pay.made, look.made], state: new State() },
    );
    isHeld = true;
    await call.peer.calls('pay', { amount: 5 }, 'c1');
    await call.peer.calls('look', {}, 'c2');
    await through(call);
    // What may run twice waits for nobody.
    expect([pay.began.length, look.began.length]).toEqual([0, 1]);
    isHeld = false;
    release();
    await through(call);
    expect(pay.began.length).toBe(1);
    isHeld = true;
    await call.peer.calls('pay', { amount: 6 }, 'c3');
    await call.peer.clock.advanceAsync(2_000);
    await through(call);
    expect(pay.began.length).toBe(1);
    expect(JSON.stringify(call.peer.answersTo('c3'))).toContain('could not be written down');
    isHeld = false;
    release();
  });
});
