import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SMALL_KEYS, SMALL_TOOLS, smallFlow } from '../../../tests/support/small-flow.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';
import type { GuardFacts } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import { admitTool } from '../monitor/admission.ts';
import type { FlowInput, FlowState } from '../monitor/flow-state.ts';
import { initialFlowState, stepFlow } from '../monitor/step-flow.ts';
import type { JsonValue } from '../state-reader.ts';
import { checkOrder } from './checks/check-order.ts';
import { compileFlow } from './compile-flow.ts';
import type { CompiledFlow, CompileResult, FlowProblem } from './compiled-flow.ts';
import { layerGraph, layerSource } from './layer-graph.ts';
import { lowerLayer } from './lower-layer.ts';
import { createProblemList } from './problem-list.ts';

/** The flow as it would run if its problems were overlooked. */
function unchecked(definition: FlowDefinition): CompiledFlow {
  const graph = layerGraph(layerSource(definition, '', ''));
  const { order } = checkOrder(graph, createProblemList());
  return {
    name: definition.name,
    definition,
    main: lowerLayer(graph, order),
    digressions: [],
    corrections: [],
    decisions: [],
    tools: SMALL_TOOLS,
    confirmed: [],
    reads: SMALL_KEYS,
  };
}

const event = fc.oneof(
  fc.record({
    key: fc.constantFrom(...SMALL_KEYS),
    value: fc.constantFrom<JsonValue>(0, 1, 2, 3, true, false, null, 'x'),
  }),
  fc.record({ tool: fc.constantFrom(...SMALL_TOOLS) }),
);

/** Runs events, each followed by a turn; `look` sees each place. Tools run only while some step is active. */
function walk(
  flow: CompiledFlow,
  events: ReadonlyArray<{ key: string; value: JsonValue } | { tool: string }>,
  look: (state: FlowState, facts: GuardFacts) => void,
): void {
  const values = new Map<string, JsonValue>();
  const reader = { get: (key: string) => values.get(key), has: (key: string) => values.has(key) };
  let state = initialFlowState(flow);
  let calls = 0;
  const input = (next: FlowInput): void => {
    const step = stepFlow(flow, state, next, reader);
    state = step.state;
    for (const effect of step.effects) if ('value' in effect) values.set(effect.key, effect.value);
    look(state, {
      state: reader,
      isDone: (id) => state.main.done.includes(id),
      calls: (tool) => state.main.calls[tool] ?? 0,
      answer: () => undefined,
    });
  };
  input({ type: 'begin' });
  for (const each of events) {
    if ('key' in each) values.set(each.key, each.value);
    else if (state.main.active.length > 0 && admitTool(flow, state, each, reader).ok) {
      const callId = `c${calls++}`;
      input({ type: 'admitted', callId, tool: each.tool });
      input({ type: 'toolEnded', callId, ok: true });
    }
    input({ type: 'turn', counts: true });
  }
}

function problemsOf(result: CompileResult): readonly FlowProblem[] {
  return result.ok ? [] : result.problems;
}

test('What the compiler calls unreachable or unsatisfiable never comes about', () => {
  let refused = 0;
  fc.assert(
    fc.property(smallFlow, fc.array(event, { minLength: 5, maxLength: 25 }), (definition, events) => {
      const problems = problemsOf(compileFlow(definition));
      const flow = unchecked(definition);
      const ids = definition.steps.map(({ id }) => id);
      const at = (kind: string, path: RegExp): string[] =>
        problems
          .filter((problem) => problem.kind === kind && path.test(problem.path))
          .map((problem) => ids[Number(/^steps\[(\d+)/.exec(problem.path)?.[1])] ?? '');
      const terminal = new Set(definition.steps.filter((step) => step.terminal).map(({ id }) => id));
      // The monitor goes on after the end, which the compiler forbids.
      const behindEnd = definition.steps.some(({ after = [] }) =>
        after.some((edge) => terminal.has(typeof edge === 'string' ? edge : edge.step)),
      );
      fc.pre(!behindEnd);
      const unreachable = at('unreachableStep', /^steps\[\d+\]$/);
      const undone = at('unsatisfiableGuard', /\.done$/).filter((id) => !terminal.has(id));
      const never = problems
        .filter(({ kind, path }) => kind === 'unsatisfiableGuard' && /\.(gate|when|until)$/.test(path))
        .map(({ path }) => path);
      const { places } = layerGraph(layerSource(definition, '', ''));
      const guards = places.filter(({ path }) => never.includes(path));
      // Conditions on one tool that exclude each other are told at the last of them, which alone may hold.
      const alone = guards.filter(({ path }) =>
        problems.some((problem) => problem.path === path && problem.message.startsWith('This never')),
      );
      refused += unreachable.length + undone.length + alone.length;
      walk(flow, events, (state, facts) => {
        const { active, done } = state.main;
        for (const id of unreachable) expect([...active, ...done]).not.toContain(id);
        for (const id of undone) expect(done).not.toContain(id);
        for (const { guard, path } of alone) expect(holds(guard, facts, [], ''), path).toBe(false);
      });
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(50);
});
