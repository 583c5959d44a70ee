import type { Edge, StepDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import type { StageDefinition } from './conversation-document.ts';
import { allOf, anyOf } from './guard-joins.ts';
import type { Lowering, StageLayer } from './stage-layer.ts';
import { isOfTheTurn, type StageWay } from './stage-ways.ts';

/**
 * The ways into a stage. Where several `next` lead to it, any one does; its own `after` must then hold besides. Steps that
 * latch a way are added to `turnouts`.
 */
export function entrance(
  { id, after = [], join }: StageDefinition,
  index: number,
  layer: StageLayer,
  lowering: Lowering,
  turnouts: StepDefinition[],
): { readonly after: readonly Edge[]; readonly join?: 'all' | 'any'; readonly gate?: Guard } {
  const { prefix, path, stages, ways } = layer;
  const { paths } = lowering;
  const at = `${prefix}steps[${index}]`;
  const bySource = new Map<number, StageWay[]>();
  for (const way of ways.forward) {
    if (way.to === index) bySource.set(way.from, [...(bySource.get(way.from) ?? []), way]);
  }
  const asGate = join === undefined && after.length > 0 && bySource.size > 1;
  const edges: Edge[] = asGate ? [] : [...after];
  for (const [from, group] of bySource) {
    const source = stages[from];
    const [first] = group;
    if (source === undefined || first === undefined) continue;
    const when = anyOf(group.map((way) => way.when)) ?? 'always';
    paths.add(`${at}.after[${edges.length}]`, first.path);
    if (first.isLong) paths.add(`${at}.after[${edges.length}].when`, `${first.path}.when`, 'inner');
    if (isOfTheTurn(when)) {
      const turnout = `${source.id}>${id}`;
      const place = `${prefix}steps[${stages.length + turnouts.length}]`;
      paths.add(place, first.path);
      if (first.isLong) paths.add(`${place}.after[0].when`, `${first.path}.when`, 'inner');
      turnouts.push({
        id: turnout,
        after: [{ step: source.id, when }],
        ...elsewhere(from, index, layer),
        done: 'always',
      });
      edges.push(turnout);
    } else edges.push(when === 'always' ? source.id : { step: source.id, when });
  }
  if (!asGate) {
    const merged = join ?? (bySource.size > 1 ? 'any' : undefined);
    return { after: edges, ...(merged !== undefined && { join: merged }) };
  }
  paths.add(`${at}.gate`, `${path}[${index}].after${after.length === 1 ? '[0]' : ''}`);
  return { after: edges, join: 'any', gate: allOf(after.map(edgeGuard)) ?? 'always' };
}

/**
 * An answer is gone with its turn, and a stage that is entered by it must stay: the way is latched by a step of its own, as
 * long as no other way out of its stage was.
 */
function elsewhere(from: number, to: number, { stages, ways }: StageLayer): { readonly gate?: Guard } {
  const others = ways.forward.filter((way) => way.from === from && way.to !== to && isOfTheTurn(way.when));
  const taken = [...new Set(others.map((way) => way.to))].map((other): Guard => {
    return { done: `${stages[from]?.id}>${stages[other]?.id}` };
  });
  const any = anyOf(taken);
  return any === undefined ? {} : { gate: { not: any } };
}

/** What holds when a step could be active: its ways in, and its gate. */
export function reachedGuards({ after = [], join, gate }: StepDefinition): readonly Guard[] {
  const edges = after.map(edgeGuard);
  const ways = join === 'any' ? anyOf(edges) : allOf(edges);
  return [ways, gate].filter((guard) => guard !== undefined);
}

function edgeGuard(edge: Edge): Guard {
  return typeof edge === 'string' ? { done: edge } : { all: [{ done: edge.step }, edge.when] };
}
