/** What can come about in a layer, whatever users, models and tools do: too much rather than too little. */
import type { Guard } from '../guard/guard.ts';
import type { GuardLogic } from './guard-logic.ts';
import { type GuardPlace, idOf, type LayerGraph, type StepNode, type Way } from './layer-graph.ts';
import { forerunners } from './step-sets.ts';

export interface Possible {
  readonly reached: readonly boolean[];
  readonly done: readonly boolean[];
  /** `doneOf`: for a done guard, its step: what it waits for must come about before. */
  canHold(guard: Guard, doneOf?: number): boolean;
  /** Whether the tool can succeed; before a step is done: it, one before it, or one beside it, admits the tool. */
  canSucceed(tool: string, before?: number): boolean;
}

/** Looks at more conditions than these are not taken: then everything counts as possible. */
const MOST_LOOKS = 5_000_000;
/** Tools that wait for tools, so many deep. */
const DEEPEST = 200;

/** `assumed`: steps that count as reached, because another problem stands in the way of finding out. */
export function possible(
  graph: LayerGraph,
  order: readonly number[],
  assumed: ReadonlySet<number>,
  logic: GuardLogic,
): Possible {
  const { nodes, ids, layer, reopened } = graph;
  const before = forerunners(graph, order);
  const reached = nodes.map((_, step) => assumed.has(step));
  const done = nodes.map(() => false);
  const closed = nodes.map((node) => logic.never(togetherOf(node, nodes)));
  const succeeds = new Set<string>();
  const asking = new Set<string>();
  let looks = 0;

  const ambient = new Set(layer.ambient);
  const allows = nodes.map(({ definition }) => new Set(definition.allow));
  const denies = nodes.map(({ definition }) => new Set(definition.deny));
  const lists = byTool(nodes.map((node, step) => [node.definition.allow ?? [], step]));
  const untils = byTool(graph.places.map((place) => [toolOf(place), place.guard]));
  const unlisted = order.filter((step) => allows[step]?.size === 0);

  const isActive = (step: number): boolean =>
    reached[step] === true && nodes[step]?.definition.terminal !== true;
  /** Whether the step, when it alone is active, lets the tool run. */
  const lets = (step: number, tool: string): boolean => {
    looks++;
    return (
      denies[step]?.has(tool) !== true &&
      (ambient.has(tool) || allows[step]?.size === 0 || allows[step]?.has(tool) === true)
    );
  };
  const canHold = (guard: Guard, doneOf?: number, whileOpen?: number): boolean => {
    if (guard === 'always' || ++looks > MOST_LOOKS) return true;
    if (logic.never(guard)) return false;
    if ('calledOk' in guard) return canSucceed(guard.calledOk, doneOf);
    if ('all' in guard) return guard.all.every((part) => canHold(part, doneOf, whileOpen));
    if ('any' in guard) return guard.any.some((part) => canHold(part, doneOf, whileOpen));
    const step = 'done' in guard ? ids.get(guard.done) : undefined;
    if (step === undefined) return true;
    if (done[step] !== true) return false;
    if (whileOpen === undefined || reopened.has(whileOpen)) return true;
    return step !== whileOpen && !before.sure.has(step, whileOpen);
  };
  /** Whether some step lets the tool run while its conditions hold. */
  const canRun = (tool: string): boolean => {
    const guards = untils.get(tool) ?? [];
    const runsAt = (step: number): boolean =>
      isActive(step) && lets(step, tool) && guards.every((until) => canHold(until, undefined, step));
    return (lists.get(tool) ?? []).some(runsAt) || (ambient.has(tool) ? order : unlisted).some(runsAt);
  };
  const canSucceed = (tool: string, doneOf?: number): boolean => {
    if (!succeeds.has(tool)) {
      if (asking.has(tool)) return false;
      asking.add(tool);
      if (asking.size > DEEPEST || canRun(tool)) succeeds.add(tool);
      asking.delete(tool);
    }
    if (!succeeds.has(tool)) return false;
    if (doneOf === undefined || lets(doneOf, tool)) return true;
    // Until the step is done, it or one before it is active.
    const until = order.filter(
      (step) => (step === doneOf || before.some.has(doneOf, step)) && isActive(step),
    );
    looks += order.length;
    if (until.length === 0 || until.some((step) => lets(step, tool))) return true;
    // While such a step waits for a condition, only those beside it count.
    const waits = until.some((step) => waitsFor(nodes[step]));
    if (!waits && until.every((step) => denies[step]?.has(tool))) return false;
    const beside = [...(lists.get(tool) ?? []), ...(waits ? unlisted : [])];
    return beside.some((step) => isActive(step) && lets(step, tool) && !before.sure.has(step, doneOf));
  };

  const passes = ({ from, when }: Way): boolean =>
    done[from] === true && nodes[from]?.definition.terminal !== true && canHold(when);
  const canBeReached = ({ ways, escalations, preceded, gate, definition }: StepNode): boolean => {
    if (preceded.some(({ step }) => done[step] !== true) || !canHold(gate)) return false;
    if (ways.length === 0) return escalations.length === 0 || escalations.some(passes);
    return (definition.join === 'any' ? ways.some(passes) : ways.every(passes)) || escalations.some(passes);
  };
  const grow = (): boolean => {
    let grown = false;
    for (const step of order) {
      const node = nodes[step];
      if (node === undefined || done[step]) continue;
      if (!reached[step]) {
        if (closed[step] || !canBeReached(node)) continue;
        reached[step] = true;
        grown = true;
      }
      if (node.definition.terminal !== true && !canHold(node.done, step)) continue;
      done[step] = true;
      grown = true;
    }
    return grown;
  };
  while (grow());
  if (looks > MOST_LOOKS) {
    reached.fill(true);
    done.fill(true);
  }
  return { reached, done, canHold: (guard, doneOf) => canHold(guard, doneOf), canSucceed };
}

/** Whether a step may not be active although what it comes after is done. */
function waitsFor(node: StepNode | undefined): boolean {
  return node !== undefined && (node.gate !== 'always' || node.ways.some(({ when }) => when !== 'always'));
}

/** Everything that must hold at the moment when a step is reached. */
export function togetherOf(node: StepNode, nodes: readonly StepNode[]): Guard {
  const every = node.definition.join !== 'any' && node.escalations.length === 0;
  const ways = every ? node.ways : [];
  if (node.gate === 'always' && ways.every(({ when }) => when === 'always')) return 'always';
  const done = (step: number): Guard => ({ done: idOf(nodes, step) });
  return {
    all: [
      node.gate,
      ...node.preceded.map(({ step }) => done(step)),
      ...ways.flatMap(({ from, when }) => [done(from), when]),
    ],
  };
}

/** The tool that waits there, as a list. */
export function toolOf({ tool }: GuardPlace): readonly string[] {
  return tool === undefined ? [] : [tool];
}

/** The items by the tools that they are for. */
export function byTool<T>(
  entries: ReadonlyArray<readonly [tools: readonly string[], item: T]>,
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const [tools, item] of entries) {
    for (const tool of tools) {
      const items = found.get(tool);
      if (items === undefined) found.set(tool, [item]);
      else items.push(item);
    }
  }
  return found;
}
