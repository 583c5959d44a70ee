import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import { tool } from '../../live/tool.ts';

const order = { type: 'object', properties: { order: { type: 'string' } } };

/** A tool that counts its runs and does what it is told for each. */
function counting(
  name: string,
  policy: Parameters<typeof tool>[0]['policy'],
  act = (run: number): unknown => run,
) {
  const counted = { runs: 0 };
  const definition = tool({
    name,
    description: 'd',
    parameters: order,
    policy: policy ?? {},
    run: () => {
      counted.runs += 1;
      return act(counted.runs);
    },
  });
  return { definition, counted };
}

describe('Idempotency', () => {
  test('gives a second request the first result, whether it comes later or meanwhile', async (context) => {
    verifies(context, 'tools:idempotency');
    const book = new HeldTool('book', { idempotencyKey: '{order}' });
    const rig = new ToolRig({ tools: [{ ...book.definition, parameters: order }] });
    const args = { order: '7' };
    await rig.call({ id: 'a', name: 'book', args }, { id: 'b', name: 'book', args });
    await rig.call({ id: 'c', name: 'book', args: { order: '8' } });
    expect(book.runs).toHaveLength(2);
    book.resolve('P42', 0);
    book.resolve('P43', 1);
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'd', name: 'book', args });
    expect(book.runs).toHaveLength(2);
    expect(['a', 'b', 'c', 'd'].map((id) => rig.of(id)[0]?.response.output)).toEqual([
      'P42',
      'P42',
      'P43',
      'P42',
    ]);
    expect(rig.state.get('idempotency:book:7')).toEqual({ output: 'P42' });
    expect(() => rig.state.set('idempotency:book:9', {})).toThrow();
  });

  test('names the part of a key that has no value, and where it was looked for', async () => {
    const { definition, counted } = counting('book', { idempotencyKey: '{order}-{dai}' });
    const rig = new ToolRig({ tools: [definition] });
    await rig.call({ id: 'a', name: 'book' });
    expect(rig.errors.map(({ message }) => message)).toEqual([
      'The idempotency key of book has no value for {order} (an argument that the call gives no value) and {dai} (no argument of the tool, and without a value in the state): this call is not protected against a second one.',
    ]);
    expect(counted.runs).toBe(1);
  });

  test('keeps no failure, and says so of a key that has a hole', async (context) => {
    verifies(context, 'tools:idempotency');
    const { definition, counted } = counting('book', { idempotencyKey: '{order}-{user:id}' }, (run) => {
      if (run === 1) throw new Error('no');
      return run;
    });
    const rig = new ToolRig({ tools: [definition] });
    const args = { order: '7' };
    await rig.call({ id: 'a', name: 'book', args });
    expect(rig.errors.at(0)?.message).toContain('not protected');
    rig.state.set('user:id', 'u1');
    await rig.call({ id: 'b', name: 'book', args });
    await rig.call({ id: 'c', name: 'book', args });
    expect(counted.runs).toBe(2);
    expect(rig.state.get('idempotency:book:7-u1')).toEqual({ output: 2 });
  });

  test('does not run a request again that is late but still runs', async (context) => {
    verifies(context, 'tools:idempotency', 'tools:deadline');
    const book = new HeldTool('book', { idempotencyKey: '{order}', timeoutMs: 1_000 });
    const rig = new ToolRig({ tools: [{ ...book.definition, parameters: order }] });
    const args = { order: '7' };
    await rig.call({ id: 'a', name: 'book', args });
    await rig.clock.advanceAsync(1_000);
    expect(rig.errorOf('a')).toMatch(/still running and may take effect\. Do not call it again/);
    expect(rig.outcomes.map(({ outcome }) => outcome)).toEqual(['running']);
    await rig.call({ id: 'b', name: 'book', args });
    await rig.clock.advanceAsync(1_000);
    expect(rig.errorOf('b')).toContain('did not run a second time');
    book.resolve('P42');
    await rig.clock.advanceAsync(0);
    expect(rig.outcomes.at(-1)).toMatchObject({ callId: 'a', outcome: 'succeeded', ok: true });
    await rig.call({ id: 'c', name: 'book', args });
    expect(rig.of('c')[0]?.response).toEqual({ output: 'P42' });
    expect(book.runs).toHaveLength(1);
  });
});

describe('A tool that runs once', () => {
  test('is reserved before it starts: of two parallel calls one runs', async (context) => {
    verifies(context, 'tools:once');
    const pay = new HeldTool('pay', { once: true });
    const rig = new ToolRig({ tools: [pay.definition] });
    await rig.call({ id: 'a', name: 'pay' }, { id: 'b', name: 'pay' });
    pay.resolve('paid');
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'c', name: 'pay' });
    expect(pay.runs).toHaveLength(1);
    expect([rig.errorOf('b'), rig.errorOf('c')].every((text) => text.includes('it runs once'))).toBe(true);
  });

  test('is free again when it never started or failed for certain, not when nobody knows', async (context) => {
    verifies(context, 'tools:once');
    const pay = new HeldTool('pay', { once: true, timeoutMs: 1_000 });
    let isVetoed = true;
    const rig = new ToolRig({
      tools: [pay.definition],
      middleware: [{ before: () => (isVetoed ? { veto: 'closed' } : undefined) }],
    });
    await rig.call({ id: 'a', name: 'pay' });
    isVetoed = false;
    await rig.call({ id: 'b', name: 'pay' });
    pay.reject(new Error('declined'));
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'c', name: 'pay' });
    await rig.clock.advanceAsync(1_000);
    await rig.call({ id: 'd', name: 'pay' });
    expect(pay.runs).toHaveLength(2);
    expect(rig.errorOf('d')).toContain('it runs once');
  });
});

