import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { Advance } from '../governor.ts';
import type { StateEffect } from '../state-effect.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import { type PhaseConfig, transitionAfterPresented } from './phase.ts';
import { createPhaseGraph } from './phase-graph.ts';
import { PhaseMachine } from './phase-machine.ts';

class Values implements StateReader {
  readonly map = new Map<string, JsonValue>();
  get(key: string): JsonValue | undefined {
    return this.map.get(key);
  }
  has(key: string): boolean {
    return this.map.has(key);
  }
  apply(effects: readonly StateEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'set') this.map.set(effect.key, effect.value);
      else this.map.delete(effect.key);
    }
  }
}

function start(config: PhaseConfig): {
  readonly machine: PhaseMachine;
  readonly state: Values;
  readonly turn: () => Advance;
} {
  const result = createPhaseGraph(config);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const machine = new PhaseMachine(result.graph);
  const state = new Values();
  let number = -1;
  const turn = (): Advance => {
    number++;
    const advance = machine.advance({ state, turn: number, nowMs: number * 1000 });
    state.apply(advance.effects);
    return advance;
  };
  return { machine, state, turn };
}

const isTrue = (key: string) => (state: StateReader) => state.get(key) === true;
const pizza: PhaseConfig = {
  initial: 'greet',
  phases: [
    {
      name: 'greet',
      tools: [],
      transitions: [{ to: 'order', when: isTrue('hungry'), description: 'the caller wants to order' }],
    },
    {
      name: 'order',
      instruction: 'Take the order. Be quick.',
      tools: ['add_item'],
      needs: ['order:size'],
      clearOnEnter: ['order:size', 'order:paid'],
      presents: ['menu'],
      transitions: [
        { to: 'greet', when: isTrue('over') },
        { to: 'pay', when: isTrue('order:confirmed'), description: 'order confirmed' },
      ],
    },
    { name: 'pay', tools: ['charge'], terminal: true },
  ],
};

