/** What happens when a step of the main flow makes no progress (spec: control §9, Repair policy). */
import type { StepRepair } from '../definition/flow-definition.ts';
import type { Draft } from './draft.ts';
import type { RepairCount } from './flow-state.ts';
import { own, withoutEntries } from './own-entries.ts';

const REPROMPT_AFTER = 2;
const ESCALATE_AFTER = 4;
const NO_COUNT: RepairCount = { turns: 0, interruptions: 0, toolFailures: 0 };

/**
 * Counts something against each active step that has a policy. A turn does not count for a step that became active in
 * it. Returns whether a flag went up.
 */
export function countRepair(draft: Draft, what: 'turns' | 'interruptions' | 'toolFailures'): boolean {
  const { main, repair: counts } = draft.state;
  const changed = new Map<string, RepairCount>();
  let isRaised = false;
  for (const { id, repair } of draft.flow.main.steps) {
    const count = own(counts, id);
    if (repair === undefined || count === undefined || !main.active.includes(id)) continue;
    if (what === 'turns' && count.fresh) continue;
    const now = { ...count, [what]: count[what] + 1 };
    changed.set(id, now);
    if (now.turns >= (repair.repromptAfter ?? REPROMPT_AFTER))
      isRaised = raise(draft, id, 'reprompt') || isRaised;
    if (mustEscalate(repair, now) && raise(draft, id, 'escalate')) {
      isRaised = true;
      draft.events.push({ type: 'escalated', step: id });
    }
  }
  if (changed.size > 0)
    draft.state = { ...draft.state, repair: { ...counts, ...Object.fromEntries(changed) } };
  return isRaised;
}

function mustEscalate(repair: StepRepair, { turns, interruptions, toolFailures }: RepairCount): boolean {
  const {
    escalateAfter = ESCALATE_AFTER,
    escalateAfterInterruptions = Infinity,
    escalateAfterToolFailures = Infinity,
  } = repair;
  return (
    turns >= escalateAfter ||
    interruptions >= escalateAfterInterruptions ||
    toolFailures >= escalateAfterToolFailures
  );
}

type Flag = 'reprompt' | 'escalate';

function flagKey(step: string, flag: Flag): string {
  return `repair:${step}:${flag}`;
}

function raise(draft: Draft, step: string, flag: Flag): boolean {
  const key = flagKey(step, flag);
  if (draft.reader.get(key) === true) return false;
  draft.write(key, true);
  return true;
}

/**
 * Begins to count for steps that became active, and ends it for those that left: their `reprompt` goes down, their
 * `escalate` too unless they are done.
 * @param atBoundary a turn ends here
 */
export function followRepair(draft: Draft, atBoundary: boolean): void {
  const { active, done } = draft.state.main;
  const counts = draft.state.repair;
  const begun = new Map<string, RepairCount>();
  const left: string[] = [];
  for (const { id, repair } of draft.flow.main.steps) {
    if (repair === undefined) continue;
    const count = own(counts, id);
    if (active.includes(id)) {
      if (count === undefined) begun.set(id, atBoundary ? NO_COUNT : { ...NO_COUNT, fresh: true });
      else if (atBoundary && count.fresh) {
        const { fresh: _, ...old } = count;
        begun.set(id, old);
      }
    } else if (count !== undefined) {
      left.push(id);
      draft.write(flagKey(id, 'reprompt'), undefined);
      if (!done.includes(id)) draft.write(flagKey(id, 'escalate'), undefined);
    }
  }
  if (begun.size + left.length === 0) return;
  const repair = { ...withoutEntries(counts, left), ...Object.fromEntries(begun) };
  draft.state = { ...draft.state, repair };
}

/** Forgets what was counted, and lowers both flags. */
export function clearRepair(draft: Draft, steps: readonly string[]): void {
  const repair = withoutEntries(draft.state.repair, steps);
  if (repair !== draft.state.repair) draft.state = { ...draft.state, repair };
  for (const step of steps) {
    draft.write(flagKey(step, 'reprompt'), undefined);
    draft.write(flagKey(step, 'escalate'), undefined);
  }
}
