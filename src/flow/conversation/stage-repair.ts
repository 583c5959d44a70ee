import type { StepRepair } from '../definition/flow-definition.ts';
import type { StageLayer } from './stage-layer.ts';

/** The repair of a stage, else that of the document; this leads nowhere from where it would lead back. */
export function repairOf(
  index: number,
  { stages, ways, prefix }: StageLayer,
  repair: StepRepair | undefined,
): StepRepair | undefined {
  const stage = stages[index];
  if (stage?.repair !== undefined || repair === undefined) return stage?.repair;
  if (prefix !== '' || stage?.terminal === true) return undefined;
  const { escalateTo, ...rest } = repair;
  const target = stages.findIndex(({ id }) => id === escalateTo);
  return target >= 0 && ways.after([target]).has(index) ? rest : repair;
}
