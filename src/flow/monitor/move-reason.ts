import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { describeGuard } from '../guard/describe-guard.ts';
import type { FlowEvent } from './flow-state.ts';
import { digressionNamed } from './layers.ts';

/** Why the active steps are others now: what was done, with the guard that held, and what else happened. */
export function flowMoveReason(
  events: readonly FlowEvent[],
  flow: CompiledFlow,
  turn: number,
  isFirst = false,
): string {
  const causes = events.flatMap((event) => {
    switch (event.type) {
      case 'stepDone':
        return `"${event.step}" is done${guardOf(flow, event.layer, event.step)}`;
      case 'digressionBegun':
        return `"${event.name}" took over`;
      case 'digressionEnded':
        return `"${event.name}" is over`;
      case 'corrected':
        return `"${event.slot}" was corrected`;
      case 'escalated':
        return `"${event.step}" made no progress`;
      case 'terminated':
        return 'the conversation was ended';
      default:
        return [];
    }
  });
  const otherwise = isFirst ? 'the conversation begins' : 'a condition changed';
  return `${causes.length === 0 ? otherwise : causes.join(', ')} at turn ${turn}`;
}

function guardOf(flow: CompiledFlow, layer: string, id: string): string {
  const { steps } = layer === '' ? flow.main : (digressionNamed(flow, layer)?.layer ?? flow.main);
  const step = steps.find((candidate) => candidate.id === id);
  return step === undefined || step.terminal ? '' : ` (${describeGuard(step.done)})`;
}
