import { describe, expect, test } from 'vitest';
import { compiled, GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { LayerState } from './flow-state.ts';
import { freshMarking } from './layers.ts';
import { isComplete, stepVerdict, unmetSteps } from './marking.ts';

const order = {
  steps: [
    { id: 'ask', done: { captured: ['item'] } },
    { id: 'check', after: ['ask'], done: { isTrue: 'checked' } },
    { id: 'pay', after: ['check'], done: { calledOk: 'pay' } },
    { id: 'end', after: ['pay'], terminal: true },
  ],
} as const;

describe('What is active', () => {
  test('A conversation begins with the steps that follow nothing', () => {
    const talk = new GovernedTalk(order);
    expect(talk.active).toEqual(['ask']);
    expect(talk.events).toEqual([{ type: 'stepEntered', step: 'ask', layer: '' }]);
    expect(talk.values.get('flow:active')).toEqual(['ask']);
    expect(talk.values.get('flow:done')).toEqual([]);
  });

  test('Everything that is done latches in one turn, and terminal steps are done as soon as they are reached', () => {
    const talk = new GovernedTalk(order).set('item', 'tea').set('checked', true).turn();
    expect(talk.active).toEqual(['pay']);
    talk.call('pay');
    expect(talk.active).toEqual([]);
    expect(talk.done).toEqual(['ask', 'check', 'pay', 'end']);
    expect(talk.explanation).toMatchObject({ complete: true, done: ['ask', 'check', 'pay', 'end'] });
    expect(talk.values.get('flow:done')).toEqual(['ask', 'check', 'pay', 'end']);
  });

  test('What is done stays done when its guard no longer holds', () => {
    const talk = new GovernedTalk(order).set('item', 'tea').turn().set('item', null).turn();
    expect(talk.done).toEqual(['ask']);
  });

  test('Steps that another was passed through in one look are done, and were never entered', () => {
    const talk = new GovernedTalk(order).set('item', 'tea').set('checked', true).turn();
    const entered = talk.events.filter(({ type }) => type === 'stepEntered').map((event) => event);
    expect(entered).toMatchObject([{ step: 'ask' }, { step: 'pay' }]);
  });

  test('A step may leave without being done when an edge or a gate no longer holds, and come back without being entered anew', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', done: 'always' },
        {
          id: 'b',
          after: [{ step: 'a', when: { isTrue: 'edge' } }],
          gate: { isTrue: 'gate' },
          done: { isTrue: 'x' },
        },
      ],
    });
    expect(talk.active).toEqual([]);
    expect(talk.set('edge', true).set('gate', true).turn().active).toEqual(['b']);
    expect(talk.set('edge', false).turn().active).toEqual([]);
    expect(talk.set('edge', true).set('gate', false).turn().active).toEqual([]);
    expect(talk.set('gate', true).turn().active).toEqual(['b']);
    expect(talk.events.filter(({ type }) => type === 'stepEntered')).toHaveLength(1);
  });

  test('A merge waits for all edges, or for any one', () => {
    const diamond = (join: 'all' | 'any'): GovernedTalk =>
      new GovernedTalk({
        steps: [
          { id: 'left', done: { isTrue: 'l' } },
          { id: 'right', done: { isTrue: 'r' } },
          { id: 'merge', after: ['left', 'right'], join, done: { isTrue: 'm' } },
        ],
      });
    expect(diamond('all').set('l', true).turn().active).toEqual(['right']);
    expect(diamond('all').set('l', true).set('r', true).turn().active).toEqual(['merge']);
    expect(diamond('any').set('r', true).turn().active).toEqual(['left', 'merge']);
  });

  test('`before` holds a step back until the other is done', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', done: { isTrue: 'a' } },
        { id: 'b', done: { isTrue: 'b' } },
      ],
      constraints: [{ before: ['a', 'b'] }],
    });
    expect(talk.set('b', true).turn().active).toEqual(['a']);
    expect(talk.set('a', true).turn().done).toEqual(['a', 'b']);
  });

  test('A done-guard may ask for any step, whatever their order', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'first', done: { done: 'second' } },
        { id: 'second', done: { done: 'third' } },
        { id: 'third', done: { isTrue: 'x' } },
      ],
    });
    expect(talk.set('x', true).turn().done).toEqual(['third', 'second', 'first']);
  });

  test('A guard that throws does not hold, and is told once however often it is asked', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', done: { isTrue: 'go' } },
        {
          id: 'b',
          done: {
            custom: () => {
              throw new Error('no');
            },
          },
        },
      ],
    });
    talk.faults.length = 0;
    talk.set('go', true).turn();
    expect(talk.active).toEqual(['b']);
    expect(talk.faults).toMatchObject([{ where: 'flow.steps.b.done', cause: { message: 'no' } }]);
  });

  test('Nothing is copied while nothing changes', () => {
    const talk = new GovernedTalk(order);
    const { state } = talk;
    expect(talk.input({ type: 'settle' })).toMatchObject({ effects: [], events: [] });
    expect(talk.state).toBe(state);
    talk.turn();
    expect(talk.state.main).toBe(state.main);
  });
});

describe('Where a layer stands', () => {
  const flow = compiled({ name: 'x', ...order, constraints: [{ require: ['check', 'end'] }] });
  const marked = (done: readonly string[], active: readonly string[] = []): LayerState => ({
    ...freshMarking(flow.main),
    done,
    active,
  });

  test('A layer is complete when all that it requires is done', () => {
    expect(unmetSteps(flow.main, marked(['ask', 'check']))).toEqual(['end']);
    expect(isComplete(flow.main, marked(['ask', 'check']))).toBe(false);
    expect(isComplete(flow.main, marked(['check', 'end']))).toBe(true);
  });

  test('Where nothing is required, any terminal step completes it, and none is missing', () => {
    const plain = compiled({
      name: 'x',
      steps: [
        { id: 'yes', gate: { isTrue: 'y' }, terminal: true },
        { id: 'no', gate: { isTrue: 'n' }, terminal: true },
      ],
    });
    expect(isComplete(plain.main, marked([]))).toBe(false);
    expect(isComplete(plain.main, marked(['no']))).toBe(true);
    expect(unmetSteps(plain.main, marked([]))).toEqual([]);
  });

  test('A step is done, active, skipped when a later one is done without it, or pending', () => {
    const verdicts = flow.main.steps.map((step) => stepVerdict(flow.main, marked(['pay'], ['ask']), step));
    expect(verdicts).toEqual(['active', 'skipped', 'done', 'pending']);
  });
});
