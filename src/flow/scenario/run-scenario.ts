import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { FlowSimulator, type SimulatorOptions } from './flow-simulator.ts';
import { callOf, playStep } from './play-step.ts';
import type { Scenario, ScenarioResult, ScenarioStep } from './scenario.ts';

/**
 * Runs a scenario against a conversation or a flow, up to the first step that goes another way. Nothing is shared
 * between two runs. Those worth most assert that a tool which changes the world is denied before its guard and allowed
 * after.
 */
export function runScenario(
  target: CompiledConversation | CompiledFlow,
  { name, steps }: Scenario,
  options: SimulatorOptions = {},
): ScenarioResult {
  const simulator = new FlowSimulator(target, options);
  const begun = callsThatBegin(steps);
  for (const [index, step] of steps.entries()) {
    const reason = playStep(simulator, step, begun.has(index));
    if (reason !== undefined) return { name, passed: false, step: index, reason };
  }
  return { name, passed: true };
}

/** The `expectAllowed` steps whose calls begin: those that a `toolResult` belongs to, the nearest before it. */
export function callsThatBegin(steps: readonly ScenarioStep[]): ReadonlySet<number> {
  const open = new Map<string, number[]>();
  const begun = new Set<number>();
  for (const [index, step] of steps.entries()) {
    if (typeof step === 'string') continue;
    if ('expectAllowed' in step) {
      const { tool } = callOf(step.expectAllowed);
      const calls = open.get(tool);
      if (calls === undefined) open.set(tool, [index]);
      else calls.push(index);
    } else if ('toolResult' in step) {
      const call = open.get(step.toolResult.tool)?.pop();
      if (call !== undefined) begun.add(call);
    }
  }
  return begun;
}
