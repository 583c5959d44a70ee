import { describe, expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { verifies } from '../../requirements.ts';
import { turn } from '../governed/governed-call.ts';
import { OrderedCall } from '../order/ordered-call.ts';
import { kept } from './kept-call.ts';

describe('The model of a session that was restored', () => {
  test.for([
    ['refused', async (call: OrderedCall) => call.peer.disconnects(1008, 'Session not found')],
    ['refused by a bare close', async (call: OrderedCall) => call.peer.disconnects(1007)],
    ['answered by silence', async () => {}],
  ] as ReadonlyArray<readonly [string, (call: OrderedCall) => Promise<unknown>]>)(
    'is told all of the conversation where its handle is %s, and greets nobody',
    async ([, refuse], context) => {
      verifies(context, 'persist:live:told');
      const store = new MemoryStore();
      const first = await kept({ store }, { greeting: 'Hello!' });
      await turn(first, 'I am Ann.', 'Hello Ann.');
      await first.peer.handsOut('handle');
      await first.handle.saved();
      const second = new OrderedCall({ answersSetup: false });
      const opening = second.open({
        quiet: { deadAir: false },
        greeting: 'Hello!',
        persistence: { store, sessionId: 'one' },
      });
      expect(JSON.stringify(await second.peer.expectSetup())).toContain('handle');
      await refuse(second);
      const newest = (): string => JSON.stringify(second.peer.received.findLast((frame) => 'setup' in frame));
      for (let at = 0; at < 90 && newest().includes('"handle":'); at++)
        await second.peer.clock.advanceAsync(500);
      expect(newest()).not.toContain('"handle":');
      await second.peer.sends({ setupComplete: {} });
      await opening;
      expect(second.of('connected')).toMatchObject([{ resumed: false }]);
      const said = JSON.stringify(second.peer.received.filter((frame) => 'clientContent' in frame));
      expect(said).toContain('I am Ann.');
      expect(said).toContain('Hello Ann.');
      expect(said).not.toContain('Hello!');
      await second.handle.disconnect();
    },
  );

  test('is told the whole conversation where there was no handle', async (context) => {
    verifies(context, 'persist:live:told');
    const store = new MemoryStore();
    const first = await kept({ store });
    await turn(first, 'I am Ann.', 'Hello Ann.');
    await first.handle.saved();
    const second = await kept({ store });
    expect(JSON.stringify(second.peer.received.slice(1))).toContain('I am Ann.');
    await second.handle.disconnect();
  });

  test('is told results that came after the handle, once', async (context) => {
    verifies(context, 'persist:live:told');
    const store = new MemoryStore();
    const look = tool({ name: 'look', description: 'Looks.', run: () => ({ found: 7 }) });
    const first = await kept({ store }, { tools: [look] });
    await first.peer.calls('look', {}, 'old');
    await first.peer.handsOut('handle');
    await first.peer.calls('look', {}, 'new');
    await first.peer.clock.advanceAsync(0);
    await first.handle.saved();
    const second = await kept({ store }, { tools: [look] });
    const told = JSON.stringify(second.peer.received.slice(1));
    expect(told.match(/The function look has returned/g)).toHaveLength(1);
    await second.peer.handsOut('newer');
    await second.handle.saved();
    const third = await kept({ store }, { tools: [look] });
    expect(third.peer.received.slice(1)).toEqual([]);
  });

  test('hears late words and cuts of turns as they were known last', async (context) => {
    verifies(context, 'persist:live:told');
    const store = new MemoryStore();
    const first = await kept({ store });
    await first.peer.sends({ serverContent: { inputTranscription: { text: 'I am ' } } });
    await first.peer.sends({ voiceActivity: { voiceActivityType: 'ACTIVITY_START' } } as never);
    await first.peer.says('Hello Ann.', { audioMs: 0, thenCompletes: true });
    await first.peer.sends({ serverContent: { inputTranscription: { text: 'Ann.' } } });
    await first.handle.saved();
    const second = await kept({ store });
    expect(second.handle.restored?.turns).toMatchObject([{ number: 1, model: 'Hello Ann.' }]);
    const { user } = first.handle.turns.map(({ heard }) => ({ user: heard }))[0] ?? {};
    expect(second.handle.restored?.turns[0]?.user).toBe(user);
    await second.handle.disconnect();
  });
});
