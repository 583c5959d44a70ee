import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { NeedsRepair } from './phase.ts';
import { createPhaseGraph } from './phase-graph.ts';
import { PhaseMachine } from './phase-machine.ts';

function create(repair: NeedsRepair | undefined): {
  readonly values: Map<string, JsonValue>;
  /** One boundary: advance, then repair. */
  readonly turn: () => string;
} {
  const values = new Map<string, JsonValue>();
  const state: StateReader = { get: (key) => values.get(key), has: (key) => values.has(key) };
  const result = createPhaseGraph({
    initial: 'who',
    phases: [
      {
        name: 'who',
        needs: ['user:name', 'user:age'],
        transitions: [{ to: 'where', when: ({ get }) => get('on') === true }],
      },
      { name: 'where', needs: ['user:city'] },
    ],
    ...(repair !== undefined && { repair }),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const machine = new PhaseMachine(result.graph);
  let number = -1;
  const turn = (): string => {
    const context = { state, turn: ++number, nowMs: number };
    for (const outcome of [machine.advance(context), machine.repair(context)]) {
      for (const effect of outcome.effects) {
        if (effect.type === 'set') values.set(effect.key, effect.value);
        else values.delete(effect.key);
      }
      if ('nudge' in outcome && outcome.nudge !== undefined) {
        return `${outcome.nudge}${outcome.prompt ? ' prompt' : ''}`;
      }
    }
    return '';
  };
  turn();
  return { values, turn };
}

const NUDGE = '[Still needed: name, age. Ask for it now, one thing at a time.]';

describe('Needs repair', () => {
  test('nudges after three turns, prompts once, escalates after six', (context) => {
    verifies(context, 'flow:phases:repair');
    const { values, turn } = create({});
    expect([turn(), turn()]).toEqual(['', '']);
    expect([turn(), turn(), turn()]).toEqual([`${NUDGE} prompt`, NUDGE, NUDGE]);
    expect(values.has('repair:escalation')).toBe(false);
    turn();
    expect(values.get('repair:escalation')).toBe(true);
    expect(values.get('repair:unfulfilled')).toEqual(['user:name', 'user:age']);
    values.set('user:age', 40);
    turn();
    expect(values.get('repair:unfulfilled')).toEqual(['user:name']);
  });

  test('starts again, flags lowered, when all is there', () => {
    const { values, turn } = create({ nudgeAfter: 1, escalateAfter: 1 });
    turn();
    expect(values.get('repair:escalation')).toBe(true);
    values.set('user:name', 'Ada').set('user:age', 40);
    expect(turn()).toBe('');
    expect([values.has('repair:escalation'), values.has('repair:unfulfilled')]).toEqual([false, false]);
    values.set('user:name', null);
    expect(turn()).toContain('[Still needed: name.');
  });

  test('starts again with each phase, and does not count the turn that enters it', () => {
    const { values, turn } = create({ nudgeAfter: 2, escalateAfter: 2 });
    turn();
    turn();
    expect(values.get('repair:escalation')).toBe(true);
    values.set('on', true);
    expect(turn()).toBe('');
    expect(values.has('repair:escalation')).toBe(false);
    expect(turn()).toBe('');
    expect(turn()).toContain('[Still needed: city.');
  });

  test('is off unless asked for', () => {
    const { turn } = create(undefined);
    expect(Array.from({ length: 8 }, turn)).toEqual(Array.from({ length: 8 }, () => ''));
  });
});
