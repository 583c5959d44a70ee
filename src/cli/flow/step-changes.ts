/** What one step of a simulated conversation changed. */

import type { FlowEvent } from '../../flow/monitor/flow-state.ts';
import type { FlowSimulator } from '../../flow/scenario/flow-simulator.ts';
import type { JsonValue } from '../../flow/state-reader.ts';

/** Keys that say what the marking, the events or the key beside them say. */
const TOLD_KEY = /^(?:flow|stateMeta|verbatim|correction):/;

/** What is different after a step. */
export interface StepChanges {
  readonly state: ReadonlyArray<{
    readonly key: string;
    readonly before: JsonValue | undefined;
    readonly after: JsonValue | undefined;
  }>;
  readonly events: readonly FlowEvent[];
  /** Of what drives the conversation now: a digression, or the main flow. */
  readonly active: readonly string[];
  /** Whether those are others than before. */
  readonly moved: boolean;
}

/** Remembers where a simulation is; the function returned tells what changed since then. */
export function watchStep(simulator: FlowSimulator): () => StepChanges {
  const before = new Map(simulator.state.entries());
  const seen = simulator.events.length;
  const wasActive = activeSteps(simulator);
  return () => {
    const after = new Map(simulator.state.entries());
    const keys = new Set([...before.keys(), ...after.keys()]);
    const state = [...keys].flatMap((key) => {
      const [old, now] = [before.get(key), after.get(key)];
      const same = JSON.stringify(old) === JSON.stringify(now);
      return same || TOLD_KEY.test(key) ? [] : [{ key, before: old, after: now }];
    });
    const active = activeSteps(simulator);
    return {
      state,
      events: simulator.events.slice(seen),
      active,
      moved: active.join('\n') !== wasActive.join('\n'),
    };
  };
}

/** The active steps of what drives the conversation, each with the digression that it is in. */
export function activeSteps({ marking }: FlowSimulator): readonly string[] {
  const top = marking.path.at(-1);
  if (top === undefined) return marking.main.active;
  return (marking.digressions[top]?.active ?? []).map((step) => `${top}/${step}`);
}
