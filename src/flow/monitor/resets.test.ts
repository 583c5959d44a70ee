import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';

const booking: Omit<FlowDefinition, 'name'> = {
  steps: [
    { id: 'ask', done: { isSet: 'day' } },
    { id: 'book', after: ['ask'], done: { calledOk: 'book' } },
    { id: 'end', after: ['book'], terminal: true },
  ],
  constraints: [
    { commit: { tool: 'book', until: { isTrue: 'agreed' } } },
    { reset: { steps: ['ask', 'book', 'end'], when: { isTrue: 'another' }, clears: ['day', 'agreed'] } },
  ],
};

const booked = (): GovernedTalk => {
  const talk = new GovernedTalk(booking).set('day', 'Monday').set('agreed', true).turn();
  talk.call('book');
  return talk;
};

describe('A reset', () => {
  test('fires once at its rising edge, and permits once again', (context) => {
    verifies(context, 'acceptance:control:reset');
    const talk = booked();
    expect(talk.call('book')).toBe(false);
    talk.set('another', true).turn();
    expect(talk.done).toEqual([]);
    expect(talk.active).toEqual(['ask']);
    talk.set('day', 'Tuesday').set('agreed', true).turn();
    expect(talk.call('book')).toBe(true);
    expect(talk.turn().done).toEqual(['ask', 'book', 'end']);
    expect(talk.call('book')).toBe(false);
    talk.set('another', false).turn().set('another', true).turn();
    expect(talk.done).toEqual([]);
  });

  test('deletes what was found, so that what is given next is no correction', () => {
    const talk = new GovernedTalk({ ...booking, corrections: [{ slot: 'day', reopens: ['ask'] }] });
    talk.set('day', 'Monday').turn().set('another', true).turn();
    expect(talk.values.has('day')).toBe(false);
    expect(talk.set('day', 'Sunday').turn().state.corrected).toEqual({});
  });

  test('enters its steps anew', () => {
    const talk = booked().set('another', true).turn();
    const entered = talk.events.filter((event) => event.type === 'stepEntered' && event.step === 'ask');
    expect(entered).toHaveLength(2);
  });

  test('leaves alone what it does not name', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', done: { calledOk: 'x' } },
        { id: 'b', done: { calledOk: 'y' } },
      ],
      constraints: [{ reset: { steps: ['a'], when: { isTrue: 'again' } } }],
    });
    talk.call('x');
    talk.call('y');
    talk.set('again', true).turn();
    expect(talk.done).toEqual(['b']);
    expect(talk.state.main.calls).toEqual({ y: 1 });
  });

  test('demands a verbatim text once more', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'tell', verbatim: 'This call is recorded.' }],
      constraints: [{ reset: { steps: ['tell'], when: { isTrue: 'again' } } }],
    });
    talk.input({ type: 'spoke', text: 'This call is recorded.' });
    expect(talk.turn().done).toEqual(['tell']);
    expect(talk.set('again', true).turn().active).toEqual(['tell']);
    expect(talk.values.has('verbatim:tell')).toBe(false);
  });
});
