/** Before whom each step comes. */

/** A circle: each step waits for the one before it, and the first for the last. */
export type Circle = readonly number[];

export interface StepOrder {
  /** Each step after those it waits for; else as they were defined. Steps of a circle come as if one link were cut. */
  readonly order: readonly number[];
  readonly circles: readonly Circle[];
}

/** More circles than these are not looked for: the rest is ordered as it comes. */
const MOST_CIRCLES = 20;

/** `waits[i]`: the steps that step i waits for. */
export function stepOrder(waits: ReadonlyArray<readonly number[]>): StepOrder {
  const left = waits.map((sources) => new Set(sources));
  const followers = waits.map((): number[] => []);
  left.forEach((sources, step) => {
    for (const source of sources) followers[source]?.push(step);
  });
  const placed = waits.map(() => false);
  const order: number[] = [];
  const circles: Circle[] = [];
  let next = 0;
  while (order.length < waits.length) {
    while (next < waits.length && (placed[next] || (left[next]?.size ?? 0) > 0)) next++;
    if (next < waits.length) {
      const step = next;
      placed[step] = true;
      order.push(step);
      for (const follower of followers[step] ?? []) {
        left[follower]?.delete(step);
        if (left[follower]?.size === 0 && follower < next) next = follower;
      }
      continue;
    }
    if (circles.length === MOST_CIRCLES) {
      for (const sources of left) sources.clear();
    } else {
      const circle = circleIn(left, placed);
      circles.push(circle);
      left[circle[0] ?? 0]?.delete(circle.at(-1) ?? 0);
    }
    next = 0;
  }
  return { order, circles };
}

/** Walks back until it comes to where it was: of the steps left, each waits for another one. */
function circleIn(left: ReadonlyArray<ReadonlySet<number>>, placed: readonly boolean[]): Circle {
  const walked = new Map<number, number>();
  const path: number[] = [];
  let step = placed.indexOf(false);
  while (!walked.has(step)) {
    walked.set(step, path.length);
    path.push(step);
    const [source = step] = left[step] ?? [];
    step = source;
  }
  const circle = path.slice(walked.get(step)).reverse();
  const least = circle.indexOf(Math.min(...circle));
  return [...circle.slice(least), ...circle.slice(0, least)];
}
