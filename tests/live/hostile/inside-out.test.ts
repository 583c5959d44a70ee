/** Calls of the handle from within what they cause. */
import { describe, expect, test } from 'vitest';
import { type LiveHandle, live } from '../../../src/live/index.ts';
import { EventLog, ScriptedPeer, settle } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';

const CONFIG = { apiKey: 'any', model: 'gemini-3.8-live' };

describe('A teardown hook', () => {
  test('that disconnects by its writer ran nearly a thousand times and ended the process', async (context) => {
    verifies(context, 'hostile:insideOut');
    const peer = new ScriptedPeer();
    let runs = 0;
    const hooks = {
      onTeardown: ({ writer }: { readonly writer: { disconnect(reason?: string): Promise<void> } }) => {
        runs += 1;
        void writer.disconnect('bye');
      },
    };
    const call = await live({ ...CONFIG, hooks }).connect({ transport: peer.transport, clock: peer.clock });
    await Promise.all([call.disconnect(), call.disconnect(), call.done()]);
    expect(runs).toBe(1);
    expect(peer.clock.pending).toBe(0);
  });
});

describe('A call that a listener of the wire session answers at once', () => {
  test.for(['onSession', 'onSessionEvent'])(
    'by %s was neither told nor recorded, and held the model for ever',
    async (via, context) => {
      verifies(context, 'hostile:insideOut');
      const peer = new ScriptedPeer();
      const handle: { call?: LiveHandle } = {};
      const answer = (id: string | undefined): void => {
        void handle.call?.sendToolResponse([{ id, name: 'raw', response: { ok: 1 } }]);
      };
      const agent = live({
        ...CONFIG,
        tools: [{ functionDeclarations: [{ name: 'raw', description: 'Answered by the application.' }] }],
        quiet: { reprompt: { afterMs: 1000, text: 'Still there?' } },
        ...(via === 'onSession' && { onSession: { toolCall: ({ calls }) => answer(calls[0]?.id) } }),
      });
      const call = await agent.connect({
        transport: peer.transport,
        clock: peer.clock,
        ...(via === 'onSessionEvent' && {
          onSessionEvent: (event) => event.type === 'toolCall' && answer(event.calls[0]?.id),
        }),
      });
      handle.call = call;
      const log = new EventLog(call);
      const id = await peer.calls('raw');
      await settle();
      expect(peer.answersTo(id)).toHaveLength(1);
      expect(log.of('toolExecution')).toHaveLength(1);
      await peer.says('Done.', { thenCompletes: true });
      await call.playbackDrained();
      await peer.clock.advanceAsync(2000);
      expect(call.turns[0]?.tools).toHaveLength(1);
      expect(log.of('reprompted')).toHaveLength(1);
      await call.disconnect();
    },
  );
});
