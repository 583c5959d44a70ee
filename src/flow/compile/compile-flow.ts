import type { FlowDefinition } from '../definition/flow-definition.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { flowShape } from '../shape/flow-shape.ts';
import { isSmall } from '../shape/is-small.ts';
import { readData } from '../shape/read-document.ts';
import { checkFlow } from './checks/check-flow.ts';
import { checkKeys } from './checks/check-keys.ts';
import { checkLayer } from './checks/check-layer.ts';
import { checkNames, toolReferences } from './checks/check-names.ts';
import { checkOrder } from './checks/check-order.ts';
import { checkReach } from './checks/check-reach.ts';
import type { CompiledFlow, CompileResult, FlowProblem, FlowSurroundings } from './compiled-flow.ts';
import { frozen } from './freeze.ts';
import { createGuardLogic } from './guard-logic.ts';
import { type LayerGraph, layerGraph, layerSource } from './layer-graph.ts';
import { distinct, lowerLayer } from './lower-layer.ts';
import { possible } from './possible.ts';
import { createProblemList } from './problem-list.ts';

/** More steps, in all layers together, are refused. */
const MOST_STEPS = 2000;

/**
 * Checks a flow, and makes of it what the monitor, the simulator and the drawings take. All problems are reported at once,
 * each with its path and what to do; data of another shape than a flow's stops the other checks. Never throws, and takes
 * a time that the limits bound: 2,000 steps in all, 200,000 values.
 *
 * A layer, main or digression, is complete when all that it requires is done. One that requires nothing is complete with any
 * of its terminal steps: they are the ends of its branches. A main flow with neither is complete from the beginning.
 */
export function compileFlow(definition: FlowDefinition, surroundings: FlowSurroundings = {}): CompileResult {
  const reading = readData(definition, flowShape);
  if (!reading.ok) return { ok: false, problems: reading.problems.map(asUnguarded) };
  return compileShaped(reading.value, surroundings);
}

/**
 * Compiles what another compiler made out of checked parts, and freezes it in place: it is looked at again only where it is
 * so large that it might break a limit.
 */
export function compileLowered(definition: FlowDefinition, surroundings: FlowSurroundings): CompileResult {
  if (!isSmall(definition)) return compileFlow(definition, surroundings);
  return compileShaped(frozen(definition), surroundings);
}

function compileShaped(copy: FlowDefinition, surroundings: FlowSurroundings): CompileResult {
  const all = [copy, ...(copy.digressions ?? []).map(({ flow }) => flow)];
  const count = all.flatMap(({ steps }) => steps).length;
  if (count > MOST_STEPS) {
    const message = `A flow has ${MOST_STEPS} steps at most, its digressions included; this one has ${count}.`;
    return { ok: false, problems: [{ kind: 'tooLarge', path: 'steps', message }] };
  }
  const problems = createProblemList();
  const logic = createGuardLogic();
  const layers = graphsOf(copy);
  const orders = layers.map((graph) => {
    checkLayer(graph, logic, problems);
    checkNames(graph, copy, surroundings, problems);
    const { order, circling } = checkOrder(graph, problems);
    checkReach(graph, possible(graph, order, circling, logic), logic, problems);
    return order;
  });
  checkFlow(copy, layers, logic, problems);
  if (surroundings.writes !== undefined) checkKeys(copy, layers, surroundings.writes, problems);
  if (problems.found.length > 0) return { ok: false, problems: problems.found };
  return { ok: true, flow: frozen(lowered(copy, layers, orders)) };
}

/** A commit without a condition is more than a missing field. */
export function asUnguarded(problem: FlowProblem): FlowProblem {
  if (!problem.path.endsWith('.until') || problem.kind !== 'invalid') return problem;
  const message = 'The tool would wait for nothing: say here what the user must have agreed to.';
  return { ...problem, kind: 'unguardedCommit', message };
}

/** The main layer, then those of the digressions. Triggers are asked in the main flow's context. */
function graphsOf(definition: FlowDefinition): readonly LayerGraph[] {
  const { digressions = [], corrections = [] } = definition;
  const reopened = corrections.flatMap(({ reopens = [] }) => reopens);
  const main = layerGraph(layerSource(definition, '', ''), reopened);
  const triggers = digressions.map(({ trigger: guard }, index) => ({
    path: `digressions[${index}].trigger`,
    guard,
  }));
  return [
    { ...main, places: [...main.places, ...triggers] },
    ...digressions.map(({ name, flow }, index) =>
      layerGraph(layerSource(flow, name, `digressions[${index}].flow.`)),
    ),
  ];
}

function lowered(
  definition: FlowDefinition,
  graphs: readonly LayerGraph[],
  orders: ReadonlyArray<readonly number[]>,
): CompiledFlow {
  const { name, digressions = [], corrections = [], decisions = [] } = definition;
  const [main, ...others] = graphs.map((graph, index) => lowerLayer(graph, orders[index] ?? []));
  if (main === undefined) throw new RangeError('A flow has a main layer.');
  const layers = [main, ...others];
  const guards = [
    ...layers.flatMap(({ steps }) =>
      steps.flatMap(({ after, done }) => [done, ...after.map(({ when }) => when)]),
    ),
    ...graphs.flatMap(({ places }) => places.map(({ guard }) => guard)),
  ];
  return {
    name,
    definition,
    main,
    digressions: digressions.map(({ trigger, resume = 'previous', ...digression }, index) => ({
      name: digression.name,
      trigger,
      layer: others[index] ?? main,
      resume,
    })),
    corrections: corrections.map(({ slot, clears = [], reopens = [] }) => ({ slot, clears, reopens })),
    decisions,
    tools: distinct(graphs.flatMap((graph) => toolReferences(graph).map(([tool]) => tool))),
    confirmed: distinct(
      layers.flatMap(({ rules, confirmTools }) => [
        ...confirmTools,
        ...rules.filter(({ commit }) => commit !== undefined).map(({ tool }) => tool),
      ]),
    ),
    reads: distinct(guards.flatMap((guard) => guardMentions(guard).keys)),
  };
}
