/** How the voice behaves now (spec: voice §10): concurrent steps merge to the cautious value. */
import type { CompiledFlow, CompiledStep } from '../compile/compiled-flow.ts';
import type { StepTiming } from '../definition/flow-definition.ts';
import type { FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';
import { spokenSteps } from './spoken-steps.ts';

/** What the active steps say of the voice; nothing where none does. */
export function timingOf(flow: CompiledFlow, state: FlowState): StepTiming {
  return mergeTimings(spokenSteps(flow, state).flatMap(({ timing }) => timing ?? []));
}

/** The shortest waits, the longest silence, no barge-in if any says so; of texts and deliveries the first. */
export function mergeTimings(timings: readonly StepTiming[]): StepTiming {
  const known = <Name extends keyof StepTiming>(name: Name): NonNullable<StepTiming[Name]>[] =>
    timings.flatMap((timing) => timing[name] ?? []);
  const merged = {
    repromptAfterMs: known('repromptAfterMs').sort(upwards)[0],
    reprompt: known('reprompt')[0],
    fillerAfterMs: known('fillerAfterMs').sort(upwards)[0],
    interruptible: known('interruptible').sort(upwards)[0],
    endOfSpeechMs: known('endOfSpeechMs').sort(upwards).at(-1),
    contextDelivery: known('contextDelivery')[0],
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** Of numbers the least, of flags false comes first. */
function upwards(a: number | boolean, b: number | boolean): number {
  return Number(a) - Number(b);
}

/** The texts that the model must still say, by step. */
export function verbatimOf(
  flow: CompiledFlow,
  state: FlowState,
): ReadonlyArray<{ readonly step: string; readonly text: string }> {
  const { layer, marking } = topLayer(flow, state);
  if (state.terminated) return [];
  return layer.steps.flatMap(({ id, verbatim }: CompiledStep) =>
    verbatim !== undefined && marking.active.includes(id) ? { step: id, text: verbatim } : [],
  );
}
