/** Every name must be somebody's, and only one's. */
import type { FlowDefinition } from '../../definition/flow-definition.ts';
import { guardMentions } from '../../guard/guard-mentions.ts';
import type { FlowSurroundings } from '../compiled-flow.ts';
import { conditionIn, constraintsOf, type LayerGraph, type LayerSource } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';

/** Steps and questions are those of the flow; tools are compared with the session's, if `surroundings` has them. */
export function checkNames(
  graph: LayerGraph,
  definition: FlowDefinition,
  surroundings: FlowSurroundings,
  problems: ProblemList,
): void {
  const questions = new Set((definition.decisions ?? []).map(({ id }) => id));
  const step = stepCheck(graph, problems);
  for (const [id, path] of stepReferences(graph)) step(id, path);
  for (const { guard, path } of graph.places) {
    const mentions = guardMentions(guard);
    for (const id of mentions.steps) step(id, path);
    for (const id of mentions.questions) {
      if (questions.has(id)) continue;
      const message = `There is no question ${quoted(id)}: add it to "decisions".`;
      problems.unknown('unknownQuestion', path, message, id, questions);
    }
  }
  const { tools } = surroundings;
  if (tools === undefined) return;
  const registered = new Set(tools);
  for (const [tool, path] of toolReferences(graph)) {
    if (registered.has(tool)) continue;
    const message = `The tool ${quoted(tool)} is not registered: register it, or correct the name.`;
    problems.unknown('unknownTool', path, message, tool, registered);
  }
}

/** Reports ids that no step of the layer has. */
export function stepCheck(
  { ids, name }: LayerSource,
  problems: ProblemList,
): (id: string, path: string) => void {
  const where = name === '' ? 'the main flow' : `the digression ${quoted(name)}`;
  return (id, path) => {
    if (ids.has(id)) return;
    problems.unknown('unknownStep', path, `No step of ${where} is called ${quoted(id)}.`, id, ids.keys());
  };
}

/** Reports what has the name of something before it. */
export function checkDistinct(names: Iterable<Reference>, what: string, problems: ProblemList): void {
  const seen = new Map<string, string>();
  for (const [name, path] of names) {
    const first = seen.get(name);
    if (first === undefined) seen.set(name, path);
    else
      problems.add('duplicate', path, `${what} ${quoted(name)} is also at ${first}: keep one, or rename it.`);
  }
}

/** A name with its place. */
export type Reference = readonly [name: string, path: string];

/** The names of a list, each with its place. */
export function listed(names: readonly string[] | undefined, path: string): readonly Reference[] {
  return names?.map((name, index) => [name, `${path}[${index}]`] as const) ?? [];
}

function stepReferences(graph: LayerGraph): readonly Reference[] {
  return [
    ...graph.nodes.flatMap(({ definition: { after = [], repair }, path }): Reference[] => [
      ...after.map((edge, at): Reference => {
        const place = `${path}.after[${at}]`;
        return typeof edge === 'string' ? [edge, place] : [edge.step, `${place}.step`];
      }),
      ...(repair?.escalateTo === undefined
        ? []
        : [[repair.escalateTo, `${path}.repair.escalateTo`] as const]),
    ]),
    ...constraintsOf(graph).flatMap(([constraint, path]) => {
      if ('before' in constraint) return listed(constraint.before, `${path}.before`);
      if ('require' in constraint) return listed(constraint.require, `${path}.require`);
      return 'reset' in constraint ? listed(constraint.reset.steps, `${path}.reset.steps`) : [];
    }),
  ];
}

/** All tools that a layer names, with the places. */
export function toolReferences(graph: LayerGraph): readonly Reference[] {
  const { layer, prefix, places, nodes } = graph;
  return [
    ...nodes.flatMap(({ definition: { allow, deny }, path }) => [
      ...listed(allow, `${path}.allow`),
      ...listed(deny, `${path}.deny`),
    ]),
    ...listed(layer.ambient, `${prefix}ambient`),
    ...listed(layer.confirmTools, `${prefix}confirmTools`),
    ...constraintsOf(graph).flatMap(([constraint, path]): Reference[] => {
      if ('once' in constraint) return [[constraint.once, `${path}.once`]];
      const condition = conditionIn(constraint);
      return condition === undefined ? [] : [[condition.tool, `${path}.${condition.at}.tool`]];
    }),
    ...places.flatMap(({ guard, path }) => guardMentions(guard).tools.map((tool): Reference => [tool, path])),
  ];
}
