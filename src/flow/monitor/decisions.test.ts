import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { DecisionAnswer } from '../guard/guard.ts';

const make = (): GovernedTalk =>
  new GovernedTalk(
    {
      steps: [
        { id: 'yes', done: { decided: { agrees: true } } },
        { id: 'size', done: { decided: { size: 'large' } } },
        { id: 'angry', done: { decided: { anger: { atLeast: 7 } } } },
        { id: 'day', done: { decided: { day: 'Monday' } } },
      ],
      decisions: [
        { id: 'agrees', ask: 'Does the user agree?', type: 'boolean' },
        { id: 'size', ask: 'Which size?', type: 'choice', options: ['small', 'large'] },
        { id: 'anger', ask: 'How angry, 0 to 10?', type: 'score', threshold: 0.5 },
        { id: 'day', ask: 'Which day?', type: 'choice', optionsFrom: 'days' },
      ],
    },
    { days: ['Monday', 'Friday'] },
  );

const doneAfter = (question: string, answer: DecisionAnswer): readonly string[] =>
  make()
    .decide({ [question]: answer })
    .turn().done;

describe('An answer', () => {
  test('that is sure and fits its question satisfies it', () => {
    expect(doneAfter('agrees', { outcome: 'yes', confidence: 0.85 })).toEqual(['yes']);
    expect(doneAfter('size', { outcome: 'chosen', value: 'large', confidence: 0.6 })).toEqual(['size']);
    expect(doneAfter('anger', { outcome: 'scored', value: 8, confidence: 0.5 })).toEqual(['angry']);
    expect(doneAfter('day', { outcome: 'chosen', value: 'Monday', confidence: 1 })).toEqual(['day']);
  });

  test('that is unsure, or does not fit, satisfies nothing', (context) => {
    verifies(context, 'govern:monitor:failClosed');
    expect(doneAfter('agrees', { outcome: 'yes', confidence: 0.84 })).toEqual([]);
    expect(doneAfter('agrees', { outcome: 'unsure', confidence: 1 })).toEqual([]);
    expect(doneAfter('agrees', { outcome: 'chosen', value: 'yes', confidence: 1 })).toEqual([]);
    expect(doneAfter('agrees', { outcome: 'yes', confidence: Number.NaN })).toEqual([]);
    expect(doneAfter('size', { outcome: 'chosen', value: 'huge', confidence: 1 })).toEqual([]);
    expect(doneAfter('size', { outcome: 'none', confidence: 1 })).toEqual([]);
    expect(doneAfter('anger', { outcome: 'scored', value: 'nine', confidence: 1 })).toEqual([]);
    expect(doneAfter('day', { outcome: 'chosen', value: 'Sunday', confidence: 1 })).toEqual([]);
    expect(doneAfter('unheardOf', { outcome: 'yes', confidence: 1 })).toEqual([]);
  });

  test('that is sure is written where its question says, and stays', () => {
    const written = (answer: DecisionAnswer): unknown => {
      const talk = new GovernedTalk({
        steps: [{ id: 'a', done: { isTrue: 'x' } }],
        decisions: [
          { id: 'agrees', ask: 'Agrees?', type: 'boolean', writes: 'said' },
          { id: 'size', ask: 'Size?', type: 'choice', options: ['large'], none: true, writes: 'said' },
          { id: 'anger', ask: 'Anger?', type: 'score', writes: 'said' },
        ],
      });
      const id = { chosen: 'size', none: 'size', scored: 'anger' }[String(answer.outcome)] ?? 'agrees';
      talk.decide({ [id]: answer }).input({ type: 'callerTurn' });
      return talk.values.get('said');
    };
    expect(written({ outcome: 'yes', confidence: 1 })).toBe(true);
    expect(written({ outcome: 'no', confidence: 1 })).toBe(false);
    expect(written({ outcome: 'chosen', value: 'large', confidence: 1 })).toBe('large');
    expect(written({ outcome: 'scored', value: 7, confidence: 1 })).toBe(7);
    expect(written({ outcome: 'none', confidence: 1 })).toBeNull();
    expect(written({ outcome: 'yes', confidence: 0.5 })).toBeUndefined();
  });

  test('is known for one turn of the user, and shown under its key', (context) => {
    verifies(context, 'acceptance:control:decision');
    const talk = make().decide({ agrees: { outcome: 'yes', confidence: 1 } });
    expect(talk.values.get('decision:agrees')).toEqual({ outcome: 'yes', confidence: 1 });
    talk.input({ type: 'callerTurn' });
    expect(talk.values.has('decision:agrees')).toBe(false);
    expect(talk.turn().done).toEqual([]);
  });
});
