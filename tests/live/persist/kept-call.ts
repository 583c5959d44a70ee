import type { LiveOptions } from '../../../src/live/index.ts';
import type { PersistenceOptions } from '../../../src/runtime/persist/persistence-options.ts';
import type { ScriptedPeerOptions } from '../../../src/testing/index.ts';
import { OrderedCall } from '../order/ordered-call.ts';

/** A call that is kept under the name `one`. */
export function kept(
  persistence: PersistenceOptions,
  options: Partial<LiveOptions> = {},
  peer: ScriptedPeerOptions = {},
): Promise<OrderedCall> {
  const call = new OrderedCall(peer);
  return call.open({
    quiet: { deadAir: false },
    ...options,
    persistence: { sessionId: 'one', ...persistence },
  });
}

/** From `ask` to `pay` when `agreed` is true. */
export const twoPhases: NonNullable<LiveOptions['phases']> = {
  initial: 'ask',
  phases: [
    {
      name: 'ask',
      instruction: 'Ask.',
      transitions: [{ to: 'pay', when: (state) => state.get('agreed') === true }],
    },
    { name: 'pay', instruction: 'Let them pay.', transitions: [{ to: 'ask', when: () => false }] },
  ],
};
