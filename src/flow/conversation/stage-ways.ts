/** How stages lead to one another: forward, where they branch and merge, and back, where they loop. */
import { type ProblemList, quoted } from '../compile/problem-list.ts';
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { StageDefinition } from './conversation-document.ts';

/** A `next` of a stage. */
export interface StageWay {
  readonly from: number;
  readonly to: number;
  readonly when: Guard;
  /** The place of it, for example `stages[2].next[0]`. */
  readonly path: string;
  /** Whether it is written with its condition. */
  readonly isLong: boolean;
}

export interface StageWays {
  readonly forward: readonly StageWay[];
  /** Ways to a stage from which this one was reached. */
  readonly back: readonly StageWay[];
  /** These stages, and all that come after them. */
  after(stages: readonly number[]): ReadonlySet<number>;
}

/** More ways than this between the stages of one layer are refused, and more that lead back. */
const MAX_WAYS = 5000;
const MAX_BACK = 500;

export function stageWays(
  stages: readonly StageDefinition[],
  path: string,
  problems: ProblemList,
): StageWays {
  const ids = new Map(stages.map(({ id }, index) => [id, index]));
  const all = stages.flatMap(({ next = [] }, from) =>
    next.flatMap((way, index): StageWay[] => {
      const at = `${path}[${from}].next[${index}]`;
      const isLong = typeof way !== 'string';
      const id = isLong ? way.to : way;
      const to = ids.get(id);
      if (to !== undefined) return [{ from, to, when: isLong ? way.when : 'always', path: at, isLong }];
      const message = `No stage here is called ${quoted(id)}.`;
      problems.unknown('unknownStep', isLong ? `${at}.to` : at, message, id, ids.keys());
      return [];
    }),
  );
  if (all.length > MAX_WAYS) {
    problems.add(
      'tooLarge',
      path,
      `More than ${MAX_WAYS} ways lead from stage to stage; there are ${all.length}.`,
    );
    return { forward: [], back: [], after: (some) => new Set(some) };
  }
  const links = stages.map((): number[] => []);
  stages.forEach(({ after = [] }, to) => {
    for (const edge of after) links[ids.get(typeof edge === 'string' ? edge : edge.step) ?? -1]?.push(to);
  });
  for (const { from, to } of all) if (to > from) links[from]?.push(to);
  const after = (some: readonly number[]): ReadonlySet<number> => {
    const found = new Set(some);
    // A set is walked in order of insertion, with what is added meanwhile.
    for (const stage of found) for (const later of links[stage] ?? []) found.add(later);
    return found;
  };
  const back = new Set<StageWay>();
  for (const way of all) {
    if (way.to > way.from) continue;
    if (after([way.to]).has(way.from)) back.add(way);
    else links[way.from]?.push(way.to);
  }
  if (back.size > MAX_BACK) {
    problems.add('tooLarge', path, `More than ${MAX_BACK} ways lead back; there are ${back.size}.`);
    back.clear();
  }
  return { forward: all.filter((way) => !back.has(way)), back: [...back], after };
}

/** Whether a condition rests on an answer, which is gone with the next turn of the user. */
export function isOfTheTurn(when: Guard): boolean {
  return guardMentions(when).questions.length > 0;
}
