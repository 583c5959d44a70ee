import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { DigressionDefinition, FlowDefinition } from '../definition/flow-definition.ts';

const main: FlowDefinition['steps'] = [
  { id: 'a', posture: 'Ask A.', done: { isTrue: 'a' } },
  { id: 'b', posture: 'Ask B.', after: ['a'], done: { calledOk: 'work' }, repair: {} },
  { id: 'end', posture: 'Say goodbye.', after: ['b'], terminal: true },
];

const digression = (
  name: string,
  resume: 'previous' | 'restart' | 'terminate' = 'previous',
): DigressionDefinition => ({
  name,
  trigger: { isTrue: `${name}:asked` },
  resume,
  flow: {
    steps: [
      { id: `${name}-q`, posture: `Answer ${name}.`, allow: ['lookup'], done: { isTrue: `${name}:ok` } },
      { id: `${name}-z`, posture: `Close ${name}.`, after: [`${name}-q`], terminal: true },
    ],
  },
});

const talkOf = (...digressions: readonly DigressionDefinition[]): GovernedTalk =>
  new GovernedTalk({ steps: main, digressions });

describe('A digression', () => {
  test('that completes on entry closes with its posture, and resumes in the next turn', (context) => {
    verifies(context, 'acceptance:control:digression');
    const talk = talkOf(digression('faq')).set('faq:ok', true).set('faq:asked', true).turn();
    expect(talk.state).toMatchObject({ path: ['faq'], closing: true });
    expect(talk.projection.postures).toEqual(['Close faq.']);
    talk.set('faq:asked', false).turn();
    expect(talk.state).toMatchObject({ path: [], closing: false });
    expect(talk.projection.postures).toEqual(['Ask A.']);
  });

  test('takes over, and gives back where the main flow was', () => {
    const talk = talkOf(digression('faq')).set('a', true).turn().set('faq:asked', true).turn();
    expect(talk.values.get('flow:overlay')).toEqual(['faq']);
    expect(talk.values.get('flow:active')).toEqual(['faq-q']);
    expect(talk.projection.postures).toEqual(['Answer faq.']);
    talk.set('faq:asked', false).set('faq:ok', true).turn();
    expect(talk.projection.postures).toEqual(['Close faq.']);
    expect(talk.turn().active).toEqual(['b']);
    expect(talk.events.slice(-5)).toEqual([
      { type: 'digressionBegun', name: 'faq' },
      { type: 'stepEntered', step: 'faq-q', layer: 'faq' },
      { type: 'stepDone', step: 'faq-q', layer: 'faq' },
      { type: 'stepDone', step: 'faq-z', layer: 'faq' },
      { type: 'digressionEnded', name: 'faq', resume: 'previous' },
    ]);
  });

  test('that becomes complete within a turn is heard to its end, too', () => {
    const talk = talkOf(digression('faq')).set('faq:asked', true).turn();
    talk.set('faq:asked', false).set('faq:ok', true).settle();
    expect(talk.state.closing).toBe(false);
    expect(talk.turn().projection.postures).toEqual(['Close faq.']);
    expect(talk.turn().state.path).toEqual([]);
  });

  test('begins anew each time', () => {
    const talk = talkOf(digression('faq'));
    for (let round = 0; round < 2; round++) {
      talk.set('faq:ok', false).set('faq:asked', true).turn();
      expect(talk.active).toEqual(['faq-q']);
      talk.set('faq:ok', true).set('faq:asked', false).turn().turn();
      expect(talk.state.path).toEqual([]);
    }
  });

  test('may come within a turn, before a tool runs', () => {
    const talk = talkOf(digression('faq')).set('a', true).turn().set('faq:asked', true).settle();
    expect(talk.state.path).toEqual(['faq']);
    expect(talk.admit('work').ok).toBe(false);
  });

  test('may be interrupted by another, but not by itself', () => {
    const talk = talkOf(digression('faq'), digression('joke')).set('faq:asked', true).turn().turn();
    expect(talk.state.path).toEqual(['faq']);
    talk.set('joke:asked', true).turn();
    expect(talk.state.path).toEqual(['faq', 'joke']);
    talk.set('joke:asked', false).set('joke:ok', true).turn().turn();
    expect(talk.state.path).toEqual(['faq']);
    expect(talk.active).toEqual(['faq-q']);
  });

  test('Its trigger is asked in the main flow, where steps of that name are meant', () => {
    const talk = new GovernedTalk({
      steps: main,
      digressions: [
        { ...digression('faq'), trigger: { done: 'a' } },
        { ...digression('joke'), trigger: { done: 'b' } },
      ],
    });
    expect(talk.turn().state.path).toEqual([]);
    expect(talk.set('a', true).turn().turn().state.path).toEqual(['faq']);
  });

  test('A success in it counts for the main flow as well', () => {
    const talk = talkOf(digression('faq')).set('faq:asked', true).turn();
    talk.call('lookup');
    expect(talk.state.main.calls).toEqual({ lookup: 1 });
    expect(talk.state.digressions).toMatchObject({ faq: { calls: { lookup: 1 } } });
  });

  test('What runs once in it does not run again when it comes back', () => {
    const { flow, ...rest } = digression('faq');
    const talk = talkOf({ ...rest, flow: { ...flow, constraints: [{ once: 'lookup' }] } })
      .set('faq:asked', true)
      .turn();
    expect(talk.call('lookup')).toBe(true);
    talk.set('faq:ok', true).turn().turn();
    expect(talk.state.path).toEqual(['faq']);
    expect(talk.admit('lookup').ok).toBe(false);
  });
});

describe('The end of a digression', () => {
  test('can begin the interrupted flow anew, and lowers its repair signals', () => {
    const talk = talkOf(digression('again', 'restart')).set('a', true).turn();
    for (let turn = 0; turn < 4; turn++) talk.turn();
    expect(talk.values.get('repair:b:escalate')).toBe(true);
    talk
      .set('again:ok', true)
      .set('again:asked', true)
      .turn()
      .set('again:asked', false)
      .set('a', false)
      .turn();
    expect(talk.active).toEqual(['a']);
    expect(talk.done).toEqual([]);
    expect(talk.values.has('repair:b:escalate')).toBe(false);
    expect(talk.values.get('again:ok')).toBe(true);
  });

  test('can end the conversation: everything is refused, nothing is said, and the marking is kept', (context) => {
    verifies(context, 'acceptance:control:terminate');
    const talk = talkOf(digression('danger', 'terminate')).set('a', true).turn();
    const { main: marking } = talk.state;
    talk.set('danger:asked', true).turn().set('danger:ok', true).turn();
    expect(talk.projection.postures).toEqual(['Close danger.']);
    talk.turn();
    expect(talk.state).toMatchObject({ terminated: true, path: [] });
    expect(talk.state.main).toEqual(marking);
    expect(talk.values.get('flow:terminated')).toBe(true);
    for (const tool of ['work', 'lookup', 'anything'])
      expect(talk.refusal(tool)).toContain('the conversation is over');
    expect(talk.projection).toEqual({ postures: [], grounds: [], unmet: undefined, offeredTools: [] });
    expect(talk.explanation).toMatchObject({ active: [], terminated: true, done: ['a'], allowedTools: [] });
    const { state } = talk;
    expect(talk.turn().settle().state).toBe(state);
    expect(talk.events.at(-1)).toEqual({ type: 'terminated' });
  });

  test('The main flow says its last words when nothing is left to do', () => {
    const talk = talkOf().set('a', true).turn();
    talk.call('work');
    expect(talk.projection.postures).toEqual(['Say goodbye.']);
  });
});
