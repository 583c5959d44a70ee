/** Which steps of a layer are active and which are done (spec: control §9, Marking). */
import type { CompiledLayer, CompiledStep } from '../compile/compiled-flow.ts';
import type { Fault } from '../fault.ts';
import type { DecisionAnswer, GuardFacts } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import type { StateReader } from '../state-reader.ts';
import type { LayerState } from './flow-state.ts';
import { factsOf, idAt, stepPath } from './layers.ts';

/** What a layer looks at beside its own marking. */
export interface Sight {
  readonly state: StateReader;
  readonly answers: { readonly [question: string]: DecisionAnswer };
}

/** Whether the step is reached: what comes before it is done, and its gate holds now. */
export function isEligible(
  layer: CompiledLayer,
  step: CompiledStep,
  facts: GuardFacts,
  faults: Fault[],
): boolean {
  const { after, gate, id, join, preceded } = step;
  const isDone = (index: number): boolean => facts.isDone(idAt(layer, index));
  if (after.length > 0) {
    const isOpen = ({ step: index, when }: CompiledStep['after'][number]): boolean =>
      isDone(index) && (when === 'always' || holds(when, facts, faults, stepPath(layer.name, id, 'after')));
    if (!(join === 'any' ? after.some(isOpen) : after.every(isOpen))) return false;
  }
  if (!preceded.every(isDone)) return false;
  return gate === 'always' || holds(gate, facts, faults, stepPath(layer.name, id, 'gate'));
}

/**
 * Latches what is done until nothing more follows, and finds what is active. Done never un-latches here. The marking
 * itself is returned when nothing has changed.
 */
export function relatch(
  layer: CompiledLayer,
  marking: LayerState,
  { state, answers }: Sight,
  faults: Fault[],
): LayerState {
  const done = new Set(marking.done);
  const facts = factsOf({ done, calls: marking.calls }, answers, state);
  let active: string[];
  let before: number;
  do {
    before = done.size;
    active = [];
    for (const step of layer.steps) {
      const { id } = step;
      if (done.has(id) || !isEligible(layer, step, facts, faults)) continue;
      if (step.terminal || holds(step.done, facts, faults, stepPath(layer.name, id, 'done'))) done.add(id);
      else active.push(id);
    }
  } while (done.size > before);
  const isSame = done.size === marking.done.length && sameTexts(active, marking.active);
  return isSame ? marking : { ...marking, done: [...done], active };
}

/** Whether what the layer is for is done; at once where it asks for nothing. */
export function isComplete(layer: CompiledLayer, marking: LayerState): boolean {
  const { required, completion } = layer;
  if (required.length === 0) return true;
  const isDone = (index: number): boolean => marking.done.includes(idAt(layer, index));
  return completion === 'any' ? required.some(isDone) : required.every(isDone);
}

/** Ids of steps that are required by name and not done. */
export function unmetSteps(layer: CompiledLayer, marking: LayerState): readonly string[] {
  if (layer.completion === 'any') return [];
  return layer.required.map((index) => idAt(layer, index)).filter((step) => !marking.done.includes(step));
}

export type StepVerdict = 'done' | 'active' | 'skipped' | 'pending';

/** Where a step stands; `skipped` when one that follows it is done without it. */
export function stepVerdict(layer: CompiledLayer, marking: LayerState, step: CompiledStep): StepVerdict {
  if (marking.done.includes(step.id)) return 'done';
  if (marking.active.includes(step.id)) return 'active';
  const isPassed = step.next.some((index) => marking.done.includes(idAt(layer, index)));
  return isPassed ? 'skipped' : 'pending';
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
