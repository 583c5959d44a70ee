import type { CompiledFlow, CompiledLayer } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import type { Invariant } from './invariant.ts';

/**
 * What must be so of any flow, and what a flow says of itself: everything can be reached, used and left, tools that change
 * the world are guarded and keep to their rules.
 */
export function defaultInvariants(target: CompiledConversation | CompiledFlow): readonly Invariant[] {
  const flow = 'flow' in target ? target.flow : target;
  const layers = [flow.main, ...flow.digressions.map(({ layer }) => layer)];
  const rules = layers.flatMap((layer) => layer.rules);
  const commits = 'flow' in target ? target.tools.filter(({ kind }) => kind === 'commit') : [];
  const used = layers.flatMap(({ steps }) => steps.flatMap(({ allow }) => allow));
  const kept = used.filter(
    (tool) => !layers.some((layer) => layer.resets.some(({ forgets }) => forgets.includes(tool))),
  );
  return [
    ...commits.flatMap(({ name }): readonly Invariant[] =>
      rules.some(({ tool, until }) => tool === name && until.length > 0) ||
      rules.some(({ tool, commit }) => tool === name && commit !== undefined)
        ? []
        : [{ neverRuns: name, unless: { any: [] } }],
    ),
    ...rules.flatMap(({ commit, once, tool }): readonly Invariant[] => [
      ...(once && kept.includes(tool) ? [{ atMostOnce: tool }] : []),
      ...(commit === undefined ? [] : [{ neverRuns: tool, unless: commit.until }]),
      ...Object.entries(commit?.binds ?? {}).map(([argument, stateKey]) => ({
        bound: { tool, argument, stateKey },
      })),
    ]),
    ...layers.flatMap(promisesOfLayer),
    ...[...new Set(used)].map((usable): Invariant => ({ usable })),
    ...(canEnd(flow.main) ? [{ canAlwaysFinish: true } as const] : []),
    ...flow.digressions.map(({ name }): Invariant => ({ ends: name })),
    ...flow.main.steps.flatMap(({ id, repair }): readonly Invariant[] =>
      repair?.escalateTo === undefined ? [] : [{ escalates: [id, repair.escalateTo] }],
    ),
  ];
}

function promisesOfLayer({ name, steps }: CompiledLayer): readonly Invariant[] {
  return steps.flatMap(({ id, deny, preceded }): readonly Invariant[] => [
    { reachable: name === '' ? id : `${name}/${id}` },
    ...deny.map((tool): Invariant => ({ deniedDuring: [id, tool] })),
    ...(name === '' ? preceded : []).flatMap((index): readonly Invariant[] => {
      const first = steps[index]?.id;
      return first === undefined ? [] : [{ beforeStep: [first, id] }];
    }),
  ]);
}

/** A flow without a required or terminal step is never over. */
function canEnd({ required, steps }: CompiledLayer): boolean {
  return required.length > 0 || steps.some(({ terminal }) => terminal);
}
