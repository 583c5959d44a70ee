import { describe, expect, test } from 'vitest';
import { type LiveOptions, OutcomeUnknown, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { answerOf, type Flow, governed, Ran } from './governed-call.ts';

const PAY: Flow = {
  steps: [
    { id: 'talk', done: { calledOk: 'pay' }, allow: ['pay', 'change'] },
    { id: 'close', after: ['talk'], terminal: true },
  ],
  constraints: [{ commit: { tool: 'pay', until: { isTrue: 'agreed' } } }],
  corrections: [{ slot: 'amount', clears: ['agreed'], reopens: [] }],
  digressions: [
    {
      name: 'safety',
      trigger: { isTrue: 'intent:emergency' },
      resume: 'terminate',
      flow: { steps: [{ id: 'bye', terminal: true, posture: 'Bye.' }], constraints: [{ require: ['bye'] }] },
    },
  ],
};

type Settings = NonNullable<LiveOptions['toolSettings']>;

/** A call in which the user has agreed to pay, and what the tools did. */
async function agreed(
  settings: (wait: () => Promise<undefined>) => Settings,
  policy: { readonly confirm?: true } = {},
): Promise<{ readonly call: OrderedCall; readonly ran: Ran }> {
  const ran = new Ran();
  let call: OrderedCall | undefined;
  const wait = (): Promise<undefined> =>
    new Promise((resolve) => call?.peer.clock.schedule(3_000, () => resolve(undefined)));
  call = await governed(PAY, {
    tools: [ran.tool('pay', { kind: 'commit', ...policy }), ran.tool('change')],
    toolSettings: settings(wait),
  });
  call.handle.state().set('amount', 10);
  call.handle.state().set('agreed', true);
  return { call, ran };
}

/** The answer to a payment, during whose checks `meanwhile` happens. */
async function payWhile(call: OrderedCall, meanwhile: () => unknown): Promise<unknown> {
  const id = await call.peer.calls('pay', { amount: 10 });
  await call.peer.clock.advanceAsync(500);
  await meanwhile();
  await call.peer.clock.advanceAsync(10_000);
  return (await call.peer.answerTo(id)).response;
}

const slowMiddleware = (wait: () => Promise<undefined>): Settings => ({ middleware: [{ before: wait }] });
const REFUSED = { error: expect.stringContaining('not permitted yet; it needs') };

describe('A commit whose consent is withdrawn', () => {
  test.for([
    ['middleware takes its time', slowMiddleware],
    ['the override makes up its mind', (wait): Settings => ({ onToolCall: () => wait() })],
    [
      'somebody else confirms it',
      (wait): Settings => ({
        confirmationProvider: async () => {
          await wait();
          return { confirmed: true };
        },
      }),
    ],
  ] satisfies ReadonlyArray<readonly [string, (wait: () => Promise<undefined>) => Settings]>)(
    'while %s does not run, and may be called again',
    async ([, settings], context) => {
      verifies(context, 'govern:live:confirm');
      const { call, ran } = await agreed(settings);
      expect(await payWhile(call, () => call.handle.state().set('agreed', false))).toEqual(REFUSED);
      expect(ran.names).toEqual([]);
      call.handle.state().set('agreed', true);
      expect(await payWhile(call, () => {})).toEqual({ ok: true });
      expect(ran.names).toEqual(['pay']);
      await call.handle.disconnect();
    },
  );

  test('is not shown to the override, which may be what does the work', async (context) => {
    verifies(context, 'govern:live:confirm');
    const asked: string[] = [];
    const { call, ran } = await agreed((wait) => ({
      ...slowMiddleware(wait),
      onToolCall: (calls) => {
        asked.push(...calls.map(({ name }) => name));
        return calls.map(({ id, name }) => ({
          ...(id !== undefined && { id }),
          name,
          response: { paid: true },
        }));
      },
    }));
    expect(await payWhile(call, () => call.handle.state().set('agreed', false))).toEqual(REFUSED);
    expect(asked).toEqual([]);
    call.handle.state().set('agreed', true);
    expect(await payWhile(call, () => {})).toEqual({ paid: true });
    expect(asked).toEqual(['pay']);
    expect(ran.names).toEqual([]);
    expect(call.handle.explain()).toMatchObject({ done: expect.arrayContaining(['talk']) });
    await call.handle.disconnect();
  });

  test('and given anew to something else does not run with what was agreed to before', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:agreement');
    const { call, ran } = await agreed(slowMiddleware);
    const answer = await payWhile(call, () => {
      call.handle.state().set('amount', 20);
      call.handle.explain();
    });
    expect(answer).toEqual(REFUSED);
    call.handle.state().set('agreed', true);
    const id = await call.peer.calls('pay', { amount: 20 });
    await call.peer.clock.advanceAsync(500);
    call.handle.state().set('amount', 30);
    await call.peer.hears('Thirty!');
    await call.peer.says('Thirty?', { audioMs: 0, thenCompletes: true });
    call.handle.state().set('agreed', true);
    await call.peer.clock.advanceAsync(10_000);
    expect((await call.peer.answerTo(id)).response).toEqual({
      error: expect.stringContaining('agreed to other arguments'),
    });
    expect(ran.names).toEqual([]);
    await call.handle.disconnect();
  });

  test('by the end of the conversation does not run', async (context) => {
    verifies(context, 'govern:live:confirm');
    const { call, ran } = await agreed(slowMiddleware);
    const answer = await payWhile(call, async () => {
      call.handle.state().set('intent:emergency', true);
      for (const words of ['Help!', 'Bye.']) {
        await call.peer.hears(words);
        await call.peer.says('Bye.', { audioMs: 0, thenCompletes: true });
        await call.peer.clock.advanceAsync(500);
      }
    });
    expect(answer).toEqual({ error: expect.stringContaining('the conversation is over') });
    expect(ran.names).toEqual([]);
    await call.handle.disconnect();
  });

  test('after it has begun counts all the same', async (context) => {
    verifies(context, 'govern:live:confirm');
    const { call, ran } = await agreed((wait) => ({ middleware: [{ after: wait }] }));
    expect(await payWhile(call, () => call.handle.state().set('agreed', false))).toEqual({ ok: true });
    expect(await answerOf(call, 'pay', { amount: 10 })).toContain('has already run');
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });
});

