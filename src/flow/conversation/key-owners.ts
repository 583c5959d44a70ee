/** Who writes and who needs the keys of state: what may be deleted when stages are open again. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type { Constraint, CorrectionDefinition } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { guardParts } from '../guard/guard-parts.ts';
import type { ConversationDocument } from './conversation-document.ts';
import { confirmedKey } from './hear-user.ts';
import { completionOf, type StageLayer } from './lower-stages.ts';
import { fieldPath, type IndexedSlot, type SlotIndex } from './slot-index.ts';

/** Keys that the runtime alone writes. */
const RUNTIME_KEYS =
  /^(?:session|flow|repair|verbatim|decision|idempotency|stateMeta|presented|derived|correction|compensated):/;

export interface KeyOwners {
  /** Keys that change in the course of the conversation by what the document declares. */
  readonly found: ReadonlySet<string>;
  /** All keys that something writes; `prefix:*` stands for all that begin so. */
  readonly writes: readonly string[];
  /** Keys that tools write and nobody else. */
  readonly fromTools: ReadonlySet<string>;
}

/** Reports keys that are the runtime's own, and slots that nothing fills. */
export function keyOwners(
  document: ConversationDocument,
  { slots }: SlotIndex,
  written: readonly string[],
  problems: ProblemList,
): KeyOwners {
  const { extractors = [], tools = [], decisions = [], state = {}, inputs = [] } = document;
  const all: Array<readonly [key: string, path: string]> = [];
  slots.forEach(({ stateKey, path }) => {
    all.push([stateKey, `${path}.stateKey`]);
  });
  const other: Array<readonly [string, string]> = [];
  const byTool: Array<readonly [string, string]> = [];
  extractors.forEach(({ name, promote = [] }, index) => {
    other.push([name, `extractors[${index}].name`]);
    promote.forEach(({ field, stateKey }, at) => {
      other.push([stateKey ?? field, `extractors[${index}].promote[${at}]`]);
    });
  });
  decisions.forEach(({ writes }, index) => {
    if (writes !== undefined) other.push([writes, `decisions[${index}].writes`]);
  });
  tools.forEach(({ saves = {}, mock }, index) => {
    for (const key of Object.keys(saves)) byTool.push([key, fieldPath(`tools[${index}].saves`, key)]);
    for (const key of Object.keys(mock?.set ?? {})) {
      byTool.push([key, fieldPath(`tools[${index}].mock.set`, key)]);
    }
  });
  const given = Object.keys(state).map((key) => [key, fieldPath('state', key)] as const);
  for (const [key, path] of [...all, ...other, ...byTool, ...given]) {
    if (!RUNTIME_KEYS.test(key)) continue;
    problems.add('invalid', path, `The key ${quoted(key)} is the runtime's own: give it another prefix.`);
  }
  const keysOf = (pairs: ReadonlyArray<readonly [string, string]>): string[] => pairs.map(([key]) => key);
  const outside = new Set([...keysOf(other), ...keysOf(byTool), ...keysOf(given), ...inputs, ...written]);
  const families = [...outside].filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  for (const { stateKey, recogniser, stages, path } of slots) {
    const isFilled = outside.has(stateKey) || families.some((family) => stateKey.startsWith(family));
    if (recogniser !== undefined || stages.length === 0 || isFilled) continue;
    const message =
      'Nothing fills this slot: give it a recogniser, let an extractor promote to it or a tool save it, or list its key in "inputs".';
    problems.add('unwrittenKey', path, message);
  }
  const confirmations = slots.filter(({ confirm }) => confirm !== 'never').map(confirmedKey);
  const fromSlots = new Set([...keysOf(all), ...confirmations]);
  const heard = new Set([...fromSlots, ...keysOf(other)]);
  const fromTools = new Set(keysOf(byTool).filter((key) => !heard.has(key)));
  return {
    found: new Set([...heard, ...fromTools]),
    fromTools,
    writes: [...new Set([...fromSlots, ...outside])],
  };
}

/** What was found in stages that are open again, and is of no other stage; and what `guards` read. */
export function foundIn(
  opened: ReadonlySet<number>,
  { stages }: StageLayer,
  guards: readonly Guard[],
  slots: SlotIndex,
  { found }: KeyOwners,
): readonly string[] {
  const keys = new Set(guards.flatMap((guard) => guardMentions(guard).keys));
  const kept = new Set<string>();
  stages.forEach((stage, index) => {
    for (const key of stageKeys(stage, slots)) (opened.has(index) ? keys : kept).add(key);
  });
  return [...keys].filter((key) => found.has(key) && !kept.has(key));
}

type Stage = StageLayer['stages'][number];

/** The keys that a stage is completed by. */
function stageKeys(stage: Stage, slots: SlotIndex): readonly string[] {
  const own = slots.of(stage);
  const confirmed = own.filter(({ confirm }) => confirm !== 'never').map(confirmedKey);
  const { keys } = guardMentions(completionOf(stage, own) ?? 'always');
  return [...keys, ...own.map(({ stateKey }) => stateKey), ...confirmed];
}

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
  const { stages, ways } = main;
  const common = constraints.flatMap((constraint) => {
    if ('commit' in constraint) return [constraint.commit.until];
    return 'neverUntil' in constraint ? [constraint.neverUntil.until] : [];
  });
  const keysOf = stages.map((stage) => new Set(stageKeys(stage, slots)));
  const slotKeys = new Set(slots.slots.map(({ stateKey }) => stateKey));
  const indices = new Map(stages.map(({ id }, index) => [id, index]));
  return (
    slots.slots
      // What lasts one turn is new in each.
      .filter(({ correctable, stateKey }) => correctable && !stateKey.startsWith('turn:'))
      .filter(({ stages: collectors }) => collectors.length > 0)
      .map((slot) => {
        const collectors = slot.stages.flatMap((id) => indices.get(id) ?? []);
        const concerned = ways.after(collectors);
        const isOf = (key: string, isConcerned: boolean): boolean =>
          keysOf.some((keys, index) => concerned.has(index) === isConcerned && keys.has(key));
        const untils = stages.flatMap(({ commit }, index) =>
          commit !== undefined && concerned.has(index) ? [commit.until] : [],
        );
        const agreed = [...untils, ...common].flatMap((until) => {
          const trues = new Set(agreementsIn(until));
          return guardMentions(until).keys.filter((key) => trues.has(key) || !slotKeys.has(key));
        });
        const undone = [...new Set(agreed)].filter(
          (key) =>
            key !== slot.stateKey &&
            found.has(key) &&
            !isOf(key, false) &&
            (!fromTools.has(key) || isOf(key, true)),
        );
        const clears = [...(slot.confirm === 'never' ? [] : [confirmedKey(slot)]), ...undone];
        // A stage that collects it is open again if something that it asks for is gone.
        const again = collectors.filter((index) => clears.some((key) => keysOf[index]?.has(key)));
        const later = [...ways.after(collectors)].filter((index) => !collectors.includes(index));
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
