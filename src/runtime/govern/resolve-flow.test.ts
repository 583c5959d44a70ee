import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { FlowDefinition } from '../../flow/definition/flow-definition.ts';
import type { OptionProblem } from '../runtime-error.ts';
import type { FlowSettings } from './flow-settings.ts';
import { type ResolvedFlow, resolveFlow } from './resolve-flow.ts';

const FLOW: FlowDefinition = {
  name: 'booking',
  steps: [{ id: 'ask', done: { isSet: 'day' }, allow: ['look'], timing: { fillerAfterMs: 9 } }],
  digressions: [
    {
      name: 'faq',
      trigger: { isTrue: 'q' },
      flow: {
        steps: [
          { id: 'answer', done: { isTrue: 'x' } },
          { id: 'back', after: ['answer'], terminal: true },
        ],
      },
    },
  ],
};

function resolved(settings: unknown): {
  readonly flow: ResolvedFlow | undefined;
  readonly problems: readonly OptionProblem[];
} {
  const problems: OptionProblem[] = [];
  // Applications in JavaScript give anything.
  const flow = resolveFlow(settings as FlowSettings, ['look'], problems);
  return { flow, problems };
}

describe('The flow of the options', () => {
  test('is compiled with what the settings add to every layer, and leaves what was written as it was', () => {
    const before = structuredClone(FLOW);
    const { flow, problems } = resolved({
      flow: FLOW,
      ambientTools: ['look'],
      stageTiming: { ask: { interruptible: false }, answer: { fillerAfterMs: 5 } },
    });
    expect(problems).toEqual([]);
    expect(flow?.compiled.main.ambient).toEqual(['look']);
    expect(flow?.compiled.main.steps[0]?.timing).toEqual({ interruptible: false });
    expect(flow?.compiled.digressions[0]?.layer.ambient).toEqual(['look']);
    expect(flow?.compiled.digressions[0]?.layer.steps[0]?.timing).toEqual({ fillerAfterMs: 5 });
    expect(FLOW).toEqual(before);
  });

  test('that is compiled is taken as it is, unless settings change it', () => {
    const result = compileFlow(FLOW);
    if (!result.ok) throw new Error('it compiles');
    expect(resolved({ flow: result.flow }).flow?.compiled).toBe(result.flow);
    expect(resolved({ flow: result.flow, ambientTools: ['look'] }).flow?.compiled.main.ambient).toEqual([
      'look',
    ]);
  });

  test('that is none is one problem, whatever it is', () => {
    for (const flow of [undefined, null, 7, 'flow', [], {}, { steps: 1 }, { main: 1 }]) {
      const { flow: found, problems } = resolved({ flow, onStepEnter: { ask: () => 1 } });
      expect(found).toBeUndefined();
      expect(problems, JSON.stringify(flow)).toMatchObject([{ path: 'flow.flow' }]);
    }
  });

  test('that holds junk has located problems, and names of settings are checked all the same', () => {
    const { problems } = resolved({
      flow: {
        name: 'x',
        steps: [null, 7, { id: 'ask', done: { isSet: 'day' } }, { id: 4 }],
        digressions: 'none',
      },
      onStepEnter: { ask: () => 1, never: () => 1 },
    });
    const paths = problems.map(({ path }) => path);
    expect(paths).toContain('flow.onStepEnter.never');
    expect(paths).not.toContain('flow.onStepEnter.ask');
    expect(paths.some((path) => path.startsWith('flow.flow.'))).toBe(true);
  });
});
