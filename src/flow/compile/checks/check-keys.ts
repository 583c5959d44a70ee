/** Keys that guards read, against the keys that anything writes. */
import type { Constraint, FlowDefinition } from '../../definition/flow-definition.ts';
import { guardMentions } from '../../guard/guard-mentions.ts';
import { isRuntimeKey } from '../../runtime-keys.ts';
import { constraintsOf, type LayerGraph } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';
import { listed, type Reference } from './check-names.ts';

/** What the runtime writes by itself; derived values are the application's. */
function isWrittenAnyway(key: string): boolean {
  return isRuntimeKey(key) && !key.startsWith('derived:');
}

/** The keys that may have a value. */
export interface WrittenKeys {
  /** By name, those of the runtime apart. */
  readonly known: ReadonlySet<string>;
  has(key: string): boolean;
}

/** `writes`: keys that something writes; one that ends in `*` stands for all that begin so. */
export function writtenKeys(definition: FlowDefinition, writes: readonly string[]): WrittenKeys {
  const known = new Set(writes.filter((key) => !key.endsWith('*')));
  const families = writes.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  for (const { writes: key } of definition.decisions ?? []) if (key !== undefined) known.add(key);
  for (const { steps } of [definition, ...(definition.digressions ?? []).map(({ flow }) => flow)]) {
    for (const { id } of steps) known.add(`${id}:result`).add(`${id}:error`);
  }
  const isWritten = (key: string): boolean =>
    known.has(key) || isWrittenAnyway(key) || families.some((family) => key.startsWith(family));
  // Without a prefix, a derived value is read as well.
  return { known, has: (key) => isWritten(key) || (!key.includes(':') && isWritten(`derived:${key}`)) };
}

/** `writes`: as of {@link writtenKeys}. */
export function checkKeys(
  definition: FlowDefinition,
  layers: readonly LayerGraph[],
  writes: readonly string[],
  problems: ProblemList,
): void {
  const written = writtenKeys(definition, writes);
  for (const [key, path] of keyReferences(definition, layers)) {
    if (written.has(key)) continue;
    const message = `Nothing writes ${quoted(key)}, which is read here.`;
    problems.unknown('unwrittenKey', path, message, key, written.known);
  }
}

function keyReferences(
  { corrections = [], decisions = [] }: FlowDefinition,
  layers: readonly LayerGraph[],
): readonly Reference[] {
  return [
    ...layers.flatMap((layer) => [
      ...layer.places.flatMap(({ guard, path }) =>
        guardMentions(guard).keys.map((key): Reference => [key, path]),
      ),
      ...constraintsOf(layer).flatMap(([constraint, path]) => constraintKeys(constraint, path)),
    ]),
    ...corrections.flatMap(({ slot, clears }, index): Reference[] => [
      [slot, `corrections[${index}].slot`],
      ...listed(clears, `corrections[${index}].clears`),
    ]),
    ...decisions.flatMap(({ optionsFrom }, index): Reference[] =>
      optionsFrom === undefined ? [] : [[optionsFrom, `decisions[${index}].optionsFrom`]],
    ),
  ];
}

/** State keys that a constraint compares arguments with, or deletes. */
function constraintKeys(constraint: Constraint, path: string): readonly Reference[] {
  if ('reset' in constraint) return listed(constraint.reset.clears, `${path}.reset.clears`);
  if (!('commit' in constraint)) return [];
  return Object.entries(constraint.commit.binds ?? {}).map(([argument, key]) => [
    key,
    `${path}.commit.binds.${argument}`,
  ]);
}
