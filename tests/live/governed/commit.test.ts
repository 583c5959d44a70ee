import { describe, expect, test } from 'vitest';
import type { ConfirmationRequest, LiveOptions } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

const PAY: Flow = {
  steps: [{ id: 'pay', done: { isTrue: 'over' }, allow: ['pay', 'look'] }],
  constraints: [{ commit: { tool: 'pay', until: { isTrue: 'agreed' } } }],
};

async function paying(
  ran: Ran,
  run: () => unknown = () => ({ ok: true }),
  options: Omit<Partial<LiveOptions>, 'flow'> = {},
): Promise<OrderedCall> {
  const call = await governed(PAY, {
    tools: [ran.tool('pay', { kind: 'commit' }, run), ran.tool('look')],
    ...options,
  });
  call.handle.state().set('agreed', true);
  return call;
}

describe('A commit', () => {
  test('needs no more than what the user has agreed to where nobody else confirms', async (context) => {
    verifies(context, 'govern:live:confirm');
    const ran = new Ran();
    const call = await paying(ran);
    expect(await answerOf(call, 'pay', { amount: 5 })).toBe('{"ok":true}');
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('has already run');
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('asks the provider where there is one, about exactly its arguments', async (context) => {
    verifies(context, 'govern:live:confirm');
    const ran = new Ran();
    const asked: ConfirmationRequest[] = [];
    const call = await paying(ran, undefined, {
      toolSettings: {
        confirmationProvider: (request) => {
          asked.push(request);
          return { confirmed: asked.length > 1, hint: 'Read it back.' };
        },
      },
    });
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('Read it back.');
    expect(ran.names).toEqual([]);
    await turn(call, 'Yes, yes.');
    expect(await answerOf(call, 'pay', { amount: 5 })).toBe('{"ok":true}');
    expect(asked.map(({ tool, args }) => [tool, args])).toEqual([
      ['pay', { amount: 5 }],
      ['pay', { amount: 5 }],
    ]);
    // Nothing else is asked about.
    await answerOf(call, 'look');
    expect(asked).toHaveLength(2);
    await call.handle.disconnect();
  });

  test('is refused with other arguments than the agreement was used for, until there is another agreement', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:agreement');
    const ran = new Ran();
    let works = false;
    const call = await paying(ran, () => {
      if (!works) throw new Error('the line is down');
      return { ok: true };
    });
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('the line is down');
    works = true;
    expect(await answerOf(call, 'pay', { amount: 500 })).toContain('agreed to other arguments');
    call.handle.state().set('agreed', false);
    await turn(call, 'No, 500.');
    call.handle.state().set('agreed', true);
    expect(await answerOf(call, 'pay', { amount: 500 })).toBe('{"ok":true}');
    expect(ran.names).toEqual(['pay', 'pay']);
    await call.handle.disconnect();
  });

  test('is reserved: of two in one batch, or one while another runs, only the first goes through', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:once');
    const ran = new Ran();
    let finish = (): void => {};
    const call = await paying(
      ran,
      () =>
        new Promise((resolve) => {
          finish = () => resolve({ ok: true });
        }),
    );
    await call.peer.sends({
      toolCall: {
        functionCalls: ['a', 'b'].map((id) => ({ id, name: 'pay', args: { amount: 5 } })),
      },
    });
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('is running already');
    finish();
    await call.peer.clock.advanceAsync(0);
    expect((await call.peer.answerTo('a')).response).toEqual({ ok: true });
    expect(String((await call.peer.answerTo('b')).response?.error)).toContain('is running already');
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('that was vetoed, or refused by who confirms, may be called again', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:once', 'acceptance:control:vetoNeverAdvances');
    const ran = new Ran();
    let veto = true;
    const call = await paying(ran, undefined, {
      toolSettings: { middleware: [{ before: () => (veto ? { veto: 'closed' } : undefined) }] },
    });
    expect(await answerOf(call, 'pay')).toContain('closed');
    veto = false;
    expect(await answerOf(call, 'pay')).toBe('{"ok":true}');
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('that has begun is not ended by a barge-in, and counts', async (context) => {
    verifies(context, 'govern:live:confirm', 'acceptance:control:bargeInInline');
    const ran = new Ran();
    let finish = (): void => {};
    const call = await paying(
      ran,
      () =>
        new Promise((resolve) => {
          finish = () => resolve({ ok: true });
        }),
    );
    await call.peer.calls('pay', { amount: 5 });
    await call.peer.interrupts();
    await call.peer.clock.advanceAsync(1_000);
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('is running already');
    finish();
    await call.peer.clock.advanceAsync(0);
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('has already run');
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('in the background is reserved while it works, and counts when it has ended', async (context) => {
    verifies(context, 'govern:live:confirm', 'acceptance:control:backgroundOnce');
    const ran = new Ran();
    let finish = (): void => {};
    const slow = ran.tool(
      'pay',
      { kind: 'commit', background: true },
      () =>
        new Promise((resolve) => {
          finish = () => resolve({ ok: true });
        }),
    );
    const call = await governed(
      { ...PAY, steps: [{ id: 'pay', done: { calledOk: 'pay' } }] },
      { tools: [slow, ran.tool('look')] },
    );
    call.handle.state().set('agreed', true);
    await call.peer.calls('pay', {}, 'one');
    expect(call.peer.answersTo('one')).toMatchObject([{ response: { status: 'running' } }]);
    await turn(call);
    expect(call.handle.explain()).toMatchObject({ done: [] });
    expect(await answerOf(call, 'pay')).toContain('is running already');
    finish();
    await call.peer.clock.advanceAsync(0);
    expect(call.handle.explain()).toMatchObject({ done: ['pay'] });
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('by name of who must confirm it is a problem where nobody does', async (context) => {
    verifies(context, 'govern:live:confirm');
    const ran = new Ran();
    const opening = governed(
      { ...PAY, confirmTools: ['look'] },
      { tools: [ran.tool('pay'), ran.tool('look')] },
    );
    await expect(opening).rejects.toMatchObject({
      problems: [{ path: 'toolSettings.confirmationProvider', message: expect.stringContaining('look') }],
    });
  });
});

describe('Functions that the application answers by hand', () => {
  const raw = {
    functionDeclarations: [
      { name: 'pay', description: 'Pays.' },
      { name: 'look', description: 'Looks.' },
    ],
  };

  test('are refused by the flow, and what is admitted counts when it is answered', async (context) => {
    verifies(context, 'govern:live:byHand');
    const call = await governed(
      {
        ...PAY,
        steps: [
          { id: 'pay', done: { calledOk: 'pay' }, allow: ['pay'] },
          { id: 'then', after: ['pay'], done: { isSet: 'x' }, allow: ['look'] },
        ],
      },
      { tools: [raw] },
    );
    expect(await answerOf(call, 'pay')).toContain('not permitted yet');
    expect(await answerOf(call, 'look')).toContain('is not part of what is to be done now (pay)');
    call.handle.state().set('agreed', true);
    const id = await call.peer.calls('pay', { amount: 5 });
    expect(call.peer.answersTo(id)).toEqual([]);
    expect(await answerOf(call, 'pay', { amount: 5 })).toContain('is running already');
    await call.handle.sendToolResponse([{ id, name: 'pay', response: { done: true } }]);
    await call.peer.clock.advanceAsync(0);
    expect(call.handle.explain()).toMatchObject({ active: ['then'], done: ['pay'] });
    await call.handle.disconnect();
  });

  test('give back what they reserved when they fail', async (context) => {
    verifies(context, 'govern:live:byHand', 'govern:monitor:once');
    const call = await governed(PAY, { tools: [raw] });
    call.handle.state().set('agreed', true);
    const failed = await call.peer.calls('pay', {});
    await call.handle.sendToolResponse([{ id: failed, name: 'pay', response: { error: 'no money' } }]);
    await call.peer.clock.advanceAsync(0);
    const last = await call.peer.calls('pay', {});
    expect(call.peer.answersTo(last)).toEqual([]);
    await call.handle.disconnect();
  });

  test('are refused by a phase', async (context) => {
    verifies(context, 'govern:live:byHand');
    const call = await governed(
      { steps: [{ id: 'one', done: { isSet: 'x' } }] },
      {
        tools: [raw],
        phases: { initial: 'a', phases: [{ name: 'a', instruction: 'A.', tools: ['look'] }] },
      },
    );
    expect(await answerOf(call, 'pay')).toContain('did not run');
    await call.handle.disconnect();
  });
});
