import { describe, expect, test } from 'vitest';
import type { LiveOptions } from '../../../src/live/index.ts';
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
