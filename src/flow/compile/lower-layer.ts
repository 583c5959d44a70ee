/** From a layer that was checked to the data that the monitor runs. */
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { CompiledLayer, CompiledReset, CompiledStep, ToolRule } from './compiled-flow.ts';
import { constraintsOf, escalated, idOf, type LayerGraph, type StepNode, type Way } from './layer-graph.ts';

/**
 * `order`: positions in the definition, each after those it waits for. Where the layer requires nothing, its terminal steps
 * are what it is for, and any one completes it: they are the ends of its branches.
 */
export function lowerLayer(graph: LayerGraph, order: readonly number[]): CompiledLayer {
  const { layer, name, nodes } = graph;
  const indices = new Map(order.map((position, index) => [position, index]));
  // All positions are in the order.
  const indexOf = (position: number): number => indices.get(position) ?? 0;
  const idsTo = (ids: readonly string[]): number[] =>
    sorted(ids.flatMap((id) => graph.ids.get(id) ?? []).map(indexOf));
  const next = nodes.map((): number[] => []);
  nodes.forEach(({ ways, escalations }, position) => {
    for (const { from } of [...ways, ...escalations]) next[from]?.push(indexOf(position));
  });
  const steps = order.flatMap((position, index) => {
    const node = nodes[position];
    return node === undefined ? [] : [lowerStep(node, index, indexOf, nodes, sorted(next[position] ?? []))];
  });
  const constraints = constraintsOf(graph).map(([constraint]) => constraint);
  const required = idsTo(
    constraints.flatMap((constraint) => ('require' in constraint ? constraint.require : [])),
  );
  const ends = steps.filter(({ terminal }) => terminal).map(({ index }) => index);
  return {
    name,
    steps,
    rules: rulesOf(graph),
    resets: constraints.flatMap((constraint): CompiledReset[] => {
      if (!('reset' in constraint)) return [];
      const { when, clears = [] } = constraint.reset;
      const opened = idsTo(constraint.reset.steps);
      const forgets = opened.flatMap((index) => guardMentions(steps[index]?.done ?? 'always').tools);
      return [{ steps: opened, when, forgets: distinct(forgets), clears }];
    }),
    required: required.length > 0 ? required : ends,
    completion: required.length > 0 ? 'all' : 'any',
    confirmTools: distinct(layer.confirmTools ?? []),
    ambient: distinct(layer.ambient ?? []),
  };
}

function lowerStep(
  node: StepNode,
  index: number,
  indexOf: (position: number) => number,
  nodes: readonly StepNode[],
  next: readonly number[],
): CompiledStep {
  const { definition, done, gate, preceded } = node;
  const { allow = [], deny = [], terminal = false } = definition;
  return {
    ...definition,
    ...lowerWays(node, indexOf, nodes),
    index,
    preceded: sorted(preceded.map(({ step }) => indexOf(step))),
    next,
    gate,
    done,
    allow,
    deny,
    terminal,
  };
}

/**
 * An escalation leads to a step whatever its other edges say. Where these must all hold, they become one edge, from the last
 * of their steps, that waits for the others. Who was handed over does not go on as well.
 */
function lowerWays(
  { definition: { id, join = 'all' }, ways: written, escalations }: StepNode,
  indexOf: (position: number) => number,
  nodes: readonly StepNode[],
): Pick<CompiledStep, 'after' | 'join'> {
  const ways = written.map((way) => ({ ...way, when: unlessEscalated(nodes[way.from], id, way.when) }));
  const edgesOf = (list: readonly Way[]): CompiledStep['after'] =>
    list.map(({ from, when }) => ({ step: indexOf(from), when }));
  const edges = edgesOf(ways);
  if (escalations.length === 0) return { after: edges, join };
  const opened = edgesOf(escalations);
  if (join === 'any' || edges.length < 2) return { after: [...edges, ...opened], join: 'any' };
  const step = Math.max(...edges.map((edge) => edge.step));
  const all: Guard[] = ways.flatMap(({ from, when }) => {
    const done: Guard[] = indexOf(from) === step ? [] : [{ done: idOf(nodes, from) }];
    return when === 'always' ? done : [...done, when];
  });
  const when: Guard = all.length === 0 ? 'always' : { all };
  return { after: [{ step, when }, ...opened], join: 'any' };
}

/** The condition of an edge to `target`, from a step that an escalation may end by leading elsewhere. */
function unlessEscalated(from: StepNode | undefined, target: string, when: Guard): Guard {
  const { id = '', repair } = from?.definition ?? {};
  if (repair?.escalateTo === undefined || repair.escalateTo === target) return when;
  const goesOn: Guard = { not: escalated(id) };
  return when === 'always' ? goesOn : { all: [when, goesOn] };
}

/** What the constraints say, by tool. A commit is once and until as well. */
function rulesOf(graph: LayerGraph): ToolRule[] {
  const rules = new Map<string, Omit<ToolRule, 'until'> & { readonly until: Guard[] }>();
  const add = (tool: string, change: Partial<ToolRule>, until: readonly Guard[]): void => {
    const rule = rules.get(tool) ?? { tool, once: false, until: [], commit: undefined };
    rules.set(tool, { ...rule, ...change, until: [...rule.until, ...until] });
  };
  for (const [constraint] of constraintsOf(graph)) {
    if ('once' in constraint) add(constraint.once, { once: true }, []);
    if ('neverUntil' in constraint) add(constraint.neverUntil.tool, {}, [constraint.neverUntil.until]);
    if ('commit' in constraint) {
      const { tool, until, binds = {} } = constraint.commit;
      add(tool, { once: true, commit: { until, binds } }, [until]);
    }
  }
  return [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/** Sorted, each once. */
export function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function sorted(indices: readonly number[]): number[] {
  return [...new Set(indices)].sort((a, b) => a - b);
}
