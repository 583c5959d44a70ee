import type { Constraint, CorrectionDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { guardParts } from '../guard/guard-parts.ts';
import { confirmedKey } from './hear-user.ts';
import type { KeyOwners } from './key-owners.ts';
import type { IndexedSlot, SlotIndex } from './slot-index.ts';
import type { StageLayer } from './stage-layer.ts';

/**
 * What a correction of each slot undoes: agreements that commits after it rest on are deleted, the stages where they are
 * given and all that come after are open again. Facts stay: values of other slots, what the application writes, what tools
 * found or completed in stages that stay done.
 */
export function correctionsOf(
  slots: SlotIndex,
  main: StageLayer,
  constraints: readonly Constraint[],
  { found, fromTools }: KeyOwners,
): ReadonlyArray<CorrectionDefinition & { readonly of: IndexedSlot }> {
  const { stages, ways, keys: keysOf } = main;
  const slotKeys = new Set(slots.slots.map(({ stateKey }) => stateKey));
  const agreedIn = (until: Guard): readonly string[] => {
    const trues = new Set(agreementsIn(until));
    return guardMentions(until).keys.filter((key) => trues.has(key) || !slotKeys.has(key));
  };
  // What each commit, and what the constraints rest on.
  const agreements = stages.map(({ commit }) => (commit === undefined ? [] : agreedIn(commit.until)));
  const common = constraints.flatMap((constraint) => {
    if ('commit' in constraint) return agreedIn(constraint.commit.until);
    return 'neverUntil' in constraint ? agreedIn(constraint.neverUntil.until) : [];
  });
  const indices = new Map(stages.map(({ id }, index) => [id, index]));
  return (
    slots.slots
      // What lasts one turn is new in each.
      .filter(({ correctable, stateKey }) => correctable && !stateKey.startsWith('turn:'))
      .filter(({ stages: collectors }) => collectors.length > 0)
      .map((slot) => {
        const collectors = slot.stages.flatMap((id) => indices.get(id) ?? []);
        const concerned = ways.after(collectors);
        const [reopened, kept] = [new Set<string>(), new Set<string>()];
        keysOf.forEach((keys, index) => {
          for (const key of keys) (concerned.has(index) ? reopened : kept).add(key);
        });
        const agreed = [...[...concerned].flatMap((index) => agreements[index] ?? []), ...common];
        const undone = [...new Set(agreed)].filter(
          (key) =>
            key !== slot.stateKey &&
            found.has(key) &&
            !kept.has(key) &&
            (!fromTools.has(key) || reopened.has(key)),
        );
        const clears = [...(slot.confirm === 'never' ? [] : [confirmedKey(slot)]), ...undone];
        // A stage that collects it is open again if something that it asks for is gone.
        const again = collectors.filter((index) => clears.some((key) => keysOf[index]?.has(key)));
        const later = [...concerned].filter((index) => !collectors.includes(index));
        const reopens = [...again, ...later].flatMap((index) => stages[index]?.id ?? []);
        return { slot: slot.stateKey, clears: [...new Set(clears)], reopens, of: slot };
      })
  );
}

/** Keys that a condition wants to be true. */
function agreementsIn(guard: Guard): readonly string[] {
  if (guard === 'always') return [];
  if ('isTrue' in guard) return [guard.isTrue];
  if ('eq' in guard) return guard.eq[1] === true ? [guard.eq[0]] : [];
  return guardParts(guard).flatMap(agreementsIn);
}
