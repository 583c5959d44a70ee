/** Circles of steps that wait for each other. */
import { idOf, type LayerGraph } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';
import { stepOrder } from '../step-order.ts';

export interface CheckedOrder {
  /** Positions, each after those that it waits for. */
  readonly order: readonly number[];
  /** Steps of circles. */
  readonly circling: ReadonlySet<number>;
}

/** Orders the steps; circles are reported, of `after` and escalations as `cycle`, with `before` as `orderingCycle`. */
export function checkOrder({ nodes }: LayerGraph, problems: ProblemList): CheckedOrder {
  const circling = new Set<number>();
  const after = nodes.map(({ ways, escalations }) => [...ways, ...escalations].map(({ from }) => from));
  const dependencies = stepOrder(after);
  for (const circle of dependencies.circles) {
    const [first = 0] = circle;
    const last = circle.at(-1);
    const node = nodes[first];
    const way = [...(node?.ways ?? []), ...(node?.escalations ?? [])].find(({ from }) => from === last);
    report('cycle', way?.path ?? '', circle);
    // With this link cut, the circle is not found a second time.
    after[first] = (after[first] ?? []).filter((from) => from !== last);
  }
  const waits = nodes.map(({ preceded }, step) => [
    ...(after[step] ?? []),
    ...preceded.map((before) => before.step),
  ]);
  const { order, circles } = stepOrder(waits);
  for (const circle of circles) {
    // Where one link is a constraint, that is the place.
    const links = circle.map((step, index) => ({ step, from: circle.at(index - 1) ?? step }));
    const constraint = links.flatMap(({ step, from }) =>
      (nodes[step]?.preceded ?? []).filter((before) => before.step === from),
    )[0];
    if (constraint !== undefined) report('orderingCycle', constraint.path, circle);
  }
  return { order, circling };

  function report(kind: 'cycle' | 'orderingCycle', path: string, circle: readonly number[]): void {
    for (const step of circle) circling.add(step);
    const names = [...circle, circle[0] ?? 0].map((step) => quoted(idOf(nodes, step)));
    const shown = names.length > 12 ? [...names.slice(0, 10), '…', names.at(-1)] : names;
    const sources = kind === 'cycle' ? '"after"' : '"after" and "before"';
    problems.add(
      kind,
      path,
      `Steps wait for each other by ${sources}: ${shown.join(' → ')}. Remove one link; to come back to a step, use a reset.`,
    );
  }
}
