import { quoted } from '../compile/problem-list.ts';
import type { Constraint, StepDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import { allOf } from './guard-joins.ts';
import { completeGuard } from './stage-completion.ts';
import { reachedGuards } from './stage-entrance.ts';
import type { Lowering, StageLayer } from './stage-layer.ts';
import type { StageWay } from './stage-ways.ts';

/**
 * Going back opens the stage and all that come after it, and forgets what was found in them. The condition counts from when
 * the stage that it leads back from is reached and, where something completes that one, complete.
 */
export function loopReset(
  { from, to, when, path }: StageWay,
  layer: StageLayer,
  steps: readonly StepDefinition[],
  { slots, problems, foundIn }: Lowering,
): Extract<Constraint, { readonly reset: unknown }>['reset'] {
  const { stages, ways } = layer;
  const opened = ways.after([to]);
  const ids = new Set([...opened].map((index) => stages[index]?.id ?? ''));
  // Ways that were latched out of these stages are open again as well.
  const latched = steps
    .slice(stages.length)
    .filter(({ after = [] }) => after.some((edge) => ids.has(typeof edge === 'string' ? edge : edge.step)));
  const step = steps[from];
  const stage = stages[from];
  const own = stage === undefined ? undefined : completeGuard(stage, slots.of(stage));
  if (own === undefined && when === 'always') {
    const message = `It always leads back to ${quoted(stages[to]?.id ?? '')}: give it a "when".`;
    problems.add('cycle', path, message);
  }
  const reached = step === undefined ? [] : reachedGuards(step);
  const id = step?.id ?? '';
  const at: Guard[] =
    own === undefined
      ? [...reached, { not: { done: id } }]
      : [{ any: [{ done: id }, allOf([...reached, own]) ?? 'always'] }];
  return {
    steps: [...ids, ...latched.map((turnout) => turnout.id)],
    when: allOf([...at, when]) ?? 'always',
    clears: foundIn(opened, layer, [when]),
  };
}
