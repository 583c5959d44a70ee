import type { Projection } from '../../flow/index.ts';
import { join } from './compose-instruction.ts';

/** What two governors want said: everything, in this order; the tools that both offer. */
export function mergeProjections(one: Projection, other: Projection): Projection {
  return {
    instruction: join([one.instruction ?? '', other.instruction ?? '']) || undefined,
    modifiers: [...one.modifiers, ...other.modifiers],
    context: [...one.context, ...other.context],
    offeredTools: both(one.offeredTools, other.offeredTools),
    faults: [...one.faults, ...other.faults],
  };
}

function both(one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null {
  if (one === null) return other;
  return other === null ? one : one.filter((name) => other.includes(name));
}
