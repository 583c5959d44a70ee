/** Keys that guards read, against the keys that anything writes. */
import type { Constraint, FlowDefinition } from '../../definition/flow-definition.ts';
import { guardMentions } from '../../guard/guard-mentions.ts';
import { isRuntimeKey } from '../../runtime-keys.ts';
import { constraintsOf, type LayerGraph } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';

/** What the runtime writes by itself; derived values are the application's. */
function isWrittenAnyway(key: string): boolean {
  return isRuntimeKey(key) && !key.startsWith('derived:');
}

/** `writes`: keys that something writes; one that ends in `*` stands for all that begin so. */
export function checkKeys(
  definition: FlowDefinition,
  layers: readonly LayerGraph[],
  writes: readonly string[],
  problems: ProblemList,
): void {
  const known = new Set(writes.filter((key) => !key.endsWith('*')));
  const families = writes.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  for (const { writes: key } of definition.decisions ?? []) if (key !== undefined) known.add(key);
  for (const { nodes } of layers) {
    for (const { definition: step } of nodes) known.add(`${step.id}:result`).add(`${step.id}:error`);
  }
  const isWritten = (key: string): boolean =>
    known.has(key) || isWrittenAnyway(key) || families.some((family) => key.startsWith(family));
  for (const [key, path] of keyReferences(definition, layers)) {
    // Without a prefix, a derived value is read as well.
    if (isWritten(key) || (!key.includes(':') && isWritten(`derived:${key}`))) continue;
    const message = `Nothing writes ${quoted(key)}, which is read here.`;
    problems.unknown('unwrittenKey', path, message, key, known);
  }
}

function keyReferences(
  { corrections = [], decisions = [] }: FlowDefinition,
  layers: readonly LayerGraph[],
): ReadonlyArray<readonly [key: string, path: string]> {
  return [
    ...layers.flatMap((layer) => [
      ...layer.places.flatMap(({ guard, path }) =>
        guardMentions(guard).keys.map((key) => [key, path] as const),
      ),
      ...constraintsOf(layer).flatMap(([constraint, path]) => constraintKeys(constraint, path)),
    ]),
    ...corrections.flatMap(({ slot, clears = [] }, index) => [
      [slot, `corrections[${index}].slot`] as const,
      ...clears.map((key, at) => [key, `corrections[${index}].clears[${at}]`] as const),
    ]),
    ...decisions.flatMap(({ optionsFrom }, index) =>
      optionsFrom === undefined ? [] : [[optionsFrom, `decisions[${index}].optionsFrom`] as const],
    ),
  ];
}

/** State keys that a constraint compares arguments with, or deletes. */
function constraintKeys(constraint: Constraint, path: string): ReadonlyArray<readonly [string, string]> {
  if ('reset' in constraint) {
    return (constraint.reset.clears ?? []).map((key, at) => [key, `${path}.reset.clears[${at}]`]);
  }
  if (!('commit' in constraint)) return [];
  return Object.entries(constraint.commit.binds ?? {}).map(([argument, key]) => [
    key,
    `${path}.commit.binds.${argument}`,
  ]);
}
