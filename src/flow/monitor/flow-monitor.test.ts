import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { compiled } from '../../../tests/support/governed-talk.ts';
import type { GovernorContext } from '../governor.ts';
import { PlainState } from '../scenario/plain-state.ts';
import { FlowMonitor } from './flow-monitor.ts';

const flow = compiled({
  name: 'shop',
  steps: [
    { id: 'ask', posture: 'Ask.', ground: 'Shop {shop}.', done: { isSet: 'item' }, repair: {} },
    { id: 'phone', posture: 'Ask for a number.', done: { isSet: 'phone' }, timing: { interruptible: false } },
    { id: 'pay', after: ['ask'], allow: ['pay'], done: { calledOk: 'pay' } },
  ],
  constraints: [
    { once: 'pay' },
    { neverUntil: { tool: 'pay', until: { isTrue: 'ok' } } },
    { require: ['pay'] },
  ],
});

const at = (state: PlainState, turn = 0, counts?: boolean): GovernorContext => ({
  state,
  turn,
  nowMs: 0,
  ...(counts !== undefined && { boundary: { counts } }),
});

describe('The monitor as a governor', () => {
  test('begins, counts turns at their boundary only, and names moves with their reasons', () => {
    const state = new PlainState();
    const monitor = new FlowMonitor(flow);
    expect(monitor.position).toBe('');
    expect(monitor.advance(at(state))).toMatchObject({
      type: 'move',
      move: { from: '', to: 'ask+phone', reason: 'the conversation begins at turn 0' },
      events: [
        { type: 'stepEntered', step: 'ask' },
        { type: 'stepEntered', step: 'phone' },
      ],
    });
    expect(monitor.advance(at(state, 1))).toMatchObject({ type: 'stay', effects: [] });
    expect(monitor.advance(at(state, 1, true)).type).toBe('stay');
    expect(monitor.state.turns).toBe(1);
    state.set('item', 'tea');
    expect(monitor.advance(at(state, 2))).toMatchObject({
      type: 'move',
      move: { from: 'ask+phone', to: 'phone+pay', reason: '"ask" is done (item is known) at turn 2' },
    });
    expect(monitor.timing).toEqual({ interruptible: false });
    expect(monitor.enter()).toEqual({ context: [], prompt: false, faults: [] });
  });

  test('projects postures as the instruction, facts as modifiers, and what is missing as context', () => {
    const state = new PlainState([['shop', 'Tea & Co']]);
    const monitor = new FlowMonitor(flow);
    monitor.apply({ type: 'begin' }, state);
    expect(monitor.project(state)).toEqual({
      instruction: 'Ask.\nAsk for a number.',
      modifiers: ['Shop Tea & Co.'],
      context: ['Still to be done: pay.'],
      offeredTools: null,
      faults: [],
    });
    const knowing = new FlowMonitor(flow, 'enforce', ['search']);
    knowing.apply({ type: 'begin' }, state);
    expect(knowing.project(state).offeredTools).toEqual(['pay', 'search']);
    expect(monitor.explain(state)).toMatchObject({ active: ['ask', 'phone'], missingRequirements: ['pay'] });
  });

  test('that observes refuses nothing, and tells of each violation when the tool has run', (context) => {
    verifies(context, 'govern:live:observe');
    const state = new PlainState();
    const monitor = new FlowMonitor(flow, 'observe');
    monitor.advance(at(state));
    expect(monitor.admit('pay', state)).toEqual({ ok: true });
    const begun = monitor.apply({ type: 'admitted', callId: '1', tool: 'pay' }, state);
    expect(begun.events).toEqual([]);
    expect(monitor.apply({ type: 'toolEnded', callId: '1', ok: true }, state).events).toEqual([
      { type: 'violation', subject: 'pay', reason: '"pay" is not permitted yet; it needs: ok is true.' },
    ]);
    monitor.apply({ type: 'admitted', callId: '2', tool: 'pay' }, state);
    expect(monitor.apply({ type: 'toolEnded', callId: '2', ok: undefined }, state).events).toEqual([]);
    expect(monitor.project(state).offeredTools).toBeNull();
  });

  test('goes on where another was', (context) => {
    verifies(context, 'govern:monitor:json');
    const state = new PlainState();
    const first = new FlowMonitor(flow);
    first.advance(at(state));
    state.set('item', 'tea');
    state.set('ok', true);
    first.advance(at(state, 1, true));
    first.apply({ type: 'admitted', callId: '1', tool: 'pay' }, state);
    const second = new FlowMonitor(flow);
    second.restore(JSON.parse(JSON.stringify(first.state)));
    expect(second.position).toBe(first.position);
    expect(second.admit('pay', state).ok).toBe(false);
    expect(second.advance(at(state, 2))).toMatchObject({ type: 'stay', events: [] });
    second.apply({ type: 'toolEnded', callId: '1', ok: true }, state);
    expect(second.advance(at(state, 2)).type).toBe('move');
  });
});
