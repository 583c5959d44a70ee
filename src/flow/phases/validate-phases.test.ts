import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { PhaseConfig } from './phase.ts';
import { createPhaseGraph } from './phase-graph.ts';
import { type PhaseSurroundings, validatePhases } from './validate-phases.ts';

const always = (): boolean => true;

function problems(config: unknown, surroundings?: PhaseSurroundings): string[] {
  return validatePhases(config as PhaseConfig, surroundings).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

describe('Phases', () => {
  test('that are sound have no problems', () => {
    const config: PhaseConfig = {
      initial: 'a',
      phases: [
        { name: 'a', tools: ['x'], transitions: [{ to: 'b', when: always }] },
        { name: 'b', requires: ['k'], preparations: [{ name: 'p', produces: ['k'] }], terminal: true },
        { name: 'helpdesk', external: true },
      ],
      repair: { nudgeAfter: 2 },
    };
    expect(problems(config, { tools: ['x'], stateKeys: [] })).toEqual([]);
    expect(createPhaseGraph(config)).toMatchObject({ ok: true });
  });

  test('tell everything that is wrong at once, with path and nearest name', (context) => {
    verifies(context, 'flow:phases:validation');
    const config = {
      initial: 'gret',
      phases: [
        { name: 'greet', tools: ['chrge'], transitions: [{ to: 'odrer', when: always }] },
        { name: 'order', needs: ['user:nmae'], transitions: [{ to: 'greet', when: 'soon' }] },
        { name: 'order' },
        { name: ' ', instruction: 7 },
        { name: 'end', terminal: true, transitions: [{ to: 'greet', when: always }], guard: true },
        {
          name: 'prep',
          requires: ['k'],
          preparations: [
            { name: 'p', produces: ['k'] },
            { name: 'p', produces: ['other'] },
          ],
        },
      ],
      repair: { nudgeAfter: 4, escalateAfter: 2.5 },
    };
    expect(problems(config, { tools: ['charge'], stateKeys: ['user:name'] })).toEqual([
      'phases[2].name: There are two phases named "order": rename one.',
      'phases[3].name: A phase needs a name.',
      'initial: The initial phase "gret" does not exist. Did you mean "greet"?',
      'phases.greet.transitions[0].to: The phase "odrer" does not exist. Did you mean "order"?',
      'phases.greet.tools[0]: The tool "chrge" is not registered. Did you mean "charge"?',
      'phases.order.transitions[0].when: It must be a function of the state.',
      'phases.order.needs[0]: Nothing produces "user:nmae". Did you mean "user:name"?',
      'phases. .instruction: It must be a string, or a function of the state that returns one.',
      'phases.end.guard: It must be a function of the state.',
      'phases.end.transitions: "end" is terminal: nothing leads out of it. Remove one of the two.',
      'phases.prep.preparations[1].name: "prep" has two preparations named "p".',
      'phases.prep.preparations[1].produces: "p" would never run: "prep" requires nothing that it produces.',
      'repair.escalateAfter: It counts turns: 1 or more.',
      'repair.escalateAfter: It is 2.5, below nudgeAfter, which is 4.',
    ]);
    expect(createPhaseGraph(config as unknown as PhaseConfig)).toMatchObject({ ok: false });
  });

  test('must lead to each other, unless only goTo enters one', () => {
    const phases = [
      { name: 'a', transitions: [{ to: 'b', when: always }] },
      { name: 'b' },
      { name: 'lost', transitions: [{ to: 'lostToo', when: always }] },
      { name: 'lostToo' },
    ];
    expect(problems({ initial: 'a', phases })).toEqual([
      'phases.lost: No transition leads to "lost": add one, or set external if goTo enters it.',
      'phases.lostToo: No transition leads to "lostToo": add one, or set external if goTo enters it.',
    ]);
    expect(problems({ initial: 'a', phases: phases.map((phase) => ({ ...phase, external: true })) })).toEqual(
      [],
    );
  });

  test('of the wrong shape are told apart before anything else is looked at', () => {
    const phases = [
      null,
      { name: 'a', tools: 'charge', needs: [1], transitions: { to: 'b' } },
      { name: 'b', transitions: ['a'], tools: null },
    ];
    expect(problems({ initial: 'a', phases })).toEqual([
      'phases[0]: A phase must be an object.',
      'phases[1].tools: It must be a list of strings.',
      'phases[1].needs: It must be a list of strings.',
      'phases[1].transitions: It must be a list of objects.',
      'phases[2].transitions: It must be a list of objects.',
    ]);
  });

  test('must exist', () => {
    for (const phases of [[], undefined, 'order']) {
      expect(problems({ initial: 'a', phases })).toEqual([
        'phases: There is no phase: define at least one, or leave phases out.',
      ]);
    }
  });
});