describe('A cache', () => {
  test('answers the same question while it is fresh and has room, and keeps no failure', async (context) => {
    verifies(context, 'tools:cache');
    const { definition, counted } = counting(
      'look',
      { kind: 'read', cache: { ttlMs: 1_000, maxEntries: 2 } },
      (run) => {
        if (run === 1) throw new Error('no');
        return run;
      },
    );
    const rig = new ToolRig({ tools: [definition] });
    let id = 0;
    const ask = async (name: string): Promise<unknown> => {
      const key = `c${++id}`;
      await rig.call({ id: key, name: 'look', args: { order: name } });
      return rig.of(key)[0]?.response.output;
    };
    expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([undefined, 2, 2]);
    expect([await ask('b'), await ask('c'), await ask('a')]).toEqual([3, 4, 5]);
    await rig.clock.advanceAsync(1_000);
    expect(await ask('a')).toBe(6);
    expect(counted.runs).toBe(6);
  });
});

describe('Deadlines and retries', () => {
  test('a late read is stopped and answered; it cannot come back', async (context) => {
    verifies(context, 'tools:deadline');
    const look = new HeldTool('look', { kind: 'read' });
    const failures: unknown[] = [];
    const rig = new ToolRig({
      tools: [look.definition],
      middleware: [{ onError: (_, error) => failures.push(error) }],
    });
    await rig.call({ id: 'a', name: 'look' });
    await rig.clock.advanceAsync(29_999);
    expect(rig.messages).toEqual([]);
    await rig.clock.advanceAsync(1);
    expect(rig.errorOf('a')).toMatch(/^look gave no result within 30000 ms and was stopped/);
    expect(look.runs[0]?.signal.aborted).toBe(true);
    look.resolve('late');
    await rig.clock.advanceAsync(0);
    expect(rig.of('a')).toHaveLength(1);
    expect(failures).toHaveLength(1);
    expect(rig.outcomes.map(({ outcome }) => outcome)).toEqual(['failed']);
  });

  test('a read is tried again within its deadline', async (context) => {
    verifies(context, 'tools:retry');
    const flaky = counting('flaky', { kind: 'read', retry: { attempts: 3, delayMs: 200 } }, (run) => {
      if (run < 3) throw new Error(`try ${run}`);
      return run;
    });
    const dead = counting(
      'dead',
      { kind: 'read', timeoutMs: 500, retry: { attempts: 9, delayMs: 200 } },
      () => Promise.reject(new Error('down')),
    );
    const rig = new ToolRig({ tools: [flaky.definition, dead.definition] });
    await rig.call({ id: 'a', name: 'flaky' }, { id: 'b', name: 'dead' });
    await rig.clock.advanceAsync(2_000);
    expect(rig.of('a')[0]?.response).toEqual({ output: 3 });
    expect(rig.errorOf('b')).toContain('within 500 ms');
    expect(dead.counted.runs).toBe(3);
    expect(rig.clock.pending).toBe(0);
  });
});

describe('Compensation', () => {
  test('undoes a failure with the same arguments, and the failure is still told', async (context) => {
    verifies(context, 'tools:compensation');
    const seen: unknown[] = [];
    const book = counting('book', { compensate: { tool: 'unbook' } }, () => {
      throw new Error('half way');
    });
    const unbook = tool({
      name: 'unbook',
      description: 'd',
      input: z.object({ order: z.string().transform((text) => Number(text)) }),
      run: ({ order }) => seen.push(order),
    });
    const rig = new ToolRig({ tools: [book.definition, unbook] });
    await rig.call({ id: 'a', name: 'book', args: { order: '7' } });
    expect(seen).toEqual([7]);
    expect(rig.errorOf('a')).toBe(
      'book failed: half way. What it had done was undone by unbook. Tell the user.',
    );
    expect(rig.state.get('compensated:book')).toBe(true);
    expect(rig.outcomes.map(({ name, ok }) => [name, ok])).toEqual([['book', false]]);
  });

  test('that fails itself is reported, and nothing is said to be undone', async (context) => {
    verifies(context, 'tools:compensation');
    const fail = () => {
      throw new Error('no');
    };
    const book = counting('book', { compensate: { tool: 'unbook' } }, fail);
    const unbook = counting('unbook', {}, fail);
    const rig = new ToolRig({ tools: [book.definition, unbook.definition] });
    await rig.call({ id: 'a', name: 'book' });
    expect(rig.errorOf('a')).not.toContain('undone');
    expect(rig.state.has('compensated:book')).toBe(false);
    expect(rig.errors.map(({ message }) => message)).toEqual([
      'The tool book failed: see the cause. The model was told.',
      'unbook could not undo book.',
    ]);
  });
});