describe('Moves', () => {
  test('begin with the initial phase, entered like any other', (context) => {
    verifies(context, 'flow:phases:initialEntered');
    const { machine, state, turn } = start(pizza);
    expect(machine.position).toBe('');
    expect(machine.explain(state)).toBeUndefined();
    expect(machine.admit('charge', state)).toMatchObject({ ok: false });
    expect(turn()).toMatchObject({
      type: 'move',
      move: { from: '', to: 'greet', reason: 'initial phase at turn 0' },
    });
    expect(machine.position).toBe('greet');
    expect(state.get('session:phase')).toBe('greet');
    expect(machine.history).toEqual([
      { from: '', to: 'greet', turn: 0, atMs: 0, trigger: { type: 'initial' }, durationMs: 0 },
    ]);
  });

  test('name the guard that held and the turn', (context) => {
    verifies(context, 'flow:phases:reason');
    const { machine, state, turn } = start(pizza);
    turn();
    expect(turn()).toMatchObject({ type: 'stay' });
    state.map.set('hungry', true);
    expect(turn()).toMatchObject({ move: { reason: 'guard 1 (the caller wants to order) at turn 2' } });
    state.map.set('order:confirmed', true);
    expect(turn()).toMatchObject({ move: { to: 'pay', reason: 'guard 2 (order confirmed) at turn 3' } });
    expect(machine.history.at(-1)).toEqual({
      from: 'order',
      to: 'pay',
      turn: 3,
      atMs: 3000,
      trigger: { type: 'guard', index: 2, description: 'order confirmed' },
      durationMs: 1000,
    });
  });

  test('tell what to write, in the order of writing', () => {
    const { state, turn } = start(pizza);
    turn();
    state.map.set('hungry', true);
    state.map.set('order:size', 'large');
    const { effects } = turn();
    expect(effects.slice(0, -1)).toEqual([
      { type: 'delete', key: 'order:size' },
      { type: 'delete', key: 'order:paid' },
      { type: 'set', key: 'presented:menu', value: true },
      { type: 'set', key: 'session:phase', value: 'order' },
      { type: 'set', key: 'session:phaseNeeds', value: ['order:size'] },
      { type: 'set', key: 'session:phaseRequires', value: [] },
    ]);
    // The cleared need counts as missing at once.
    expect(effects.at(-1)).toMatchObject({
      key: 'session:navigationContext',
      value: expect.stringContaining('[Still needed] size'),
    });
  });

  test('take the first transition that can be taken, one in an advance', (context) => {
    verifies(context, 'flow:phases:oneMove');
    const { machine, state, turn } = start(pizza);
    turn();
    for (const key of ['hungry', 'over', 'order:confirmed']) state.map.set(key, true);
    turn();
    expect(machine.position).toBe('order');
    expect(turn()).toMatchObject({ move: { to: 'greet' } });
  });

  test('end in a terminal phase, for goTo as well', () => {
    const { machine, state, turn } = start(pizza);
    turn();
    machine.goTo('pay', 'the operator', { state, turn: 1, nowMs: 5 });
    expect(turn()).toMatchObject({ type: 'stay' });
    const again = machine.goTo('greet', 'the operator', { state, turn: 2, nowMs: 9 });
    expect(again).toEqual({ type: 'refused', reason: '"pay" is terminal: nothing leads out of it.' });
    expect(machine.position).toBe('pay');
  });

  test('follow an order along no transition, and name who gave it', () => {
    const { machine, state, turn } = start(pizza);
    turn();
    const jump = machine.goTo('pay', 'the operator', { state, turn: 1, nowMs: 5 });
    expect(jump).toMatchObject({
      move: { from: 'greet', to: 'pay', reason: 'goTo by the operator at turn 1' },
    });
    expect(machine.history.at(-1)?.trigger).toEqual({ type: 'goTo', source: 'the operator' });
  });

  test('refuse an order to a phase that is not there, with the nearest name', () => {
    const { machine, state, turn } = start(pizza);
    turn();
    expect(machine.goTo('ordr', 'x', { state, turn: 1, nowMs: 5 })).toEqual({
      type: 'refused',
      reason: 'There is no phase "ordr". Did you mean "order"?',
    });
  });

  test('ask the guard of the phase that would be entered, and try the next when it is false', (context) => {
    verifies(context, 'flow:phases:explain');
    const { machine, state, turn } = start({
      initial: 'a',
      phases: [
        {
          name: 'a',
          transitions: [
            { to: 'b', when: () => true },
            { to: 'c', when: () => true },
          ],
        },
        { name: 'b', guard: isTrue('open'), guardDescription: 'open', terminal: true },
        { name: 'c', terminal: true },
      ],
    });
    turn();
    expect(machine.explain(state)?.transitions).toEqual([
      { to: 'b', holds: false, why: 'guard 1 holds, but the entry guard of "b" (open) does not' },
      { to: 'c', holds: true, why: 'guard 2 holds' },
    ]);
    expect(turn()).toMatchObject({ move: { to: 'c', reason: 'guard 2 at turn 1' } });
  });

  test('wait for a presented concept and its acknowledgement', () => {
    const { machine, state, turn } = start({
      initial: 'terms',
      phases: [
        {
          name: 'terms',
          presents: ['terms'],
          transitions: [transitionAfterPresented('done', 'terms', 'user:agreed')],
        },
        { name: 'done', terminal: true },
      ],
    });
    state.map.set('user:agreed', true);
    expect(state.get('presented:terms')).toBeUndefined();
    turn();
    expect(state.get('presented:terms')).toBe(true);
    expect(turn()).toMatchObject({
      move: { to: 'done', reason: 'guard 1 ("terms" presented and acknowledged) at turn 1' },
    });
    expect(machine.position).toBe('done');
  });

  test('are remembered, the last hundred', (context) => {
    verifies(context, 'flow:phases:history');
    const { machine, turn } = start({
      initial: 'ping',
      phases: [
        { name: 'ping', transitions: [{ to: 'pong', when: () => true }] },
        { name: 'pong', transitions: [{ to: 'ping', when: () => true }] },
      ],
    });
    for (let i = 0; i < 130; i++) turn();
    expect(machine.history).toHaveLength(100);
    expect(machine.history.map(({ turn: number }) => number)).toEqual(
      Array.from({ length: 100 }, (_, index) => 30 + index),
    );
  });
});

