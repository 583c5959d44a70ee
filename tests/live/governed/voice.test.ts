import { describe, expect, test } from 'vitest';
import type { StepTiming } from '../../../src/flow/definition/flow-definition.ts';
import { verifies } from '../../requirements.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { type Flow, governed, Ran, turn } from './governed-call.ts';

const TWO: Flow = {
  steps: [
    { id: 'one', done: { isTrue: 'x' }, timing: { repromptAfterMs: 8_000, reprompt: 'One?' } },
    { id: 'other', done: { isTrue: 'x' }, timing: { repromptAfterMs: 5_000, reprompt: 'Other?' } },
    { id: 'quiet', after: ['one'], done: { isTrue: 'y' } },
  ],
};

const timed = (timing: StepTiming): Flow => ({
  steps: [
    { id: 'one', done: { isTrue: 'x' }, timing },
    { id: 'quiet', after: ['one'], done: { isTrue: 'y' } },
  ],
});

const spokenTo = (call: OrderedCall): string => JSON.stringify(call.peer.received);

describe('The voice behaves as the active steps say', () => {
  test('silence is met with a prompt after the shortest wait, and no longer when the steps are left', async (context) => {
    verifies(context, 'govern:live:timing');
    const call = await governed(TWO);
    await turn(call);
    await call.peer.clock.advanceAsync(10_000);
    expect(call.of('reprompted')).toMatchObject([{ silenceMs: 5_000 }]);
    expect(spokenTo(call)).toContain('One?');
    call.handle.state().set('x', true);
    await turn(call);
    await call.peer.clock.advanceAsync(60_000);
    expect(call.of('reprompted')).toHaveLength(1);
    await call.handle.disconnect();
  });

  test('a slow tool is told after the wait of the step', async (context) => {
    verifies(context, 'govern:live:timing');
    const never = new Ran().tool('look', { kind: 'read' }, () => new Promise(() => {}));
    const call = await governed(timed({ fillerAfterMs: 700 }), { tools: [never] });
    await call.peer.calls('look');
    await call.peer.clock.advanceAsync(699);
    expect(call.of('fillerCue')).toEqual([]);
    await call.peer.clock.advanceAsync(1);
    expect(call.of('fillerCue')).toMatchObject([{ tool: 'look', elapsedMs: 700 }]);
    await call.handle.disconnect();
  });

  test('timing of the session takes the place of what the flow says of a step', async (context) => {
    verifies(context, 'govern:live:timing');
    const call = await governed(timed({ repromptAfterMs: 60_000, reprompt: 'Late?' }), {
      flow: { stageTiming: { one: { repromptAfterMs: 4_000, reprompt: 'Early?' } } },
    });
    await turn(call);
    await call.peer.clock.advanceAsync(5_000);
    expect(call.of('reprompted')).toMatchObject([{ silenceMs: 4_000 }]);
    expect(spokenTo(call)).toContain('Early?');
    await call.handle.disconnect();
  });

  test('a step that is not to be interrupted holds the floor: the model hears silence while it speaks', async (context) => {
    verifies(context, 'govern:live:timing');
    const call = await governed(timed({ interruptible: false }));
    const chunk = new Int16Array(320).fill(1_000);
    const sends = async (): Promise<boolean> => {
      await call.peer.says('A long sentence of several words.');
      await call.handle.sendAudio(chunk);
      await call.peer.clock.advanceAsync(0);
      const heard = call.peer.received.findLast((frame) => JSON.stringify(frame).includes('"audio"'));
      const passed = !/"data":"A+=*"/.test(JSON.stringify(heard));
      await call.peer.completes();
      await call.peer.clock.advanceAsync(10_000);
      return passed;
    };
    const held = await sends();
    call.handle.state().set('x', true);
    await turn(call);
    expect([held, await sends()]).toEqual([false, true]);
    await call.handle.disconnect();
  });

  test('what a step defers waits for the words of the user', async (context) => {
    verifies(context, 'govern:live:timing');
    const sent = async (contextDelivery: 'deferred' | 'immediate'): Promise<boolean> => {
      const call = await governed({
        steps: [{ id: 'one', done: { isTrue: 'x' }, ground: 'Guest: {guest}.', timing: { contextDelivery } }],
      });
      call.handle.state().set('guest', 'Ann');
      await turn(call);
      const atOnce = spokenTo(call).includes('Guest: Ann.');
      await call.handle.sendText('Hello?');
      expect(spokenTo(call)).toContain('Guest: Ann.');
      await call.handle.disconnect();
      return atOnce;
    };
    expect([await sent('deferred'), await sent('immediate')]).toEqual([false, true]);
  });
});

describe('A text to be said word for word', () => {
  const NOTICE: Flow = {
    steps: [
      { id: 'notice', verbatim: 'This call is recorded for your own safety.' },
      { id: 'next', after: ['notice'], done: { isTrue: 'x' } },
    ],
  };

  test('is checked at the end of each turn of the model until it has passed', async (context) => {
    verifies(context, 'govern:live:timing');
    const call = await governed(NOTICE);
    await turn(call, '', 'This talk gets taped.');
    await turn(call, '', 'Good day. This call is recorded for your own safety. How can I help?');
    await turn(call, '', 'And this?');
    expect(call.of('verbatimChecked')).toMatchObject([
      { step: 'notice', passed: false },
      { step: 'notice', passed: true, similarity: 1 },
    ]);
    expect(call.state('verbatim:notice')).toBe(true);
    expect(call.handle.explain()).toMatchObject({ active: ['next'] });
    await call.handle.disconnect();
  });

  test('has not been said where the user cut it off', async (context) => {
    verifies(context, 'govern:live:timing');
    const call = await governed(NOTICE);
    await call.peer.says('This call is recorded for your own safety.', { audioMs: 4_000 });
    await call.peer.clock.advanceAsync(1_200);
    await call.peer.interrupts();
    await call.peer.clock.advanceAsync(1_000);
    expect(call.of('verbatimChecked')).toMatchObject([{ step: 'notice', passed: false }]);
    expect(call.handle.explain()).toMatchObject({ active: ['notice'] });
    await call.handle.disconnect();
  });
});
