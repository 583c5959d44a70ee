import { describe, expect, test } from 'vitest';
import { repairShop } from '../../../tests/support/repair-shop.ts';
import { FlowSimulator } from '../scenario/flow-simulator.ts';
import { compileConversation } from './compile-conversation.ts';
import type { ConversationDocument } from './conversation-document.ts';

function simulate(document: ConversationDocument): FlowSimulator {
  const result = compileConversation(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return new FlowSimulator(result.conversation);
}

const order: ConversationDocument = {
  name: 'order',
  frames: {
    item: { slots: [{ name: 'item', recogniser: { oneOf: ['soup', 'salad', 'steak'] } }] },
    more: { slots: [{ name: 'more', recogniser: 'yesNo' }] },
  },
  stages: [
    { id: 'begin', verbatim: 'Welcome.', next: ['choose'] },
    { id: 'choose', frame: 'item', next: ['add'] },
    {
      id: 'add',
      commit: { tool: 'addItem', until: { isSet: 'item' }, binds: { item: 'item' } },
      next: ['anything'],
    },
    {
      id: 'anything',
      collect: ['more'],
      next: [
        { to: 'choose', when: { isTrue: 'more' } },
        { to: 'bye', when: { eq: ['more', false] } },
      ],
    },
    { id: 'bye', terminal: true },
  ],
  tools: [{ name: 'addItem', description: 'Adds an item.', mock: { response: { ok: true } } }],
};

describe('A way back', () => {
  test('opens what lies between, forgets what was found there, and lets the tool run again', () => {
    const call = simulate(order);
    call.model('Welcome.');
    call.user('soup please');
    expect(call.marking.main.active).toEqual(['add']);
    for (const item of ['soup', 'salad', 'steak']) {
      if (item !== 'soup') call.user(item);
      expect(call.state.get('item')).toBe(item);
      expect(call.admit({ tool: 'addItem', args: { item: 'other' } }).ok).toBe(false);
      expect(call.beginCall({ tool: 'addItem', args: { item } }, 0).ok).toBe(true);
      call.turn();
      expect(call.marking.main.active).toEqual(['anything']);
      expect(call.admit({ tool: 'addItem', args: { item } }).ok).toBe(false);
      if (item === 'steak') break;
      call.user('yes please');
      expect(call.marking.main).toMatchObject({ done: ['begin'], active: ['choose'] });
      expect([call.state.get('item'), call.state.get('more')]).toEqual([undefined, undefined]);
    }
    call.user('no');
    expect(call.marking.main.done).toContain('bye');
    expect(call.runs).toHaveLength(3);
  });

  test('from a stage that only its ways out complete counts as soon as the stage is reached', () => {
    const call = simulate({
      name: 'menu',
      inputs: ['x', 'back', 'on'],
      stages: [
        { id: 'ask', done: { isSet: 'x' }, next: ['look'] },
        {
          id: 'look',
          next: [
            { to: 'ask', when: { isTrue: 'back' } },
            { to: 'end', when: { isTrue: 'on' } },
          ],
        },
        { id: 'end', terminal: true },
      ],
    });
    call.set('back', true);
    call.turn();
    expect(call.marking.main.active).toEqual(['ask']);
    call.set('back', false);
    call.set('x', 1);
    call.turn();
    expect(call.marking.main.active).toEqual(['look']);
    call.set('back', true);
    call.turn();
    // What the application wrote stays: the stage is gone through again.
    expect(call.marking.main.active).toEqual(['look']);
    call.set('on', true);
    call.turn();
    expect(call.marking.main.done).toContain('end');
  });

  test('that is always open is refused where nothing completes its stage', () => {
    const result = compileConversation({
      name: 'for ever',
      inputs: ['x'],
      stages: [
        { id: 'a', done: { isSet: 'x' }, next: ['b'] },
        { id: 'b', next: ['a'] },
      ],
    });
    expect(result.ok ? [] : result.problems.map(({ kind, path }) => [kind, path])).toContainEqual([
      'cycle',
      'stages[1].next[0]',
    ]);
  });
});

describe('A way out that rests on an answer', () => {
  const document: ConversationDocument = {
    name: 'decided',
    decisions: [{ id: 'wants', ask: 'What do they want?', type: 'choice', options: ['pay', 'talk'] }],
    inputs: ['paid', 'talked'],
    stages: [
      {
        id: 'ask',
        instruction: 'Ask what they want.',
        next: [
          { to: 'pay', when: { decided: { wants: 'pay' } } },
          { to: 'talk', when: { decided: { wants: 'talk' } } },
        ],
      },
      { id: 'pay', done: { isSet: 'paid' }, next: ['end'] },
      { id: 'talk', done: { isSet: 'talked' }, next: ['end'] },
      { id: 'end', terminal: true },
    ],
  };
  const chosen = (value: string) => ({ wants: { outcome: 'chosen', value, confidence: 0.9 } }) as const;

  test('is taken for good, and shuts the others', () => {
    const call = simulate(document);
    call.user('hm');
    expect(call.marking.main.active).toEqual(['ask']);
    call.user('pay', chosen('pay'));
    expect(call.marking.main.active).toEqual(['pay']);
    call.user('well');
    expect(call.marking.main.active).toEqual(['pay']);
    call.user('talk', chosen('talk'));
    expect(call.marking.main.active).toEqual(['pay']);
    call.set('paid', true);
    call.turn();
    expect(call.marking.main.done).toContain('end');
  });

  test('is not taken on an unsure one', () => {
    const call = simulate(document);
    call.user('pay?', { wants: { outcome: 'unsure', confidence: 0.4 } });
    expect(call.marking.main.active).toEqual(['ask']);
  });
});

describe('The repair shop', () => {
  test('books what was read back, and after a correction only what is read back again', () => {
    const call = simulate(repairShop);
    const booking = (part: string, day: string) => call.admit({ tool: 'bookRepair', args: { part, day } }).ok;
    call.model('This call is recorded.');
    call.user('my chain broke, I can come on 2026-03-05');
    expect(call.marking.main.active).toEqual(['what']);
    call.user('yes');
    expect(call.marking.main.active).toEqual(['contact']);
    call.user('my number is 0171 555 1234');
    expect(call.marking.main.active).toEqual(['book']);
    expect(booking('chain', '2026-03-05')).toBe(false);
    call.user('yes');
    expect(booking('brake', '2026-03-05')).toBe(false);
    expect(booking('chain', '2026-03-05')).toBe(true);
    call.user('sorry, the brake, not the chain');
    expect(call.state.get('part')).toBe('brake');
    expect(call.state.get('job:agreed')).toBeUndefined();
    expect(booking('brake', '2026-03-05')).toBe(false);
    call.user('yes');
    expect(booking('brake', '2026-03-05')).toBe(true);
    call.beginCall({ tool: 'bookRepair', args: { part: 'brake', day: '2026-03-05' } }, 0);
    call.turn();
    expect(call.marking.main.done).toContain('bye');
  });

  test('hands over and ends when an intent of its safety policy is true', () => {
    const call = simulate(repairShop);
    call.set('intent:emergency', true);
    call.user('help');
    expect(call.marking.path).toEqual(['safety']);
    expect(call.admit({ tool: 'lookUp' }).ok).toBe(false);
    expect(call.beginCall({ tool: 'callPerson' }, 0).ok).toBe(true);
    call.turn();
    call.turn();
    expect(call.marking.terminated).toBe(true);
  });

  test('hands over to a person when a stage makes no progress', () => {
    const call = simulate(repairShop);
    call.model('This call is recorded.');
    for (let turn = 0; turn < 7; turn++) call.user('la la la');
    expect(call.marking.main.active).toEqual(['person']);
  });
});
