import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from '../../../src/flow/definition/flow-definition.ts';
import { tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

const PAYMENT: FlowDefinition = {
  name: 'payment',
  steps: [
    {
      id: 'verify',
      done: { isTrue: 'user:verified' },
      posture: 'Ask for the date of birth.',
      allow: ['verify'],
    },
    { id: 'pay', after: ['verify'], done: { calledOk: 'pay' }, allow: ['pay'], posture: 'Take the payment.' },
    { id: 'close', after: ['pay'], terminal: true },
  ],
  constraints: [{ commit: { tool: 'pay', until: { isTrue: 'agreed' } } }],
};

describe('A model that insists', () => {
  test('on a forbidden tool fifty times never runs it, hears why and what it may do, and runs it once the guard holds', async (context) => {
    verifies(context, 'govern:live:insists');
    const ran: string[] = [];
    const call = new OrderedCall();
    const named = (name: string): ReturnType<typeof tool> =>
      tool({
        name,
        description: name,
        run: (_args, { state }) => {
          ran.push(name);
          if (name === 'verify') state.set('user:verified', true);
          return { ok: true };
        },
      });
    await call.open({ tools: [named('verify'), named('pay')], flow: { flow: PAYMENT } });
    for (let i = 0; i < 50; i++) {
      await call.peer.calls('pay', { amount: 10 }, `pay-${i}`);
      const answer = await call.peer.expect({ toolResponse: {} });
      const text = JSON.stringify(answer);
      expect(text).toContain('agreed');
      expect(text).toContain('did not run');
      expect(text).toContain('verify');
    }
    expect(ran).toEqual([]);
    expect(call.handle.whyBlocked()).toMatchObject({ type: 'flow', active: ['verify'] });

    await call.peer.calls('verify', {});
    expect(call.handle.explain()).toMatchObject({ active: ['pay'], done: ['verify'] });
    await call.peer.calls('pay', { amount: 10 });
    expect(ran).toEqual(['verify']);
    call.handle.state().set('agreed', true);
    await call.peer.calls('pay', { amount: 10 });
    expect(ran).toEqual(['verify', 'pay']);
    await call.peer.calls('pay', { amount: 10 });
    expect(ran).toEqual(['verify', 'pay']);
    expect(call.handle.explain()).toMatchObject({ complete: true, done: ['verify', 'pay', 'close'] });
  });
});