describe('What a flow lets run once', () => {
  test('is a commit though its tool says that it reads: cut in on, it does not run a second time', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:once', 'acceptance:control:bargeInInline');
    for (const constraint of [
      { commit: { tool: 'pay', until: { isTrue: 'agreed' } } },
      { once: 'pay' },
    ] as const) {
      const ran = new Ran();
      let finish = (): void => {};
      const work = (): unknown =>
        new Promise((resolve) => {
          finish = () => resolve({ ok: true });
        });
      const call = await governed(
        { ...PAY, constraints: [constraint] },
        { tools: [ran.tool('pay', { kind: 'read' }, work), ran.tool('change')] },
      );
      call.handle.state().set('agreed', true);
      const id = await call.peer.calls('pay', { amount: 10 });
      await call.peer.interrupts();
      expect(await answerOf(call, 'pay', { amount: 10 })).toContain('is running already');
      finish();
      await call.peer.clock.advanceAsync(0);
      expect((await call.peer.answerTo(id)).response).toEqual({ ok: true });
      expect(await answerOf(call, 'pay', { amount: 10 })).toContain('has already run');
      expect(ran.names).toEqual(['pay']);
      await call.handle.disconnect();
    }
  });

  test('is neither retried nor cached', async (context) => {
    verifies(context, 'govern:live:confirm');
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      policy: { kind: 'read', retry: { attempts: 3 }, cache: { ttlMs: 1_000 } },
      run: () => 'paid',
    });
    const opening = governed(PAY, { tools: [pay, new Ran().tool('change')] });
    await expect(opening).rejects.toMatchObject({
      problems: [
        { path: 'tools.pay.policy.cache', message: expect.stringContaining('The flow lets it run once') },
        { path: 'tools.pay.policy.retry' },
      ],
    });
  });
});

