import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';

const transfer: Omit<FlowDefinition, 'name'> = {
  steps: [
    { id: 'amount', done: { isSet: 'amount' } },
    { id: 'name', done: { isSet: 'name' } },
    { id: 'confirm', after: ['amount'], done: { isTrue: 'agreed' } },
    { id: 'send', after: ['confirm'], done: { calledOk: 'send' } },
    { id: 'note', done: { isTrue: 'noted' } },
  ],
  constraints: [{ commit: { tool: 'send', until: { isTrue: 'agreed' } } }, { before: ['send', 'note'] }],
  corrections: [{ slot: 'amount', clears: ['agreed'], reopens: ['amount'] }],
};

const agreed = (): GovernedTalk =>
  new GovernedTalk(transfer).set('amount', 'Ten').set('name', 'Ada').turn().set('agreed', true).turn();

describe('A correction', () => {
  test('clears the confirmation and reopens what follows', (context) => {
    verifies(context, 'acceptance:control:correction');
    const talk = agreed();
    expect(talk.done).toEqual(['amount', 'name', 'confirm']);
    talk.set('amount', 'Twenty').settle();
    expect(talk.done).toEqual(['name', 'amount']);
    expect(talk.active).toEqual(['confirm']);
    expect(talk.values.has('agreed')).toBe(false);
    expect(talk.values.get('correction:amount')).toBe(true);
    expect(talk.events).toContainEqual({ type: 'corrected', slot: 'amount' });
    expect(talk.admit('send').ok).toBe(false);
  });

  test('ends a yes that was answered before it, where a commit waits for that answer', () => {
    const talk = new GovernedTalk({
      ...transfer,
      constraints: [{ commit: { tool: 'send', until: { decided: { agrees: true } } } }],
      decisions: [
        { id: 'agrees', ask: 'Does the user agree?', type: 'boolean' },
        { id: 'mood', ask: 'Is the user happy?', type: 'boolean' },
      ],
      corrections: [
        { slot: 'amount', clears: [], reopens: ['amount'] },
        { slot: 'name', clears: [], reopens: [] },
      ],
    });
    const yes = { outcome: 'yes', confidence: 1 } as const;
    talk.set('amount', 40).set('name', 'Ada').set('agreed', true).turn();
    talk.decide({ agrees: yes, mood: yes });
    talk.set('name', 'Eve').settle();
    expect(talk.admit('send').ok).toBe(true);
    talk.set('amount', 4000).settle();
    expect(talk.refusal('send')).toContain('not permitted yet');
    expect(talk.values.has('decision:agrees')).toBe(false);
    expect(Object.keys(talk.state.answers)).toEqual(['mood']);
    talk.decide({ agrees: yes });
    expect(talk.admit('send').ok).toBe(true);
  });

  test('reopens nothing that a commit has done, nor what follows it: the tool does not run again', (context) => {
    verifies(context, 'acceptance:control:correction');
    const talk = agreed();
    talk.call('send');
    talk.set('noted', true).turn();
    talk.set('amount', 'Twenty').settle();
    expect(talk.done).toEqual(expect.arrayContaining(['send', 'note']));
    expect(talk.set('agreed', true).turn().admit('send')).toMatchObject({ ok: false });
  });

  test('is not saying the same again, nor the first value, nor none', (context) => {
    verifies(context, 'acceptance:control:restatement');
    const talk = agreed();
    for (const value of ['ten', 'TEN!', ' t en ', null]) talk.set('amount', value).turn();
    expect(talk.events.some(({ type }) => type === 'corrected')).toBe(false);
    expect(talk.values.get('agreed')).toBe(true);
  });

  test('is another value after none, too: what was agreed to was the old one', () => {
    const talk = agreed().set('amount', null).turn().set('amount', 'Eleven').turn();
    expect(talk.values.has('agreed')).toBe(false);
  });

  test('Its flag is up at the end of its turn, and down at the end of the next', () => {
    const talk = agreed().set('amount', 'Twenty').settle();
    expect(talk.values.get('correction:amount')).toBe(true);
    expect(talk.turn().values.get('correction:amount')).toBe(true);
    expect(talk.turn().values.has('correction:amount')).toBe(false);
    talk.set('amount', 'Thirty').turn();
    expect(talk.values.get('correction:amount')).toBe(true);
    talk.set('amount', 'Forty').turn();
    expect(talk.values.get('correction:amount')).toBe(true);
    expect(talk.turn().values.has('correction:amount')).toBe(false);
  });

  test('counts in a digression, too', () => {
    const talk = new GovernedTalk({
      ...transfer,
      digressions: [
        {
          name: 'faq',
          trigger: { isTrue: 'asked' },
          flow: {
            steps: [
              { id: 'q', done: { isTrue: 'ok' } },
              { id: 'z', after: ['q'], terminal: true },
            ],
          },
        },
      ],
    });
    talk.set('amount', 1).turn().set('agreed', true).turn().set('asked', true).turn();
    expect(talk.state.path).toEqual(['faq']);
    talk.set('amount', 2).turn();
    expect(talk.values.has('agreed')).toBe(false);
    expect(talk.done).not.toContain('confirm');
  });

  test('A slot may be named like a member of objects', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'a', done: { isSet: '__proto__' } }],
      corrections: [{ slot: '__proto__', reopens: ['a'] }],
    });
    talk.set('__proto__', 1).turn().set('__proto__', 2).turn();
    expect(talk.events.filter(({ type }) => type === 'corrected')).toEqual([
      { type: 'corrected', slot: '__proto__' },
    ]);
    expect(Object.hasOwn(talk.state.slots, '__proto__')).toBe(true);
  });
});
