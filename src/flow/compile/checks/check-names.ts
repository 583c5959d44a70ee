/** Every name must be somebody's, and only one's. */
import type { FlowDefinition } from '../../definition/flow-definition.ts';
import { guardMentions } from '../../guard/guard-mentions.ts';
import type { FlowSurroundings } from '../compiled-flow.ts';
import { constraintsOf, type LayerGraph, type LayerSource } from '../layer-graph.ts';
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
export function checkDistinct(
  names: Iterable<readonly [name: string, path: string]>,
  what: string,
  problems: ProblemList,
): void {
  const seen = new Map<string, string>();
  for (const [name, path] of names) {
    const first = seen.get(name);
    if (first === undefined) seen.set(name, path);
    else
      problems.add('duplicate', path, `${what} ${quoted(name)} is also at ${first}: keep one, or rename it.`);
  }
}

function stepReferences(graph: LayerGraph): ReadonlyArray<readonly [id: string, path: string]> {
  const { layer, prefix } = graph;
  const references: Array<readonly [string, string]> = [];
  const list = (ids: readonly string[], path: string): void => {
    ids.forEach((id, index) => {
      references.push([id, `${path}[${index}]`]);
    });
  };
  layer.steps.forEach(({ after = [], repair }, index) => {
    const path = `${prefix}steps[${index}]`;
    after.forEach((edge, at) => {
      if (typeof edge === 'string') references.push([edge, `${path}.after[${at}]`]);
      else references.push([edge.step, `${path}.after[${at}].step`]);
    });
    if (repair?.escalateTo !== undefined) references.push([repair.escalateTo, `${path}.repair.escalateTo`]);
  });
  for (const [constraint, path] of constraintsOf(graph)) {
    if ('before' in constraint) list(constraint.before, `${path}.before`);
    if ('require' in constraint) list(constraint.require, `${path}.require`);
    if ('reset' in constraint) list(constraint.reset.steps, `${path}.reset.steps`);
  }
  return references;
}

/** All tools that a layer names, with the places. */
export function toolReferences(graph: LayerGraph): ReadonlyArray<readonly [tool: string, path: string]> {
  const { layer, prefix, places } = graph;
  const references: Array<readonly [string, string]> = [];
  const list = (tools: readonly string[] | undefined, path: string): void => {
    tools?.forEach((tool, index) => {
      references.push([tool, `${path}[${index}]`]);
    });
  };
  layer.steps.forEach(({ allow, deny }, index) => {
    list(allow, `${prefix}steps[${index}].allow`);
    list(deny, `${prefix}steps[${index}].deny`);
  });
  list(layer.ambient, `${prefix}ambient`);
  list(layer.confirmTools, `${prefix}confirmTools`);
  for (const [constraint, path] of constraintsOf(graph)) {
    if ('once' in constraint) references.push([constraint.once, `${path}.once`]);
    if ('neverUntil' in constraint) references.push([constraint.neverUntil.tool, `${path}.neverUntil.tool`]);
    if ('commit' in constraint) references.push([constraint.commit.tool, `${path}.commit.tool`]);
  }
  for (const { guard, path } of places) {
    for (const tool of guardMentions(guard).tools) references.push([tool, path]);
  }
  return references;
}
