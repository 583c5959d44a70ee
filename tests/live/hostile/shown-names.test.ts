import { expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import { CallUnderTest } from './call-under-test.ts';

const CARD = '4242 4242 4242 4242';
const TYPES = ['toolExecution', 'turnRecord', 'phaseTransition'] as const;

test('a card in the name or id of a call, or in the reason of a move, is not in events and records', async () => {
  const call = await CallUnderTest.open({
    redaction: { cards: true },
    tools: [tool({ name: 'pay', description: 'Pays.', run: () => ({ ok: true }) })],
    phases: { initial: 'a', phases: [{ name: 'a' }, { name: 'b', external: true }] },
  });
  void call.handle.sendText('Pay.');
  await call.peer.sends({
    toolCall: {
      functionCalls: [
        { id: `id ${CARD}`, name: 'pay', args: {} },
        { id: 'c2', name: `pay ${CARD}`, args: {} },
      ],
    },
  });
  await call.clock.advanceAsync(100);
  call.handle.goToPhase('b', `the user of ${CARD}`);
  await call.peer.says('Done.', { thenCompletes: true });
  await call.clock.advanceAsync(5_000);
  expect(call.log.of('toolExecution')).toHaveLength(2);
  expect(call.log.of('turnRecord')[0]?.record.tools).toHaveLength(2);
  expect(call.log.of('phaseTransition').at(-1)?.reason).toContain('[card ending 4242]');
  expect(JSON.stringify(TYPES.map((type) => call.log.of(type)))).not.toContain(CARD);
  expect(call.peer.answersTo(`id ${CARD}`), 'the service knows its own id').toHaveLength(1);
  await call.handle.disconnect();
});
