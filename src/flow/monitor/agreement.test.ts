import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';

const talkUntil = (until: 'state' | 'decision'): GovernedTalk =>
  new GovernedTalk({
    steps: [{ id: 'pay', done: { isTrue: 'over' } }],
    constraints: [
      {
        commit: {
          tool: 'pay',
          until: until === 'state' ? { isTrue: 'agreed' } : { decided: { agrees: true } },
        },
      },
    ],
    decisions: [{ id: 'agrees', ask: 'Does the user agree?', type: 'boolean' }],
  });

describe('An agreement', () => {
  test('is to the arguments of the first call, and to no others', (context) => {
    verifies(context, 'govern:monitor:agreement');
    const talk = talkUntil('state').set('agreed', true).settle();
    expect(talk.call('pay', false, 'ten')).toBe(true);
    const admission = talk.admit('pay', { argumentsHash: 'twenty' });
    expect(admission).toMatchObject({ ok: false, needs: ['agreed'] });
    expect(talk.refusal('pay', { argumentsHash: 'twenty' })).toMatch(
      /^The user agreed to other arguments of "pay": read the new ones back and ask again\. It did not run/,
    );
    expect(talk.call('pay', false, 'ten')).toBe(true);
  });

  test('ends when its condition does, and another is to other arguments', () => {
    const talk = talkUntil('state').set('agreed', true).settle();
    talk.call('pay', false, 'ten');
    talk.set('agreed', false).settle();
    expect(talk.refusal('pay', { argumentsHash: 'ten' })).toContain('agreed is true');
    talk.set('agreed', true).settle();
    expect(talk.call('pay', true, 'twenty')).toBe(true);
  });

  test('that was given by an answer ends with the turn of the user', (context) => {
    verifies(context, 'acceptance:control:decision');
    const talk = talkUntil('decision');
    const yes = { agrees: { outcome: 'yes', confidence: 1 } } as const;
    talk.decide(yes);
    expect(talk.call('pay', false, 'ten')).toBe(true);
    expect(talk.admit('pay', { argumentsHash: 'twenty' }).ok).toBe(false);
    talk.input({ type: 'callerTurn' });
    expect(talk.state.main.agreed).toEqual({});
    expect(talk.admit('pay', { argumentsHash: 'ten' })).toMatchObject({ ok: false, asks: ['agrees'] });
    expect(talk.decide(yes).call('pay', true, 'twenty')).toBe(true);
  });

  test('to something under a name like that of a member of objects is one', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'a', done: { isTrue: 'x' } }],
      constraints: [{ commit: { tool: '__proto__', until: { isTrue: 'agreed' } } }],
    });
    talk.set('agreed', true).settle();
    expect(talk.call('__proto__', false, 'ten')).toBe(true);
    expect(talk.admit('__proto__', { argumentsHash: 'twenty' }).ok).toBe(false);
  });
});
