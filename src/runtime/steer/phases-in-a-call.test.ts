import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { Advance, StateEffect } from '../../flow/index.ts';
import { createPhaseGraph, type PhaseConfig, PhaseMachine, when } from '../../flow/phases/index.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { modelProfile } from '../../wire/index.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { PhaseHooks } from './phase-hooks.ts';
import { Steering } from './steering.ts';

const CONFIG: PhaseConfig = {
  initial: 'greet',
  phases: [
    {
      name: 'greet',
      instruction: 'Greet.',
      tools: ['find'],
      transitions: [
        { to: 'account', when: (state) => state.get('user:id') !== undefined, description: 'known' },
      ],
    },
    {
      name: 'account',
      instruction: (state) => `The balance is ${state.get('balance')}.`,
      tools: ['pay'],
      requires: ['balance'],
      preparations: [{ name: 'load', produces: ['balance'] }],
      clearOnEnter: ['draft'],
      modifiers: [when((state) => state.get('session:phase') === 'account', 'Be exact.')],
      enterPrompt: 'Tell the balance.',
    },
  ],
};

/** The parts in the order in which the lanes call them. */
test('A call goes from the setup over a preparation to the next phase', async (context) => {
  verifies(context, 'flow:phases:requires', 'steer:setup', 'steer:hooks', 'steer:preparations');
  const clock = new ManualClock();
  const state = new State();
  const writer = runtimeWriter(state);
  const log: string[] = [];
  const write = (effects: readonly StateEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'set') writer.set(effect.key, effect.value);
      else writer.delete(effect.key);
    }
  };
  const report = (error: Error): void => void log.push(`error ${error.message}`);

  const result = createPhaseGraph(CONFIG);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const governor = new PhaseMachine(result.graph);
  const hooks = new PhaseHooks<State>(
    new Map([
      [
        'greet',
        { onExit: (given) => void log.push(`exit ${given.get('session:phase')} ${given.has('draft')}`) },
      ],
      [
        'account',
        {
          onEnter: (given) => void log.push(`enter ${given.get('session:phase')} ${given.has('draft')}`),
          preparations: new Map([['load', { produces: ['balance'], run: async () => ({ balance: 12 }) }]]),
        },
      ],
    ]),
    {
      clock,
      report,
      prepared: (_phase, _name, outcome) => {
        if (outcome.type !== 'prepared') return;
        for (const [key, value] of Object.entries(outcome.values)) state.set(key, value);
        boundary(1);
      },
    },
  );
  const steering = new Steering(
    {
      profile: modelProfile('gemini-3.8-live', 'googleAi'),
      instruction: 'Base.',
      tools: [{ functionDeclarations: [{ name: 'find' }, { name: 'pay' }] }],
    },
    {
      report,
      write,
      sendInstruction: (text) => void log.push(`instruction ${text}`),
      sendContext: ({ systemInstruction, tools }) =>
        void log.push(`update ${systemInstruction}, ${tools?.length}`),
      delivery: {
        pending: false,
        deliver: ({ turns, prompt }) => {
          log.push(
            `turns ${turns.map(({ parts }) => parts[0]?.text).join(' / ')}${prompt ? ', prompt' : ''}`,
          );
        },
      },
    },
  );

  function take(advance: Advance): boolean {
    if (advance.type !== 'move') {
      write(advance.effects);
      if (advance.type === 'blocked') hooks.prepare(advance, state);
      return false;
    }
    hooks.run(advance.move, state, () => write(advance.effects));
    log.push(`move ${advance.move.reason}`);
    return true;
  }

  function boundary(turn: number): void {
    const moved = take(governor.advance({ state, turn, nowMs: clock.nowMs(), spent: hooks.spent }));
    const entry = moved ? governor.enter(state) : undefined;
    const projection = governor.project(state);
    steering.steer({ state, projection, entry });
  }

  // Before the connection, and once it is open.
  take(governor.advance({ state, turn: 0, nowMs: 0 }));
  const setup = steering.connect(state, governor.project(state));
  expect(setup).toEqual({
    systemInstruction: 'Base.\n\nGreet.',
    tools: [{ functionDeclarations: [{ name: 'find' }] }],
  });
  steering.steer({ state, projection: governor.project(state), entry: governor.enter(state) });
  expect(log.splice(0)).toEqual(['move initial phase at turn 0']);

  state.set('user:id', 7);
  state.set('draft', 'x');
  boundary(1);
  expect([governor.position, log]).toEqual(['greet', []]);

  await hooks.settled();
  expect(log).toEqual([
    'exit greet true',
    'enter account false',
    'move guard 1 (known) at turn 1',
    'update Base.\n\nThe balance is 12., 1',
    'turns Be exact. / Tell the balance., prompt',
  ]);
  expect(state.get('session:declaredTools')).toEqual(['pay']);
  expect(state.get('session:phase')).toBe('account');
});
