/** What the user changes of what was given before (spec: control §9, Corrections). */
import type { CompiledLayer, CompiledStep } from '../compile/compiled-flow.ts';
import { equivalent } from '../equivalence.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { clearKeys, type Draft } from './draft.ts';
import type { LayerState } from './flow-state.ts';
import { idAt, layersUnderWay } from './layers.ts';
import { own, withEntry, withoutEntries } from './own-entries.ts';
import { reopen } from './resets.ts';

/**
 * Compares watched slots with their last values. Another one is a correction: its flag goes up, what was agreed to is
 * deleted, and the steps that it concerns are open again, with all that follow them, up to a commit that has succeeded. The
 * first value, the same value in
 * other words and the absence of one are no corrections.
 */
export function noteCorrections(draft: Draft): void {
  const { corrections, main } = draft.flow;
  const known = draft.state.slots;
  for (const { slot, clears, reopens } of corrections) {
    const value = draft.reader.get(slot);
    if (value === undefined || value === null) continue;
    const last = own(known, slot);
    if (last === value || (last !== undefined && equivalent(last, value))) continue;
    draft.state = { ...draft.state, slots: withEntry(draft.state.slots, slot, value) };
    if (last === undefined) continue;
    draft.state = { ...draft.state, corrected: withEntry(draft.state.corrected, slot, false) };
    draft.write(`correction:${slot}`, true);
    draft.events.push({ type: 'corrected', slot });
    clearKeys(draft, clears);
    if (clears.length + reopens.length > 0) dropAgreements(draft);
    if (reopens.length === 0) continue;
    const steps = dependents(main, reopens, (step) => hasCommitted(main, step, draft.state.main));
    const tools = steps.flatMap((index) => {
      const done = main.steps[index]?.done;
      return done === undefined ? [] : guardMentions(done).tools;
    });
    reopen(
      draft,
      '',
      steps.map((index) => idAt(main, index)),
      tools,
    );
  }
}

/** The end of a turn: flags that the end of another has seen go down. To be called before {@link noteCorrections}. */
export function lowerCorrections(draft: Draft): void {
  const flags = Object.entries(draft.state.corrected);
  if (flags.length === 0) return;
  const seen = flags.filter(([, isSeen]) => isSeen).map(([slot]) => slot);
  for (const slot of seen) draft.write(`correction:${slot}`, undefined);
  draft.state = { ...draft.state, corrected: withoutEntries(draft.state.corrected, seen) };
}

/** The end of a turn, after {@link noteCorrections}: the flags that are up have been seen. */
export function seeCorrections(draft: Draft): void {
  const flags = Object.entries(draft.state.corrected);
  if (flags.every(([, isSeen]) => isSeen)) return;
  draft.state = { ...draft.state, corrected: Object.fromEntries(flags.map(([slot]) => [slot, true])) };
}

/** What was answered was answered before the change: it is no agreement of a commit to what there is now. */
function dropAgreements(draft: Draft): void {
  const ids = layersUnderWay(draft.flow, draft.state).flatMap(({ layer }) =>
    layer.rules.flatMap(({ commit }) => (commit === undefined ? [] : guardMentions(commit.until).questions)),
  );
  const answers = withoutEntries(draft.state.answers, ids);
  if (answers === draft.state.answers) return;
  for (const id of ids)
    if (own(draft.state.answers, id) !== undefined) draft.write(`decision:${id}`, undefined);
  draft.state = { ...draft.state, answers };
}

/** Whether a step is done by a tool that runs once, and has: what was done to the world no correction takes back. */
function hasCommitted({ rules }: CompiledLayer, { done }: CompiledStep, { calls }: LayerState): boolean {
  return guardMentions(done).tools.some(
    (tool) => (own(calls, tool) ?? 0) > 0 && rules.some((rule) => rule.tool === tool && rule.once),
  );
}

/** These steps, and all that come after them by an edge or by order, up to those that stay closed: indices. */
function dependents(
  { steps }: CompiledLayer,
  ids: readonly string[],
  staysClosed: (step: CompiledStep) => boolean,
): readonly number[] {
  const closed = new Set(steps.filter(staysClosed).map(({ index }) => index));
  const after = new Map<number, number[]>();
  for (const { index, preceded } of steps) {
    for (const earlier of preceded) after.set(earlier, [...(after.get(earlier) ?? []), index]);
  }
  const named = steps.filter(({ id, index }) => ids.includes(id) && !closed.has(index));
  const found = new Set(named.map(({ index }) => index));
  // A set is walked in order of insertion, with what is added meanwhile.
  for (const index of found) {
    for (const later of [...(steps[index]?.next ?? []), ...(after.get(index) ?? [])]) {
      if (!closed.has(later)) found.add(later);
    }
  }
  return [...found];
}
