import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import { cancellation } from './tool-call.ts';

const read = { kind: 'read' } as const;

describe('A barge-in', () => {
  test('cancels inline reads: no response, no advance, toolCancelled', async (context) => {
    verifies(context, 'tools:bargeIn');
    const look = new HeldTool('look', read);
    const rig = new ToolRig({ tools: [look.definition] });
    await rig.call({ id: 'a', name: 'look' });
    rig.runner.bargeIn();
    expect(look.runs[0]?.signal.aborted).toBe(true);
    look.resolve('late');
    await rig.clock.advanceAsync(60_000);
    expect(rig.messages).toEqual([]);
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a'] }]);
    expect(rig.outcomes.map(({ outcome, ok }) => [outcome, ok])).toEqual([['cancelled', undefined]]);
    expect(rig.errors).toEqual([]);
    expect(rig.clock.pending).toBe(0);
  });

  test('leaves a started commit and background work alone, and the batch goes out without the read', async (context) => {
    verifies(context, 'tools:bargeIn', 'tools:background');
    const look = new HeldTool('look', read);
    const book = new HeldTool('book');
    const search = new HeldTool('search', { ...read, background: true });
    const rig = new ToolRig({ tools: [look.definition, book.definition, search.definition] });
    await rig.call({ id: 'a', name: 'look' }, { id: 'b', name: 'book' }, { id: 'c', name: 'search' });
    rig.runner.bargeIn();
    rig.runner.bargeIn();
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a'] }]);
    expect([book, search].map(({ runs }) => runs[0]?.signal.aborted)).toEqual([false, false]);
    book.resolve('P42');
    search.resolve('found');
    await rig.clock.advanceAsync(0);
    expect(rig.of('b')[0]?.response).toEqual({ output: 'P42' });
    expect(rig.of('c')).toHaveLength(2);
  });

  test('cancels a commit that has not started', async (context) => {
    verifies(context, 'tools:bargeIn');
    const book = new HeldTool('book', { confirm: true });
    let ended = false;
    const rig = new ToolRig({
      tools: [book.definition],
      confirmationProvider: ({ signal }) => {
        signal.addEventListener('abort', () => {
          ended = true;
        });
        return new Promise(() => {});
      },
    });
    await rig.call({ id: 'a', name: 'book' });
    rig.runner.bargeIn();
    await rig.clock.advanceAsync(300_000);
    expect(ended).toBe(true);
    expect(book.runs).toEqual([]);
    expect(rig.messages).toEqual([]);
    expect(rig.eventsOf('toolCancelled')).toHaveLength(1);
  });

  test('takes state writes from a tool that goes on all the same', async () => {
    const look = new HeldTool('look', read);
    const rig = new ToolRig({ tools: [look.definition] });
    await rig.call({ id: 'a', name: 'look' });
    look.runs[0]?.state.set('seen', 1);
    rig.runner.bargeIn();
    expect(() => look.runs[0]?.state.set('seen', 2)).toThrow(expect.objectContaining({ code: 'aborted' }));
    expect(() => look.runs[0]?.state.modify('seen', 0, (seen) => seen + 1)).toThrow();
    expect(look.runs[0]?.state.get('seen')).toBe(1);
  });
});

describe('A cancellation by the server', () => {
  test('drops the answers of its ids, ignores others, and is told once', async (context) => {
    verifies(context, 'tools:cancellation');
    const look = new HeldTool('look', read);
    const rig = new ToolRig({ tools: [look.definition] });
    await rig.call({ id: 'a', name: 'look' }, { id: 'b', name: 'look' });
    rig.runner.cancel(['a', 'nobody']);
    rig.runner.cancel(['a']);
    look.resolve(1, 0);
    look.resolve(2, 1);
    await rig.clock.advanceAsync(0);
    rig.runner.cancel(['b']);
    expect(rig.of('a')).toEqual([]);
    expect(rig.of('b')).toHaveLength(1);
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a'] }]);
  });

  test('stops background reads, and a finished call that waits for its batch', async (context) => {
    verifies(context, 'tools:cancellation', 'tools:background');
    const search = new HeldTool('search', { ...read, background: true });
    const look = new HeldTool('look', read);
    const rig = new ToolRig({ tools: [search.definition, look.definition] });
    await rig.call({ id: 'a', name: 'search' }, { id: 'b', name: 'look' }, { id: 'c', name: 'look' });
    look.resolve(1, 0);
    await rig.clock.advanceAsync(0);
    rig.runner.cancel(['a', 'b']);
    expect(search.runs[0]?.signal.aborted).toBe(true);
    look.resolve(2, 1);
    search.resolve('late');
    await rig.clock.advanceAsync(0);
    expect(rig.messages.map(({ responses }) => responses.map(({ id }) => id))).toEqual([['a'], ['c']]);
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a', 'b'] }]);
  });

  test('lets a started commit end: its outcome counts, its answer is not sent', async (context) => {
    verifies(context, 'tools:cancellation', 'tools:idempotency');
    const book = new HeldTool('book', { idempotencyKey: '{order}' });
    const rig = new ToolRig({
      tools: [
        { ...book.definition, parameters: { type: 'object', properties: { order: { type: 'string' } } } },
      ],
    });
    const args = { order: '7' };
    await rig.call({ id: 'a', name: 'book', args });
    rig.runner.cancel(['a']);
    expect(rig.outcomes.map(({ outcome }) => outcome)).toEqual(['running']);
    book.resolve('P42');
    await rig.runner.idle();
    expect(rig.messages).toEqual([]);
    expect(rig.outcomes.map(({ outcome, ok }) => [outcome, ok])).toEqual([
      ['running', undefined],
      ['succeeded', true],
    ]);
    await rig.call({ id: 'b', name: 'book', args });
    expect(rig.of('b')[0]?.response).toEqual({ output: 'P42' });
    expect(book.runs).toHaveLength(1);
  });
});

