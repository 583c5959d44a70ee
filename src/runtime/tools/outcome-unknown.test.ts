import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ToolRig } from '../../../tests/support/tool-rig.ts';
import { tool } from '../../live/tool.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';

const lost = (): never => {
  throw new OutcomeUnknown('the answer was lost');
};

test('A commit that cannot say whether it took effect is not undone, and keeps its one run', async (context) => {
  verifies(context, 'tools:once');
  let undone = 0;
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    policy: { once: true, compensate: { tool: 'refund' } },
    run: lost,
  });
  const refund = tool({ name: 'refund', description: 'Refunds.', run: () => ++undone });
  const rig = new ToolRig({ tools: [pay, refund] });
  await rig.call({ id: 'a', name: 'pay' });
  await rig.call({ id: 'b', name: 'pay' });
  expect(rig.errorOf('a')).toContain(
    'Do not call it again, and do not say that it is done or that it failed',
  );
  expect(rig.errorOf('b')).toContain('it runs once');
  expect(undone).toBe(0);
  expect(rig.outcomes[0]).toMatchObject({ outcome: 'failed', ok: false, isUnknown: true });
});

test('Of a read it is a failure, which a retry may mend', async () => {
  let runs = 0;
  const look = tool({
    name: 'look',
    description: 'Looks.',
    policy: { kind: 'read', retry: { attempts: 2 } },
    run: () => (++runs === 1 ? lost() : 'found'),
  });
  const rig = new ToolRig({ tools: [look] });
  await rig.call({ id: 'a', name: 'look' });
  expect(rig.of('a')).toMatchObject([{ response: { output: 'found' } }]);
});
