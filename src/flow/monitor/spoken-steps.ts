import type { CompiledFlow, CompiledStep } from '../compile/compiled-flow.ts';
import type { FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';
import { isComplete } from './marking.ts';

/**
 * The steps that speak now: the active ones of the layer that drives, and its end where it has come to one. None when
 * the conversation was terminated.
 */
export function spokenSteps(flow: CompiledFlow, state: FlowState): readonly CompiledStep[] {
  if (state.terminated) return [];
  const { name, layer, marking } = topLayer(flow, state);
  const isClosing = marking.active.length === 0 || (name !== '' && isComplete(layer, marking));
  return layer.steps.filter(
    ({ id, terminal }) => marking.active.includes(id) || (terminal && isClosing && marking.done.includes(id)),
  );
}