describe('A commit of which nobody knows whether it took effect', () => {
  test('neither counts as done nor runs again, and counts as a failure', async (context) => {
    verifies(context, 'govern:live:confirm', 'govern:monitor:once');
    const ran = new Ran();
    const call = await governed(
      {
        ...PAY,
        steps: [
          {
            id: 'talk',
            done: { calledOk: 'pay' },
            allow: ['pay'],
            repair: { escalateAfterToolFailures: 1, escalateTo: 'person' },
          },
          { id: 'person', after: ['talk'], done: { isSet: 'helped' } },
        ],
        corrections: [],
        digressions: [],
      },
      {
        tools: [
          ran.tool('pay', { kind: 'commit' }, () => {
            throw new OutcomeUnknown('the bank hung up');
          }),
        ],
      },
    );
    call.handle.state().set('agreed', true);
    expect(await answerOf(call, 'pay', { amount: 10 })).toMatch(
      /^It is not known whether pay took effect: the bank hung up\. Do not call it again/,
    );
    expect(await answerOf(call, 'pay', { amount: 10 })).toContain('not known whether it took effect');
    expect(ran.names).toEqual(['pay']);
    expect(call.handle.explain()).toMatchObject({ active: expect.arrayContaining(['person']) });
    expect(call.state('flow:toolResult')).toBeUndefined();
    await call.handle.disconnect();
  });
});

describe('A commit that the application answers by hand', () => {
  const raw = { functionDeclarations: [{ name: 'pay', description: 'Pays.' }] };
  const paying = async (): Promise<OrderedCall> => {
    const call = await governed(PAY, { tools: [raw, new Ran().tool('change')] });
    call.handle.state().set('agreed', true);
    return call;
  };
  const answers = async (call: OrderedCall, id: string, response: object): Promise<void> => {
    await call.handle.sendToolResponse([{ id, name: 'pay', response: { ...response } }]);
    await call.peer.clock.advanceAsync(0);
  };

  test('and that is delivered twice is no second call: its answer goes out, and counts', async (context) => {
    verifies(context, 'govern:live:byHand', 'govern:monitor:once');
    const call = await paying();
    const one = { id: 'one', name: 'pay', args: { amount: 10 } };
    await call.peer.sends({ toolCall: { functionCalls: [one, one] } });
    await call.peer.sends({ toolCall: { functionCalls: [one] } });
    expect(call.peer.answersTo('one')).toEqual([]);
    await answers(call, 'one', { ok: true });
    expect(call.peer.answersTo('one')).toMatchObject([{ response: { ok: true } }]);
    expect(call.handle.explain()).toMatchObject({ done: expect.arrayContaining(['talk']) });
    expect(call.of('error')).toEqual([]);
    await call.handle.disconnect();
  });

  test.for(['is taken back', 'is lost with its connection'])(
    'and %s is not called again until the application says how it ended',
    async (how, context) => {
      verifies(context, 'govern:live:byHand', 'govern:monitor:once');
      for (const ok of [true, false]) {
        const call = await paying();
        const id = await call.peer.calls('pay', { amount: 10 });
        const isTakenBack = how === 'is taken back';
        if (isTakenBack) await call.peer.cancels(id);
        else {
          await call.peer.disconnects(1011, 'lost');
          await call.peer.clock.advanceAsync(20_000);
        }
        if (isTakenBack) expect(call.of('toolCancelled')).toMatchObject([{ ids: [id] }]);
        expect(await answerOf(call, 'pay', { amount: 10 })).toContain('is running already');
        const sent = call.peer.answersTo(id).length;
        await answers(call, id, ok ? { ok } : { error: 'no money' });
        if (isTakenBack) expect(call.peer.answersTo(id)).toHaveLength(sent);
        expect(call.of('toolExecution').at(-1)).toMatchObject({ callId: id });
        expect(call.of('error').filter(({ error }) => error.code === 'invalidArgument')).toEqual([]);
        if (ok) {
          expect(await answerOf(call, 'pay', { amount: 10 })).toContain('has already run');
          expect(call.handle.explain()).toMatchObject({ done: expect.arrayContaining(['talk']) });
        } else {
          const again = await call.peer.calls('pay', { amount: 10 });
          expect(call.peer.answersTo(again)).toEqual([]);
          await answers(call, again, { ok: true });
          expect(call.peer.answersTo(again)).toHaveLength(1);
        }
        await call.handle.disconnect();
      }
    },
  );
});
