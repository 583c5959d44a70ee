/** Calls that were let through, from their admission to their end. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { bindAgreement } from './agreement.ts';
import { type Draft, enterSteps, mark, relatchLayer } from './draft.ts';
import type { FlowInput } from './flow-state.ts';
import { layerNamed, layersOf } from './layers.ts';
import { own, withEntry, withoutEntries } from './own-entries.ts';
import { countRepair, followRepair } from './repair.ts';

/** Tools that a layer lets run once: `once`, or a commit. */
export function onceTools(flow: CompiledFlow): readonly string[] {
  return layersOf(flow).flatMap(({ rules }) => rules.flatMap(({ once, tool }) => (once ? tool : [])));
}

/** A call was let through: it holds its `once`, and fixes what the user's agreement is to. */
export function admitCall(
  draft: Draft,
  { callId, tool, argumentsHash, violation }: Extract<FlowInput, { type: 'admitted' }>,
): void {
  if (own(draft.state.open, callId) !== undefined) return;
  const call = { tool, layer: draft.state.path.at(-1) ?? '', ...(violation !== undefined && { violation }) };
  draft.state = { ...draft.state, open: withEntry(draft.state.open, callId, call) };
  // What should not have been let through shows no agreement.
  if (argumentsHash !== undefined && violation === undefined) bindAgreement(draft, tool, argumentsHash);
}

/**
 * A call has ended. A success counts for the layer that let it through and for the main flow; a failure against the
 * active main steps. What did not run, or failed for certain, gives its `once` back.
 */
export function endCall(
  draft: Draft,
  { callId, ok, isUnknown }: Extract<FlowInput, { type: 'toolEnded' }>,
): void {
  const call = own(draft.state.open, callId);
  if (call === undefined) return;
  const { tool, layer, violation } = call;
  const stays = isUnknown && onceTools(draft.flow).includes(tool);
  const open = stays
    ? withEntry(draft.state.open, callId, { ...call, isUnknown })
    : withoutEntries(draft.state.open, [callId]);
  draft.state = { ...draft.state, open };
  if (violation !== undefined && ok !== undefined) {
    draft.events.push({ type: 'violation', subject: tool, reason: violation });
  }
  if (ok === false && layer === '') countAgainstMain(draft, 'toolFailures');
  if (ok !== true) return;
  for (const name of new Set(['', layer])) {
    const { marking } = layerNamed(draft.flow, draft.state, name);
    const calls = withEntry(marking.calls, tool, (own(marking.calls, tool) ?? 0) + 1);
    mark(draft, name, { ...marking, calls });
  }
}

/** Counts an interruption or a failure against the active steps of the main flow, while it drives. */
export function countAgainstMain(draft: Draft, what: 'interruptions' | 'toolFailures'): void {
  const { path, terminated } = draft.state;
  if (terminated || path.length > 0 || !countRepair(draft, what)) return;
  relatchLayer(draft, '');
  followRepair(draft, false);
  enterSteps(draft, '');
}
