import { describe, expect, test } from 'vitest';
import type { LiveOptions } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { restoreSession } from '../../../src/runtime/persist/restore-session.ts';
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

  test('has the marking of its flow, digressions and counters, and what steps did is not done again', async (context) => {
    verifies(context, 'persist:live');
    const store = new MemoryStore();
    const done: string[] = [];
    const options: Partial<LiveOptions> = {
      flow: {
        flow: {
          name: 'kept',
          steps: [
            {
              id: 'ask',
              done: { isSet: 'day' },
              posture: 'Ask.',
              repair: { repromptAfter: 2, escalateAfter: 9 },
            },
            { id: 'book', after: ['ask'], done: { isSet: 'booked' }, posture: 'Book.' },
          ],
          digressions: [
            {
              name: 'help',
              trigger: { isTrue: 'wantsHelp' },
              flow: {
                steps: [
                  { id: 'explain', done: { isTrue: 'helped' }, posture: 'Explain.' },
                  { id: 'back', after: ['explain'], terminal: true },
                ],
              },
            },
          ],
        },
        onStepEnter: {
          ask: () => {
            done.push('ask');
            return new Promise(() => {});
          },
        },
      },
    };
    const first = await kept({ store }, options);
    await turn(first, 'Hm.', 'Which day?');
    await turn(first, 'Hm.', 'Which day?');
    first.handle.state().set('wantsHelp', true);
    await turn(first, 'Help!', 'Well.');
    await first.handle.saved();
    const explained = first.handle.explain();
    const counted = async (): Promise<unknown> => (await restoreSession(store, 'one'))?.snapshot.flow?.repair;
    const repair = await counted();
    expect(repair).toMatchObject({ ask: { turns: expect.any(Number) } });
    expect(explained).toMatchObject({ active: ['explain'] });
    const second = await kept({ store }, options);
    expect(second.handle.explain()).toEqual(explained);
    await second.handle.saved();
    expect(await counted()).toEqual(repair);
    expect(JSON.stringify(await second.peer.expectSetup())).toContain('Explain.');
    expect(done).toEqual(['ask']);
    expect(second.state('ask:error')).toBe('the process that did it has ended');
    // The digression ends as it would have.
    second.handle.state().set('wantsHelp', false);
    second.handle.state().set('helped', true);
    await turn(second, 'Thanks.', 'Well.');
    await turn(second, 'Hm.', 'Which day?');
    expect(second.handle.explain()).toMatchObject({ active: ['ask'] });
    await second.handle.disconnect();
  });
});
