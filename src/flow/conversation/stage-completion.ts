import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { StageDefinition } from './conversation-document.ts';
import { allOf } from './guard-joins.ts';
import { confirmedKey } from './hear-user.ts';
import type { IndexedSlot } from './slot-index.ts';

/** What completes a stage, apart from its ways out: `done`, else its commit, else what it collects. */
export function completionOf(stage: StageDefinition, slots: readonly IndexedSlot[]): Guard | undefined {
  if (stage.done !== undefined) return stage.done;
  if (stage.commit !== undefined) return { calledOk: stage.commit.tool };
  return slots.length === 0 ? undefined : collectedGuard(slots);
}

/** The field that completes it. */
export function completedBy(stage: StageDefinition, slots: readonly IndexedSlot[]): string {
  if (stage.commit !== undefined) return '.commit.tool';
  if (slots.length === 0) return '.next';
  return stage.collect === undefined ? '.frame' : '.collect';
}

/** All slots have a value, and those that are to be confirmed are. */
function collectedGuard(slots: readonly IndexedSlot[]): Guard {
  const captured: Guard = { captured: slots.map(({ stateKey }) => stateKey) };
  const confirmed = confirmedGuards(slots);
  return confirmed.length === 0 ? captured : { all: [captured, ...confirmed] };
}

/** A tool waits until what its own stage reads back is confirmed, too. One that waits for nothing else is left to be refused. */
export function untilOf({ commit }: StageDefinition, slots: readonly IndexedSlot[]): Guard {
  const until = commit?.until ?? 'always';
  const confirmed = confirmedGuards(slots);
  return confirmed.length === 0 || until === 'always' ? until : { all: [until, ...confirmed] };
}

function confirmedGuards(slots: readonly IndexedSlot[]): readonly Guard[] {
  return slots.filter(({ confirm }) => confirm !== 'never').map((slot) => ({ isTrue: confirmedKey(slot) }));
}

/** That a stage is complete, its text said; undefined where nothing but its ways out completes it. */
export function completeGuard(stage: StageDefinition, slots: readonly IndexedSlot[]): Guard | undefined {
  const { id, verbatim } = stage;
  const own = completionOf(stage, slots);
  return verbatim === undefined
    ? own
    : allOf([...(own === undefined ? [] : [own]), { isTrue: `verbatim:${id}` }]);
}

/** The keys that a stage is completed by. */
export function stageKeys(stage: StageDefinition, slots: readonly IndexedSlot[]): readonly string[] {
  const { keys } = guardMentions({
    all: [completionOf(stage, slots) ?? 'always', ...confirmedGuards(slots)],
  });
  return [...keys, ...slots.map(({ stateKey }) => stateKey)];
}
