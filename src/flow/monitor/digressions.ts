/** Flows that take over for a while (spec: control §9, Stack). */
import type { CompiledDigression } from '../compile/compiled-flow.ts';
import { holds } from '../guard/holds.ts';
import { type Draft, enterSteps, mark, relatchLayer } from './draft.ts';
import { digressionNamed, factsOf, freshMarking, layerNamed, layerPath } from './layers.ts';
import { isComplete } from './marking.ts';
import { own } from './own-entries.ts';
import { countRepair, followRepair } from './repair.ts';
import { applyResets, reopen } from './resets.ts';

/** How a layer is looked at: within a turn, or at its end; there perhaps as a turn that should have brought progress. */
export type Look = 'settle' | 'turn' | 'countedTurn';

/** One look at the layer that drives: resets, what is done, and repair for the main flow. */
export function advanceLayer(draft: Draft, name: string, look: Look): void {
  applyResets(draft, name);
  relatchLayer(draft, name);
  if (name === '') {
    // Who has made progress in this very turn is not counted: it is no longer active.
    if (look === 'countedTurn' && countRepair(draft, 'turns')) relatchLayer(draft, name);
    followRepair(draft, look !== 'settle');
  }
  enterSteps(draft, name);
}

/** Begins the first digression that is not under way and whose trigger holds for the main flow. */
export function beginDigression(draft: Draft, look: Look): boolean {
  const { flow, state, reader, faults } = draft;
  if (flow.digressions.length === 0) return false;
  const facts = factsOf(state.main, state.answers, reader);
  const triggered = flow.digressions.find(
    ({ name, trigger }) =>
      !state.path.includes(name) && holds(trigger, facts, faults, `${layerPath(name)}.trigger`),
  );
  if (triggered === undefined) return false;
  const { name } = triggered;
  restart(draft, name);
  draft.state = { ...draft.state, path: [...state.path, name] };
  draft.events.push({ type: 'digressionBegun', name });
  advanceLayer(draft, name, look);
  noteClosing(draft, look);
  return true;
}

/** At the end of a turn: a digression that is complete goes on for one more, so that its last words are heard. */
export function noteClosing(draft: Draft, look: Look): void {
  const name = draft.state.path.at(-1);
  const { layer, marking } = layerNamed(draft.flow, draft.state, name ?? '');
  const closing = look !== 'settle' && name !== undefined && isComplete(layer, marking);
  if (closing !== draft.state.closing) draft.state = { ...draft.state, closing };
}

/** Ends the digression that was complete at the end of the last turn, and does what its end leads to. */
export function endDigression(draft: Draft): void {
  const name = draft.state.path.at(-1);
  if (!draft.state.closing || name === undefined) return;
  const resume: CompiledDigression['resume'] = digressionNamed(draft.flow, name)?.resume ?? 'previous';
  const path = resume === 'terminate' ? [] : draft.state.path.slice(0, -1);
  draft.state = { ...draft.state, path, closing: false, terminated: resume === 'terminate' };
  draft.events.push({ type: 'digressionEnded', name, resume });
  if (resume === 'terminate') draft.events.push({ type: 'terminated' });
  if (resume === 'restart') restart(draft, path.at(-1) ?? '');
}

/**
 * Nothing of the layer is done or counted. Only a digression keeps what its `once` tools have done: that its trigger
 * holds again gives them no second time.
 */
function restart(draft: Draft, name: string): void {
  const { layer, marking } = layerNamed(draft.flow, draft.state, name);
  reopen(
    draft,
    name,
    layer.steps.map(({ id }) => id),
    [],
  );
  const spent = name === '' ? [] : layer.rules.filter(({ once }) => once);
  const calls = Object.fromEntries(
    spent.flatMap(({ tool }) => {
      const count = own(marking.calls, tool);
      return count === undefined ? [] : [[tool, count]];
    }),
  );
  mark(draft, name, { ...freshMarking(layer), calls });
}
