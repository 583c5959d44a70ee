import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { verifies } from '../../requirements.ts';
import { turn } from '../governed/governed-call.ts';
import { kept, twoPhases } from './kept-call.ts';

describe('A session that is kept', () => {
  test('goes on in another process where it was, and greets nobody twice', async (context) => {
    verifies(context, 'persist:live');
    const store = new MemoryStore();
    const options = { greeting: 'Say hello!', phases: twoPhases };
    const first = await kept({ store }, options);
    expect(first.handle.restored).toBeUndefined();
    await turn(first, 'I am Ann.', 'Hello Ann.');
    first.handle.state().set('user:name', 'Ann');
    first.handle.state().set('agreed', true);
    await turn(first, 'Yes.', 'Good.');
    await first.peer.handsOut('handle-1');
    await turn(first, 'And now?', 'Now you pay.');
    await first.handle.saved();
    expect(first.handle.conversationPhase).toBe('pay');

    const second = await kept({ store, restore: 'required' }, options);
    expect(second.handle.sessionId).toBe('one');
    expect(second.handle.restored).toMatchObject({
      turn: 3,
      calls: [],
      problems: [],
      turns: [{ number: 1, user: 'I am Ann.', model: 'Hello Ann.' }, { number: 2 }, { number: 3 }],
    });
    expect(second.handle.conversationPhase).toBe('pay');
    expect(second.handle.phaseHistory.map(({ to }) => to)).toEqual(['ask', 'pay']);
    expect(second.state('user:name')).toBe('Ann');
    const setup = JSON.stringify(await second.peer.expectSetup());
    expect(setup).toContain('handle-1');
    expect(setup).toContain('Let them pay.');
    // What the handle does not hold is told; nothing else is said.
    expect(second.peer.received.slice(1)).toEqual([
      {
        clientContent: {
          turns: [
            { role: 'user', parts: [{ text: 'And now?' }] },
            { role: 'model', parts: [{ text: 'Now you pay.' }] },
          ],
          turnComplete: false,
        },
      },
    ]);
    expect(second.of('phaseTransition')).toEqual([]);
    await turn(second, 'Here.', 'Thanks.');
    expect(second.handle.turns.map(({ number }) => number)).toEqual([4]);
    await second.handle.disconnect();
    await first.handle.disconnect();
  });
});
