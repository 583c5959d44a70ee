/** Steps that are never reached, and conditions that never hold. */
import { cut } from '../../cut.ts';
import { describeGuard } from '../../guard/describe-guard.ts';
import type { Guard } from '../../guard/guard.ts';
import { guardParts } from '../../guard/guard-parts.ts';
import type { GuardLogic } from '../guard-logic.ts';
import { type GuardPlace, idOf, type LayerGraph, type StepNode, type Way } from '../layer-graph.ts';
import { byTool, type Possible, togetherOf, toolOf } from '../possible.ts';
import { type ProblemList, quoted } from '../problem-list.ts';

/** Why a guard cannot hold, and the step or tool that it waits for in vain. */
interface Lack {
  readonly because: string;
  readonly step?: string;
  readonly tool?: string;
}

export function checkReach(graph: LayerGraph, can: Possible, logic: GuardLogic, problems: ProblemList): void {
  const { nodes, places } = graph;
  nodes.forEach((node, step) => {
    if (can.reached[step]) return;
    problems.add(
      'unreachableStep',
      node.path,
      `The step ${quoted(node.definition.id)} is never reached: ${whyUnreached(node, nodes, can, logic)}.`,
    );
  });
  const failing = new Set<string>();
  for (const place of places) {
    const lack = lackOf(place, graph, can, logic);
    if (lack === undefined) continue;
    const { because, ...what } = lack;
    failing.add(place.path);
    problems.add(
      'unsatisfiableGuard',
      place.path,
      `This never holds: ${because}. Change or remove it.`,
      what,
    );
  }
  checkTogether(places, failing, logic, problems);
}

/** The conditions on one tool must be able to hold at once. */
function checkTogether(
  places: readonly GuardPlace[],
  failing: ReadonlySet<string>,
  logic: GuardLogic,
  problems: ProblemList,
): void {
  const sound = places.filter(({ path }) => !failing.has(path));
  for (const [tool, all] of byTool(sound.map((place) => [toolOf(place), place]))) {
    const last = all.at(-1);
    if (last === undefined || all.length < 2 || !logic.never({ all: all.map(({ guard }) => guard) }))
      continue;
    const message = `The conditions on ${quoted(tool)} exclude each other: change one of them.`;
    problems.add('unsatisfiableGuard', last.path, message, { tool });
  }
}

function lackOf(
  { guard, doneOf }: GuardPlace,
  { nodes }: LayerGraph,
  can: Possible,
  logic: GuardLogic,
): Lack | undefined {
  if (!can.canHold(guard, doneOf)) return whyNever(guard, can, logic, doneOf);
  const node = doneOf === undefined ? undefined : nodes[doneOf];
  if (node === undefined || !can.reached[doneOf ?? 0]) return undefined;
  const together = togetherOf(node, nodes);
  if (together === 'always' || !logic.never({ all: [together, guard] })) return undefined;
  return { because: 'it excludes what must hold while its step is active', step: node.definition.id };
}

function whyNever(guard: Guard, can: Possible, logic: GuardLogic, doneOf: number | undefined): Lack {
  if (typeof guard === 'object') {
    if ('done' in guard && !logic.never(guard)) {
      return { because: `the step ${quoted(guard.done)} can never be done`, step: guard.done };
    }
    if ('calledOk' in guard && !logic.never(guard)) {
      const { calledOk: tool } = guard;
      const late = can.canSucceed(tool) ? ' before it is needed: no step up to there allows it' : '';
      return { because: `the tool ${quoted(tool)} can never succeed${late}`, tool };
    }
    if ('any' in guard && guard.any.length === 0) return { because: 'it is "any" of nothing' };
    const parts = 'not' in guard ? [] : guardParts(guard);
    const part = parts.find((inner) => !can.canHold(inner, doneOf));
    if (part !== undefined) return whyNever(part, can, logic, doneOf);
  }
  return { because: `"${cut(describeGuard(guard), 201)}" contradicts itself` };
}

function whyUnreached(node: StepNode, nodes: readonly StepNode[], can: Possible, logic: GuardLogic): string {
  const nameOf = (step: number): string => quoted(idOf(nodes, step));
  const before = node.preceded.find(({ step }) => !can.done[step]);
  if (before !== undefined) return `${nameOf(before.step)}, which comes before it, can never be done`;
  if (!can.canHold(node.gate)) return 'its gate never holds';
  const blocked = [...node.ways, ...node.escalations].find((way) => whyBlocked(way) !== '');
  function whyBlocked({ from, when }: Way): string {
    if (nodes[from]?.definition.terminal) return `${nameOf(from)} ends the flow, and nothing comes after it`;
    if (!can.done[from]) return `${nameOf(from)}, which it comes after, can never be done`;
    return can.canHold(when) ? '' : `the condition on its way from ${nameOf(from)} never holds`;
  }
  if (blocked !== undefined) return whyBlocked(blocked);
  const contradicting = logic.never(togetherOf(node, nodes));
  return contradicting
    ? 'its ways and its gate exclude each other; where one way is enough, set join to "any"'
    : 'nothing leads to it';
}
