import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { KeyOwners } from './key-owners.ts';
import type { SlotIndex } from './slot-index.ts';
import type { StageLayer } from './stage-layer.ts';

/** What was found in stages that are open again, and is of no other stage; and what `guards` read. */
export function foundIn(
  opened: ReadonlySet<number>,
  { stages, keys: keysOf }: StageLayer,
  guards: readonly Guard[],
  { slots }: SlotIndex,
  { found }: KeyOwners,
): readonly string[] {
  const keys = new Set(guards.flatMap((guard) => guardMentions(guard).keys));
  const kept = new Set<string>();
  keysOf.forEach((own, index) => {
    for (const key of own) (opened.has(index) ? keys : kept).add(key);
  });
  // Those of other layers, too.
  const ids = new Set([...opened].map((index) => stages[index]?.id));
  for (const slot of slots) if (slot.stages.some((id) => !ids.has(id))) kept.add(slot.stateKey);
  return [...keys].filter((key) => found.has(key) && !kept.has(key));
}
