/** Regression of the soak: a turn of the user was never answered, because context that steered the model cut the answer off. */
import { expect, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

async function steered(): Promise<OrderedCall> {
  const call = new OrderedCall();
  return call.open({
    model: 'gemini-2.5-flash-native-audio-preview-12-2025',
    quiet: { deadAir: false },
    extractors: [{ name: 'count', extract: ({ window }) => ({ value: { turn: window.turn } }) }],
    phases: {
      initial: 'first',
      phases: [
        {
          name: 'first',
          instruction: 'The first phase.',
          transitions: [{ to: 'second', when: (state) => state.has('app:go') }],
        },
        { name: 'second', instruction: 'The second phase.' },
      ],
    },
  });
}

const told = (call: OrderedCall): boolean => JSON.stringify(call.peer.received).includes('The second phase.');

test('who cuts in with a text is answered before the model is steered', async (context) => {
  verifies(context, 'steer:answerFirst');
  const call = await steered();
  await call.handle.sendText('One.');
  await call.peer.says('A long', { audioMs: 100 });
  call.handle.state().set('app:go', true);
  await call.handle.sendText('Two.');
  await call.peer.interrupts();
  await call.peer.clock.advanceAsync(100);
  expect(call.handle.conversationPhase).toBe('second');
  expect(told(call)).toBe(false);
  await call.peer.says('Two it is.', { audioMs: 0, thenCompletes: true });
  await call.peer.clock.advanceAsync(100);
  expect(told(call)).toBe(true);
});

test('a text that is answered by nothing at all holds nothing up', async (context) => {
  verifies(context, 'steer:answerFirst');
  const call = await steered();
  call.handle.state().set('app:go', true);
  await call.handle.sendText('One.');
  await call.peer.completes();
  await call.peer.clock.advanceAsync(100);
  expect(told(call)).toBe(true);
});