describe('A background tool', () => {
  test('is acknowledged at once, and answered once with the scheduling on the result', async (context) => {
    verifies(context, 'tools:background');
    const search = new HeldTool('search', { background: { scheduling: 'interrupt' } });
    const rig = new ToolRig({ tools: [search.definition] });
    await rig.call({ id: 'a', name: 'search' });
    expect(rig.messages).toEqual([
      {
        background: true,
        responses: [
          { id: 'a', name: 'search', response: { status: 'running', tool: 'search' }, willContinue: true },
        ],
      },
    ]);
    search.runs[0]?.progress?.('half');
    search.resolve({ found: 3 });
    await rig.clock.advanceAsync(0);
    search.runs[0]?.progress?.('too late');
    expect(rig.of('a').slice(1)).toEqual([
      {
        id: 'a',
        name: 'search',
        response: { status: 'running', tool: 'search', progress: 'half' },
        willContinue: true,
        scheduling: 'SILENT',
      },
      {
        id: 'a',
        name: 'search',
        response: { status: 'completed', tool: 'search', result: { found: 3 } },
        scheduling: 'INTERRUPT',
      },
    ]);
    expect(rig.outcomes.map(({ outcome }) => outcome)).toEqual(['running', 'succeeded']);
  });

  test('that fails says so once; its words can be its own', async (context) => {
    verifies(context, 'tools:background');
    const search = new HeldTool('search', {
      background: {
        scheduling: 'silent',
        acknowledgement: { say: 'one moment' },
        format: (outcome) => ({ end: outcome.status }),
      },
    });
    const rig = new ToolRig({ tools: [search.definition], backgroundDelivery: 'unsolicited' });
    await rig.call({ id: 'a', name: 'search' });
    search.reject(new Error('down'));
    await rig.clock.advanceAsync(0);
    expect(rig.of('a')).toEqual([
      { id: 'a', name: 'search', response: { say: 'one moment' } },
      { id: 'a', name: 'search', response: { end: 'error' }, scheduling: 'SILENT' },
    ]);
    expect(search.runs[0]?.progress).toBeUndefined();
  });

  test('runs like any other where the model would not hear a second answer', async (context) => {
    verifies(context, 'tools:background');
    const search = new HeldTool('search', { background: true });
    const rig = new ToolRig({ tools: [search.definition], backgroundDelivery: 'inline' });
    await rig.call({ id: 'a', name: 'search' });
    expect(rig.messages).toEqual([]);
    search.resolve('x');
    await rig.clock.advanceAsync(0);
    expect(rig.of('a')).toEqual([{ id: 'a', name: 'search', response: { output: 'x' } }]);
  });

  test('never overtakes its acknowledgement while a hook holds that back', async (context) => {
    verifies(context, 'tools:background', 'tools:hooks');
    const search = new HeldTool('search', { background: true });
    const rig = new ToolRig({ tools: [search.definition], beforeToolResponse: () => new Promise(() => {}) });
    await rig.call({ id: 'a', name: 'search' });
    search.resolve('x');
    await rig.clock.advanceAsync(20_000);
    expect(rig.of('a').map(({ response }) => response.status)).toEqual(['running', 'completed']);
    expect(rig.errors.map(({ code }) => code)).toEqual(['hookFailed', 'hookFailed']);
  });
});

