import { describe, expect, it } from 'vitest';
import { readScenario } from './read-scenario.ts';

describe('reading a scenario', () => {
  it('takes every kind of step', () => {
    const scenario = {
      name: 'all',
      steps: [
        { user: 'hello' },
        { model: 'hi' },
        { set: { key: 'a', value: null } },
        { toolOk: 'x' },
        { toolOk: { tool: 'x', args: { a: 1 }, response: {} } },
        { toolFailed: { tool: 'x' } },
        { toolResult: { tool: 'x', ok: false } },
        { scheduleTool: { tool: 'x', after: 2, args: {} } },
        { decide: { sure: true, which: 'a', score: 0.5, odd: { outcome: 'unsure', confidence: 0 } } },
        'interrupt',
        'turn',
        { expectActive: ['a'] },
        { expectDone: [] },
        { expectOpen: ['a'] },
        { expectAllowed: 'x' },
        { expectDenied: { tool: 'x', args: {} } },
        { expectSlot: { key: 'a', value: [1] } },
        { expectComplete: true },
        { expectPath: [] },
        { expectTerminated: false },
      ],
    };
    expect(readScenario(scenario)).toEqual({ ok: true, scenario });
  });

  it.each([
    [{ name: 'x', steps: [{ usr: 'hello' }] }, 'steps[0]'],
    [{ name: 'x', steps: ['turns'] }, 'steps[0]'],
    [{ name: 'x', steps: ['turn', { set: { key: 'a' } }] }, 'steps[1].set'],
    [{ name: 'x', steps: [{ toolResult: { tool: 'x', ok: 'yes' } }] }, 'steps[0].toolResult.ok'],
    [{ name: 'x', steps: [{ user: 'a', model: 'b' }] }, 'steps[0]'],
    [{ name: '', steps: [] }, 'name'],
    [{ steps: [] }, 'name'],
    [[], ''],
    [null, ''],
    ['text', ''],
  ])('says where %j is wrong', (json, path) => {
    const reading = readScenario(json);
    expect(reading.ok ? '' : reading.problems.map((problem) => problem.path).join()).toContain(path);
    expect(reading.ok).toBe(false);
  });
});
