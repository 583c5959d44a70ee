/** A layer on its way to be compiled: its steps by position, what leads to them, and all its guards with their places. */
import type { Constraint, LayerDefinition, StepDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';

/** A way into a step. */
export interface Way {
  readonly from: number;
  readonly when: Guard;
  readonly path: string;
}

export interface StepNode {
  readonly definition: StepDefinition;
  readonly path: string;
  /** Its `after` edges, without those that lead from nowhere. */
  readonly ways: readonly Way[];
  /** Ways that escalations open, whatever the others say. */
  readonly escalations: readonly Way[];
  readonly preceded: ReadonlyArray<{ readonly step: number; readonly path: string }>;
  /** With what `verbatim` and an escalation add to it. */
  readonly done: Guard;
  readonly gate: Guard;
}

/** Where a guard stands, and what it is about. */
export interface GuardPlace {
  readonly path: string;
  readonly guard: Guard;
  /** The step that is done when it holds. */
  readonly doneOf?: number;
  /** The tool that waits for it. */
  readonly tool?: string;
}

/** A layer as it is written, and where. */
export interface LayerSource {
  /** Empty for the main flow. */
  readonly name: string;
  /** What paths begin with: '' or `digressions[1].flow.`. */
  readonly prefix: string;
  readonly layer: LayerDefinition;
  /** Positions by id; of two steps with one id, the first. */
  readonly ids: ReadonlyMap<string, number>;
}

export interface LayerGraph extends LayerSource {
  readonly nodes: readonly StepNode[];
  readonly places: readonly GuardPlace[];
  /** Steps that something may open again. */
  readonly reopened: ReadonlySet<number>;
}

export function layerSource(layer: LayerDefinition, name: string, prefix: string): LayerSource {
  const ids = new Map<string, number>();
  layer.steps.forEach(({ id }, index) => {
    if (!ids.has(id)) ids.set(id, index);
  });
  return { name, prefix, layer, ids };
}

/** The id of a step by its position. */
export function idOf(nodes: readonly StepNode[], step: number): string {
  return nodes[step]?.definition.id ?? '';
}

/** The constraints, each with its path. */
export function constraintsOf({ layer, prefix }: LayerSource): ReadonlyArray<[Constraint, string]> {
  return (layer.constraints ?? []).map((constraint, index) => [constraint, `${prefix}constraints[${index}]`]);
}

/**
 * References to steps that do not exist are left out: they are reported elsewhere. `corrected`: steps that corrections
 * open again.
 */
export function layerGraph(source: LayerSource, corrected: readonly string[] = []): LayerGraph {
  const { layer, prefix, ids } = source;
  const preceded = layer.steps.map((): Array<{ step: number; path: string }> => []);
  const escalations = layer.steps.map((): Way[] => []);
  for (const [constraint, path] of constraintsOf(source)) {
    if (!('before' in constraint)) continue;
    const [first, second] = constraint.before.map((id) => ids.get(id));
    if (first !== undefined && second !== undefined) {
      preceded[second]?.push({ step: first, path: `${path}.before` });
    }
  }
  layer.steps.forEach(({ id, repair }, from) => {
    const to = repair?.escalateTo === undefined ? undefined : ids.get(repair.escalateTo);
    if (to === undefined) return;
    const path = `${prefix}steps[${from}].repair.escalateTo`;
    escalations[to]?.push({ from, when: escalated(id), path });
  });
  const nodes = layer.steps.map((definition, index): StepNode => {
    const path = `${prefix}steps[${index}]`;
    return {
      definition,
      path,
      ways: waysOf(definition, path, ids),
      escalations: escalations[index] ?? [],
      preceded: preceded[index] ?? [],
      done: doneOf(definition),
      gate: definition.gate ?? 'always',
    };
  });
  const resets = constraintsOf(source).flatMap(([constraint]) =>
    'reset' in constraint ? constraint.reset.steps : [],
  );
  const reopened = new Set([...resets, ...corrected].map((id) => ids.get(id) ?? -1));
  return { ...source, nodes, places: [...stepPlaces(nodes), ...constraintPlaces(source)], reopened };
}

function waysOf({ after = [] }: StepDefinition, path: string, ids: ReadonlyMap<string, number>): Way[] {
  return after.flatMap((edge, index) => {
    const [id, when]: [string, Guard] = typeof edge === 'string' ? [edge, 'always'] : [edge.step, edge.when];
    const from = ids.get(id);
    return from === undefined ? [] : [{ from, when, path: `${path}.after[${index}]` }];
  });
}

/** That the repair of the step has given up. */
export function escalated(step: string): Guard {
  return { isTrue: `repair:${step}:escalate` };
}

/** `done`, and the text when there is one; or the escalation. */
function doneOf({ id, done, verbatim, repair }: StepDefinition): Guard {
  const said: Guard = { isTrue: `verbatim:${id}` };
  const complete =
    verbatim === undefined ? (done ?? 'always') : done === undefined ? said : { all: [done, said] };
  return repair?.escalateTo === undefined ? complete : { any: [complete, escalated(id)] };
}

function stepPlaces(nodes: readonly StepNode[]): GuardPlace[] {
  return nodes.flatMap(({ definition: { gate, done, after = [] }, path }, doneOf): GuardPlace[] => [
    ...after.flatMap((edge, index) =>
      typeof edge === 'string' ? [] : { path: `${path}.after[${index}].when`, guard: edge.when },
    ),
    ...(gate === undefined ? [] : [{ path: `${path}.gate`, guard: gate }]),
    ...(done === undefined ? [] : [{ path: `${path}.done`, guard: done, doneOf }]),
  ]);
}

function constraintPlaces(source: LayerSource): GuardPlace[] {
  return constraintsOf(source).flatMap(([constraint, path]): GuardPlace[] => {
    const rule = conditionIn(constraint);
    if (rule !== undefined) return [{ path: `${path}.${rule.at}.until`, guard: rule.until, tool: rule.tool }];
    return 'reset' in constraint ? [{ path: `${path}.reset.when`, guard: constraint.reset.when }] : [];
  });
}

/** What a tool waits for by a constraint, and in which field of it. */
export function conditionIn(
  constraint: Constraint,
): { readonly at: string; readonly tool: string; readonly until: Guard } | undefined {
  if ('neverUntil' in constraint) return { at: 'neverUntil', ...constraint.neverUntil };
  return 'commit' in constraint ? { at: 'commit', ...constraint.commit } : undefined;
}
