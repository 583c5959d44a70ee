/** What is done is open again: by a reset, or by a correction (spec: control §9). */
import { holds } from '../guard/holds.ts';
import { clearKeys, type Draft, mark } from './draft.ts';
import { factsOf, idAt, layerNamed, layerPath } from './layers.ts';
import { withoutEntries } from './own-entries.ts';
import { clearRepair } from './repair.ts';

/** Opens steps again, and deletes what was found in them, where a reset guard has begun to hold since it was last asked. */
export function applyResets(draft: Draft, name: string): void {
  const { layer, marking } = layerNamed(draft.flow, draft.state, name);
  if (layer.resets.length === 0) return;
  const facts = factsOf(marking, draft.state.answers, draft.reader);
  const held = layer.resets.map(({ when }, index) =>
    holds(when, facts, draft.faults, `${layerPath(name)}.resets[${index}]`),
  );
  const rising = layer.resets.filter((_, index) => held[index] && marking.resetsHeld[index] !== true);
  if (held.some((now, index) => now !== marking.resetsHeld[index])) {
    mark(draft, name, { ...marking, resetsHeld: held });
  }
  for (const { steps, forgets, clears } of rising) {
    clearKeys(draft, clears);
    reopen(
      draft,
      name,
      steps.map((index) => idAt(layer, index)),
      forgets,
    );
  }
}

/** Opens steps: they are not done, may be entered anew, and the successes of these tools are forgotten. */
export function reopen(
  draft: Draft,
  name: string,
  steps: readonly string[],
  forgets: readonly string[],
): void {
  const { marking } = layerNamed(draft.flow, draft.state, name);
  const opened = new Set(steps);
  const isKept = (step: string): boolean => !opened.has(step);
  mark(draft, name, {
    ...marking,
    done: marking.done.filter(isKept),
    entered: marking.entered.filter(isKept),
    calls: withoutEntries(marking.calls, forgets),
  });
  for (const step of steps) draft.write(`verbatim:${step}`, undefined);
  if (name === '') clearRepair(draft, steps);
}
