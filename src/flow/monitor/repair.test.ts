import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';

const desk: Omit<FlowDefinition, 'name'> = {
  steps: [
    {
      id: 'ask',
      done: { isSet: 'name' },
      repair: { escalateTo: 'person', escalateAfterInterruptions: 2, escalateAfterToolFailures: 3 },
    },
    {
      id: 'serve',
      after: [{ step: 'ask', when: { isSet: 'name' } }],
      done: { isTrue: 'served' },
      repair: {},
    },
    { id: 'person', after: ['serve'], done: { calledOk: 'handOver' } },
  ],
  digressions: [
    {
      name: 'faq',
      trigger: { isTrue: 'asked' },
      flow: {
        steps: [
          { id: 'q', done: { isTrue: 'answered' } },
          { id: 'z', after: ['q'], terminal: true },
        ],
      },
    },
  ],
};

const flag = (talk: GovernedTalk, step: string, name: string): unknown =>
  talk.values.get(`repair:${step}:${name}`);
const turns = (talk: GovernedTalk, count: number): GovernedTalk => {
  for (let turn = 0; turn < count; turn++) talk.turn();
  return talk;
};
/** The turn that a step became active in does not count. */
const begun = (): GovernedTalk => new GovernedTalk(desk).turn(false);

describe('Repair', () => {
  test('asks anew after two turns that count, and escalates after four', () => {
    const talk = turns(begun(), 1);
    expect(flag(talk, 'ask', 'reprompt')).toBeUndefined();
    expect(flag(turns(talk, 1), 'ask', 'reprompt')).toBe(true);
    expect(flag(turns(talk, 1), 'ask', 'escalate')).toBeUndefined();
    expect(flag(turns(talk, 1), 'ask', 'escalate')).toBe(true);
    expect(talk.events).toContainEqual({ type: 'escalated', step: 'ask' });
  });

  test('The flag of an escalation survives the completion by it, and leads to its step', (context) => {
    verifies(context, 'acceptance:control:escalate');
    const talk = turns(begun(), 4);
    expect(talk.done).toEqual(['ask']);
    expect(talk.active).toEqual(['person']);
    expect(flag(talk, 'ask', 'escalate')).toBe(true);
    expect(flag(talk, 'ask', 'reprompt')).toBeUndefined();
    expect(flag(turns(talk, 3), 'ask', 'escalate')).toBe(true);
  });

  test('Turns that do not count, as the greeting and the voicing of a result, change nothing', (context) => {
    verifies(context, 'acceptance:control:greetingRepair');
    const talk = begun();
    for (let turn = 0; turn < 10; turn++) talk.turn(false);
    expect(talk.state.repair).toEqual({ ask: { turns: 0, interruptions: 0, toolFailures: 0 } });
    expect(talk.state.turns).toBe(0);
  });

  test('Progress in the very turn that would escalate is progress', () => {
    const talk = turns(begun(), 3).set('name', 'Ada').turn();
    expect(talk.active).toEqual(['serve']);
    expect(flag(talk, 'ask', 'escalate')).toBeUndefined();
    expect(flag(talk, 'ask', 'reprompt')).toBeUndefined();
    expect(talk.state.repair).toEqual({ serve: { turns: 0, interruptions: 0, toolFailures: 0 } });
  });

  test('A step that becomes active within a turn is not charged with its end, whoever looked first', () => {
    const early = begun().set('name', 'Ada').settle().turn();
    const late = begun().set('name', 'Ada').turn();
    expect(early.state.repair).toEqual(late.state.repair);
    expect(turns(early, 1).state.repair).toMatchObject({ serve: { turns: 1 } });
  });

  test('Interruptions and failed tools escalate at once', () => {
    const talk = begun();
    talk.input({ type: 'interrupted' });
    expect(talk.active).toEqual(['ask']);
    talk.input({ type: 'interrupted' });
    expect(talk.active).toEqual(['person']);
    const other = begun();
    for (let call = 0; call < 3; call++) other.call('search', false);
    expect(other.active).toEqual(['person']);
  });

  test('While a digression drives nothing is counted', () => {
    const talk = turns(begun(), 1).set('asked', true).turn();
    talk.input({ type: 'interrupted' });
    talk.call('search', false);
    turns(talk, 5).set('asked', false).set('answered', true).turn().turn();
    expect(talk.state.path).toEqual([]);
    expect(talk.state.repair).toEqual({ ask: { turns: 1, interruptions: 0, toolFailures: 0 } });
  });

  test('Leaving without being done lowers both flags', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'a', gate: { not: { isTrue: 'shut' } }, done: { isTrue: 'x' }, repair: {} }],
    });
    turns(talk, 5);
    expect(flag(talk, 'a', 'escalate')).toBe(true);
    talk.set('shut', true).turn();
    expect(flag(talk, 'a', 'escalate')).toBeUndefined();
    expect(flag(talk, 'a', 'reprompt')).toBeUndefined();
    expect(talk.state.repair).toEqual({});
  });
});