describe('An answer by hand', () => {
  test('takes the place of the tool; a second one is dropped and reported; a stranger passes', async (context) => {
    verifies(context, 'tools:alwaysAnswered');
    const look = new HeldTool('look', read);
    const rig = new ToolRig({ tools: [look.definition] });
    await rig.call({ id: 'a', name: 'look' });
    const mine = { id: 'a', name: 'look', response: { output: 'mine' } };
    const strange = { id: 'z', name: 'other', response: {} };
    expect(rig.runner.answer([mine, strange])).toEqual([strange]);
    expect(look.runs[0]?.signal.aborted).toBe(true);
    look.resolve('late');
    await rig.clock.advanceAsync(0);
    expect(rig.runner.answer([mine])).toEqual([]);
    expect(rig.of('a')).toEqual([mine]);
    expect(rig.errors.map(({ code }) => code)).toEqual(['invalidArgument']);
    expect(rig.outcomes).toHaveLength(1);
  });
});

describe('The end', () => {
  test('cancels what is open, aborts everything, and nothing comes after it', async (context) => {
    verifies(context, 'tools:alwaysAnswered');
    const look = new HeldTool('look', { ...read, fillerAfterMs: 500 });
    const book = new HeldTool('book');
    const search = new HeldTool('search', { background: true });
    const rig = new ToolRig({ tools: [look.definition, book.definition, search.definition] });
    await rig.call({ id: 'a', name: 'look' }, { id: 'b', name: 'book' }, { id: 'c', name: 'search' });
    const idle = rig.runner.idle();
    rig.runner.close('disconnect');
    const before = [...rig.log];
    expect(rig.eventsOf('toolCancelled')).toEqual([{ type: 'toolCancelled', ids: ['a', 'b', 'c'] }]);
    for (const held of [look, book, search]) {
      expect(held.runs[0]?.signal.aborted).toBe(true);
      held.reject(new Error('late'));
    }
    await idle;
    await rig.call({ id: 'd', name: 'look' });
    rig.runner.bargeIn();
    rig.runner.close('again');
    await rig.clock.advanceAsync(700_000);
    expect(rig.log).toEqual(before);
    expect(rig.errors).toEqual([]);
    expect(rig.clock.pending).toBe(0);
  });

  test('can wait for what runs', async () => {
    const book = new HeldTool('book');
    const rig = new ToolRig({ tools: [book.definition] });
    await rig.runner.idle();
    await rig.call({ id: 'a', name: 'book' });
    let isIdle = false;
    void rig.runner.idle().then(() => {
      isIdle = true;
    });
    expect(rig.runner.pending).toEqual([{ callId: 'a', name: 'book', args: {}, run: 'running' }]);
    await rig.clock.advanceAsync(100);
    expect(isIdle).toBe(false);
    book.resolve(1);
    await rig.clock.advanceAsync(0);
    expect(isIdle).toBe(true);
  });
});

test('A filler is cued once, for inline calls that take longer than their time', async (context) => {
  verifies(context, 'tools:filler');
  const slow = new HeldTool('slow');
  const own = new HeldTool('own', { fillerAfterMs: 300 });
  const silent = new HeldTool('silent', { background: true });
  const rig = new ToolRig({
    tools: [slow.definition, own.definition, silent.definition],
    fillerAfterMs: () => 1_000,
  });
  await rig.call({ id: 'a', name: 'slow' }, { id: 'b', name: 'own' }, { id: 'c', name: 'silent' });
  await rig.clock.advanceAsync(900);
  expect(rig.eventsOf('fillerCue')).toEqual([{ type: 'fillerCue', tool: 'own', elapsedMs: 300 }]);
  slow.resolve(1);
  await rig.clock.advanceAsync(10_000);
  expect(rig.eventsOf('fillerCue')).toHaveLength(1);
});

test('Who may stop what is one table', () => {
  const answers = ['open', 'ready', 'answered', 'cancelled'] as const;
  const runs = ['waiting', 'running', 'done'] as const;
  for (const answer of answers) {
    for (const run of runs) {
      for (const isCommit of [true, false]) {
        for (const isBackground of [true, false]) {
          const call = { answer, run, isCommit, isBackground };
          const over = answer === 'answered' || answer === 'cancelled';
          const started = isCommit && run === 'running';
          expect(cancellation('close', call)).toBe(over ? 'ignored' : 'cancelled');
          expect(cancellation('server', call)).toBe(over ? 'ignored' : started ? 'detached' : 'cancelled');
          const stops = answer === 'open' && !isBackground && !started;
          expect(cancellation('bargeIn', call)).toBe(stops ? 'cancelled' : 'ignored');
        }
      }
    }
  }
});