describe('Requirements', () => {
  const bank: PhaseConfig = {
    initial: 'hello',
    phases: [
      {
        name: 'hello',
        transitions: [
          { to: 'account', when: () => true },
          { to: 'human', when: isTrue('angry') },
        ],
      },
      {
        name: 'account',
        requires: ['balance', 'user:id'],
        preparations: [{ name: 'loadBalance', produces: ['balance'] }],
        terminal: true,
      },
      { name: 'human', terminal: true },
    ],
  };

  test('block a move while a preparation can help', (context) => {
    verifies(context, 'flow:phases:requires');
    const { machine, state, turn } = start(bank);
    state.map.set('user:id', 7).set('angry', true);
    turn();
    expect(turn()).toMatchObject({
      type: 'blocked',
      to: 'account',
      missing: ['balance'],
      preparations: ['loadBalance'],
    });
    expect(machine.explain(state)?.transitions[0]?.why).toBe(
      'guard 1 holds, but "account" requires balance, which loadBalance may prepare',
    );
    state.map.set('balance', 0);
    expect(turn()).toMatchObject({ move: { to: 'account' } });
  });

  test('that no preparation fills let the next transition go', () => {
    const { state, turn } = start(bank);
    state.map.set('balance', 12).set('angry', true);
    turn();
    expect(turn()).toMatchObject({ move: { to: 'human' } });
  });

  test('are not waited for when the preparation is spent', () => {
    const { machine, state, turn } = start(bank);
    state.map.set('user:id', 7).set('angry', true);
    turn();
    const asked: string[] = [];
    const spent = (place: string, preparation: string): boolean => asked.push(`${place} ${preparation}`) > 0;
    expect(machine.advance({ state, turn: 1, nowMs: 1, spent })).toMatchObject({ move: { to: 'human' } });
    expect(asked).toEqual(['account loadBalance']);
  });

  test('hold for goTo too', () => {
    const { machine, state, turn } = start(bank);
    turn();
    expect(machine.goTo('account', 'x', { state, turn: 1, nowMs: 5 })).toMatchObject({
      type: 'blocked',
      missing: ['balance', 'user:id'],
      preparations: ['loadBalance'],
    });
    expect(machine.position).toBe('hello');
  });
});

describe('Tools', () => {
  test('run when the phase lists them; a refusal tells condition, alternatives and that nothing ran', (context) => {
    verifies(context, 'flow:phases:admission');
    const { machine, state, turn } = start(pizza);
    turn();
    state.map.set('hungry', true);
    turn();
    expect(machine.admit('add_item', state)).toEqual({ ok: true });
    expect(machine.admit('charge', state)).toEqual({
      ok: false,
      needs: ['order:size'],
      reason:
        'The tool "charge" is not permitted in the phase "order": it becomes available in "pay" (order confirmed). ' +
        'It did not run: do not say or imply that it did. Available now: add_item. Still needed: order:size.',
    });
    expect(machine.explain(state)?.blockedTools).toEqual({
      charge: expect.stringContaining('becomes available in "pay"'),
    });
  });

  test('are none with an empty list, and a tool further on is named with its phase', () => {
    const { machine, state, turn } = start(pizza);
    turn();
    expect(machine.admit('charge', state)).toMatchObject({
      reason: expect.stringMatching(
        /^The tool "charge" .*: it belongs to "pay"\. .*No tool is available now\.$/,
      ),
    });
  });
});

describe('Functions of the application', () => {
  test('that throw or return a promise count as false or empty, and are told', async (context) => {
    verifies(context, 'flow:phases:faults');
    const broken = (): never => {
      throw new Error('broken');
    };
    const late = (async () => Promise.reject(new Error('late'))) as unknown as () => boolean;
    const { machine, state, turn } = start({
      initial: 'a',
      defaults: { modifiers: [{ type: 'when', condition: broken, text: 'never' }] },
      phases: [
        {
          name: 'a',
          instruction: broken,
          enterPrompt: broken,
          modifiers: [{ type: 'custom', line: broken }],
          transitions: [
            { to: 'b', when: broken },
            { to: 'b', when: late },
            { to: 'c', when: () => true },
            { to: 'b', when: () => true },
          ],
        },
        { name: 'b', terminal: true },
        { name: 'c', guard: broken, terminal: true },
      ],
    });
    turn();
    expect(machine.project(state)).toMatchObject({
      instruction: undefined,
      modifiers: [],
      faults: [
        { where: 'phases.a.instruction' },
        { where: 'phases.a.modifiers[0]' },
        { where: 'phases.a.modifiers[1]' },
      ],
    });
    expect(machine.enter(state).faults).toMatchObject([{ where: 'phases.a.enterPrompt' }]);
    expect(machine.explain(state)?.transitions[0]).toEqual({
      to: 'b',
      holds: false,
      why: 'phases.a.transitions[0].when threw: broken',
    });
    const advance = turn();
    expect(advance).toMatchObject({ move: { to: 'b', reason: 'guard 4 at turn 1' } });
    expect(advance.faults.map(({ where }) => where)).toEqual([
      'phases.a.transitions[0].when',
      'phases.a.transitions[1].when',
      'phases.c.guard',
    ]);
    await Promise.resolve();
  });
});
